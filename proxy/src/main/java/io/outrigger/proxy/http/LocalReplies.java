package io.outrigger.proxy.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.outrigger.config.http.HeaderName;
import io.outrigger.config.http.Headers;

/** Makes the heads of replies that the proxy gives itself, plain or as gRPC wants them. */
final class LocalReplies {
  private static final byte[] TEXT_PLAIN = "text/plain".getBytes(UTF_8);
  private static final byte[] GRPC = "application/grpc".getBytes(UTF_8);
  private static final byte[] STATUS_200 = "200".getBytes(UTF_8);

  private final HttpScope scope;

  LocalReplies(HttpScope scope) {
    this.scope = scope;
  }

  /** Whether the request is gRPC: its errors travel in trailers-only responses. */
  static boolean isGrpc(Headers request) {
    int slot = request.find(HeaderName.CONTENT_TYPE);
    if (slot < 0 || request.valueLength(slot) < GRPC.length) {
      return false;
    }
    byte[] data = request.data();
    int offset = request.valueOffset(slot);
    for (int i = 0; i < GRPC.length; i++) {
      if (data[offset + i] != GRPC[i]) {
        return false;
      }
    }
    return request.valueLength(slot) == GRPC.length
        || data[offset + GRPC.length] == '+'
        || data[offset + GRPC.length] == ';';
  }

  /** The head of a plain reply; {@code length} 0 leaves content-length to the codec. */
  Headers plain(int status, int length) {
    Headers headers = scope.worker.headers().take();
    scope.text.addNumber(headers, HeaderName.STATUS, status);
    if (length > 0) {
      scope.text.addNumber(headers, HeaderName.CONTENT_LENGTH, length);
      headers.add(HeaderName.CONTENT_TYPE, TEXT_PLAIN);
    }
    return headers;
  }

  /** The head of a gRPC reply, which is all of it. */
  Headers grpc(int status, int grpcStatus, String message) {
    Headers headers = scope.worker.headers().take();
    headers.add(HeaderName.STATUS, STATUS_200);
    headers.add(HeaderName.CONTENT_TYPE, GRPC);
    scope.text.addNumber(
        headers, HeaderName.GRPC_STATUS, grpcStatus >= 0 ? grpcStatus : grpcStatus(status));
    if (!message.isEmpty()) {
      headers.add(HeaderName.GRPC_MESSAGE, percentEncode(message));
    }
    return headers;
  }

  /** gRPC's mapping of HTTP statuses that were not made by gRPC. */
  private static int grpcStatus(int status) {
    return switch (status) {
      case 400 -> 13;
      case 401 -> 16;
      case 403 -> 7;
      case 404 -> 12;
      case 429, 502, 503, 504 -> 14;
      default -> 2;
    };
  }

  private static String percentEncode(String message) {
    StringBuilder out = new StringBuilder(message.length());
    for (byte b : message.getBytes(UTF_8)) {
      if (b >= ' ' && b < 0x7f && b != '%') {
        out.append((char) b);
      } else {
        out.append('%')
            .append(Character.toUpperCase(Character.forDigit(b >> 4 & 15, 16)))
            .append(Character.toUpperCase(Character.forDigit(b & 15, 16)));
      }
    }
    return out.toString();
  }
}
