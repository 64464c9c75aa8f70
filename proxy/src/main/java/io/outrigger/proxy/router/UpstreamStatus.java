package io.outrigger.proxy.router;

import io.outrigger.config.http.HeaderName;
import io.outrigger.config.http.Headers;

/** The status of an upstream's response as a number. */
public final class UpstreamStatus {
  private UpstreamStatus() {}

  public static int of(Headers headers) {
    int slot = headers.find(HeaderName.STATUS);
    int offset = headers.valueOffset(slot);
    int status = 0;
    for (int i = 0, length = headers.valueLength(slot); i < length; i++) {
      status = status * 10 + headers.data()[offset + i] - '0';
    }
    return status;
  }

  /** What outlier detection takes the response for: gRPC's errors hide behind a 200. */
  static int forHealth(Headers headers, int status) {
    int slot = headers.find(HeaderName.GRPC_STATUS);
    if (slot < 0 || status != 200) {
      return status;
    }
    return switch (headers.value(slot)) {
      case "0" -> 200;
      case "1" -> 499;
      case "3", "9", "11" -> 400;
      case "4" -> 504;
      case "5" -> 404;
      case "6", "10" -> 409;
      case "7" -> 403;
      case "8" -> 429;
      case "12" -> 501;
      case "14" -> 503;
      case "16" -> 401;
      default -> 500;
    };
  }
}
