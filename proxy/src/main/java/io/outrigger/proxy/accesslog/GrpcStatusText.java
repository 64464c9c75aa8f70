package io.outrigger.proxy.accesslog;

import io.outrigger.config.http.HeaderName;
import io.outrigger.config.http.Headers;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** A gRPC call's status, from its trailers, its headers, or its HTTP status. */
public final class GrpcStatusText {
  private static final HeaderName GRPC_STATUS = HeaderName.of("grpc-status");
  private static final HeaderName CONTENT_TYPE = HeaderName.of("content-type");
  private static final byte[] GRPC = "application/grpc".getBytes(StandardCharsets.ISO_8859_1);
  private static final String[] CAMEL = {
    "OK",
    "Canceled",
    "Unknown",
    "InvalidArgument",
    "DeadlineExceeded",
    "NotFound",
    "AlreadyExists",
    "PermissionDenied",
    "ResourceExhausted",
    "FailedPrecondition",
    "Aborted",
    "OutOfRange",
    "Unimplemented",
    "Internal",
    "Unavailable",
    "DataLoss",
    "Unauthenticated"
  };

  private GrpcStatusText() {}

  static String camel(int status) {
    return status >= 0 && status < CAMEL.length ? CAMEL[status] : Integer.toString(status);
  }

  /** The status, or -1 where the request wasn't gRPC. */
  public static int of(LogEntry entry) {
    return isGrpc(entry.requestHeaders()) ? meant(entry) : -1;
  }

  /** The status that the answer stands for, whether the request was gRPC or not. */
  public static int meant(LogEntry entry) {
    int status = of(entry.responseTrailers());
    if (status < 0) {
      status = of(entry.responseHeaders());
    }
    return status < 0 ? ofHttp(entry.responseCode()) : status;
  }

  /** What the answer's trailers or headers say; -1: nothing. */
  public static int answered(LogEntry entry) {
    int status = of(entry.responseTrailers());
    return status < 0 ? of(entry.responseHeaders()) : status;
  }

  /** Whether these are the headers of a gRPC message. */
  public static boolean isGrpc(@Nullable Headers headers) {
    int slot = headers == null ? -1 : headers.find(CONTENT_TYPE);
    if (headers == null || slot < 0 || headers.valueLength(slot) < GRPC.length) {
      return false;
    }
    int offset = headers.valueOffset(slot);
    for (int i = 0; i < GRPC.length; i++) {
      if (headers.data()[offset + i] != GRPC[i]) {
        return false;
      }
    }
    return headers.valueLength(slot) == GRPC.length
        || headers.data()[offset + GRPC.length] == '+'
        || headers.data()[offset + GRPC.length] == ';';
  }

  private static int of(@Nullable Headers headers) {
    int slot = headers == null ? -1 : headers.find(GRPC_STATUS);
    if (headers == null || slot < 0 || headers.valueLength(slot) > 3) {
      return -1;
    }
    int status = headers.valueLength(slot) == 0 ? -1 : 0;
    for (int i = 0; i < headers.valueLength(slot); i++) {
      int digit = headers.data()[headers.valueOffset(slot) + i] - '0';
      if (digit < 0 || digit > 9) {
        return 2;
      }
      status = status * 10 + digit;
    }
    return status;
  }

  /** gRPC over HTTP/2's mapping of HTTP status codes. */
  private static int ofHttp(int code) {
    return switch (code) {
      case 400 -> 13;
      case 401 -> 16;
      case 403 -> 7;
      case 404 -> 12;
      case 429, 502, 503, 504 -> 14;
      default -> 2;
    };
  }
}
