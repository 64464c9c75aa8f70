package io.outrigger.proxy.http;

import io.outrigger.config.http.HeaderName;
import io.outrigger.config.http.Headers;

/** The header grpc-timeout, such as 100m or 5S. */
public final class GrpcTimeout {
  private GrpcTimeout() {}

  /** Milliseconds, rounded up; below 0 where the header is missing or malformed. */
  public static long millis(Headers headers) {
    String value = headers.value(HeaderName.GRPC_TIMEOUT);
    if (value == null || value.length() < 2 || value.length() > 9) {
      return -1;
    }
    long number = 0;
    for (int i = 0; i < value.length() - 1; i++) {
      int digit = value.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        return -1;
      }
      number = number * 10 + digit;
    }
    return switch (value.charAt(value.length() - 1)) {
      case 'H' -> number * 3_600_000;
      case 'M' -> number * 60_000;
      case 'S' -> number * 1000;
      case 'm' -> number;
      case 'u' -> (number + 999) / 1000;
      case 'n' -> (number + 999_999) / 1_000_000;
      default -> -1;
    };
  }

  /** Tells the upstream how long it has, in the finest unit that its eight digits hold. */
  public static void set(Headers headers, long millis) {
    String text;
    if (millis < 100_000_000) {
      text = millis + "m";
    } else if (millis / 1000 < 100_000_000) {
      text = millis / 1000 + "S";
    } else {
      text = Math.min(millis / 60_000, 99_999_999) + "M";
    }
    headers.set(HeaderName.GRPC_TIMEOUT, text);
  }
}
