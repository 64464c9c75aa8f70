package io.outrigger.proxy.http1;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.outrigger.config.http.HeaderName;
import io.outrigger.config.http.Headers;
import io.outrigger.config.http.Spelling;
import org.jspecify.annotations.Nullable;

/** Reads a status line into the pseudo-header :status (RFC 9112 4). The reason is dropped. */
final class StatusLine {
  private static final byte[] NAME = ":status".getBytes(US_ASCII);

  private static final byte[] VERSION = "HTTP/1.".getBytes(US_ASCII);

  private final boolean reasons;

  int status;

  StatusLine(boolean reasons) {
    this.reasons = reasons;
  }

  /** Lays the pseudo-header's name down, which {@link #read} refers to. */
  static void begin(Headers headers) {
    int at = headers.reserve(NAME.length);
    System.arraycopy(NAME, 0, headers.data(), at, NAME.length);
    headers.commit(NAME.length);
  }

  /** Whether a status line may begin with these bytes, be they few. */
  static boolean canBegin(byte[] data, int start, int end) {
    for (int i = 0, length = Math.min(VERSION.length, end - start); i < length; i++) {
      if (data[start + i] != VERSION[i]) {
        return false;
      }
    }
    return true;
  }

  /** Reads the line between these offsets. The code must be three digits. */
  @Nullable Http1Error read(MessageHead head, int start, int end) {
    Headers headers = head.headers;
    assert headers != null;
    byte[] data = headers.data();
    if (end - start < 12
        || !canBegin(data, start, end)
        || data[start + 7] < '0'
        || data[start + 7] > '9'
        || data[start + 8] != ' '
        || (end - start > 12 && data[start + 12] != ' ')) {
      return Http1Error.MALFORMED;
    }
    status = 0;
    for (int i = start + 9; i < start + 12; i++) {
      int digit = data[i] - '0';
      if (digit < 0 || digit > 9) {
        return Http1Error.MALFORMED;
      }
      status = status * 10 + digit;
    }
    if (status < 100) {
      return Http1Error.MALFORMED;
    }
    Spelling spelling = reasons ? headers.spelling() : null;
    if (spelling != null) {
      spelling.reason(data, Math.min(start + 13, end), end);
    }
    head.http10 = data[start + 7] == '0';
    headers.addInPlace(HeaderName.STATUS, 0, start + 9, 3);
    return null;
  }
}
