package io.outrigger.proxy.tracing;

import io.outrigger.config.http.HeaderName;
import io.outrigger.config.http.Headers;

/** Why a request is traced: packed into x-request-id in place of the UUID's version digit. */
public enum TraceReason {
  NOT_TRACEABLE('4'),
  SAMPLING('9'),
  SERVICE_FORCED('a'),
  CLIENT_FORCED('b');

  private static final int DIGIT = 14;
  private static final int UUID_LENGTH = 36;
  private static final int NUMBER_DIGITS = 8;

  private final char digit;

  TraceReason(char digit) {
    this.digit = digit;
  }

  /** What a request id says, or NOT_TRACEABLE where it says nothing. */
  static TraceReason of(Headers headers, int slot) {
    return switch (headers.data()[headers.valueOffset(slot) + DIGIT]) {
      case '9' -> SAMPLING;
      case 'a' -> SERVICE_FORCED;
      case 'b' -> CLIENT_FORCED;
      default -> NOT_TRACEABLE;
    };
  }

  /** Takes away what a client from outside says in a request id that it may keep. */
  public static void reset(Headers headers, int slot) {
    if (headers.valueLength(slot) == UUID_LENGTH) {
      NOT_TRACEABLE.pack(headers, slot);
    }
  }

  void pack(Headers headers, int slot) {
    headers.data()[headers.valueOffset(slot) + DIGIT] = (byte) digit;
  }

  /** The slot of a request id that is a UUID, or -1. */
  static int slot(Headers headers) {
    int slot = headers.find(HeaderName.X_REQUEST_ID);
    return slot >= 0
            && headers.valueLength(slot) == UUID_LENGTH
            && Hex.isHex(headers.data(), headers.valueOffset(slot), NUMBER_DIGITS)
        ? slot
        : -1;
  }

  /** The number that all proxies on a request's way sample it by. */
  static long number(Headers headers, int slot) {
    return Hex.parse(headers.data(), headers.valueOffset(slot), NUMBER_DIGITS) % 10_000;
  }
}
