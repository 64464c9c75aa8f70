package io.outrigger.proxy.grpc;

import io.outrigger.config.http.HeaderName;
import io.outrigger.config.http.Headers;
import io.outrigger.config.match.PercentEncoding;
import io.outrigger.proxy.stream.ResetReason;
import org.jspecify.annotations.Nullable;

/** Reads how a call ended, from trailers, from an HTTP status, or from a reset. */
final class StatusReader {
  private StatusReader() {}

  /** The status in trailers, or in headers that end the response; null where there is none. */
  static @Nullable GrpcStatus of(Headers block) {
    String text = block.value(HeaderName.GRPC_STATUS);
    if (text == null) {
      return null;
    }
    int code = GrpcStatus.UNKNOWN;
    if (!text.isEmpty() && text.length() <= 3 && text.chars().allMatch(c -> c >= '0' && c <= '9')) {
      code = Integer.parseInt(text);
    }
    String message = block.value(HeaderName.GRPC_MESSAGE);
    return new GrpcStatus(code, message == null ? "" : PercentEncoding.decode(message));
  }

  /** gRPC's mapping of an HTTP status that came without a gRPC status. */
  static GrpcStatus ofHttp(String status) {
    int code =
        switch (status) {
          case "400" -> GrpcStatus.INTERNAL;
          case "401" -> GrpcStatus.UNAUTHENTICATED;
          case "403" -> GrpcStatus.PERMISSION_DENIED;
          case "404" -> GrpcStatus.UNIMPLEMENTED;
          case "429", "502", "503", "504" -> GrpcStatus.UNAVAILABLE;
          default -> GrpcStatus.UNKNOWN;
        };
    return new GrpcStatus(code, "the server answered with HTTP status " + status);
  }

  static GrpcStatus of(ResetReason reason, @Nullable String transportFailure) {
    int code = reason == ResetReason.PROTOCOL_ERROR ? GrpcStatus.INTERNAL : GrpcStatus.UNAVAILABLE;
    String message = "the stream was reset: " + reason.text();
    return new GrpcStatus(
        code, transportFailure == null ? message : message + ", " + transportFailure);
  }
}
