package io.outrigger.config.match;

import io.outrigger.config.http.HeaderName;
import io.outrigger.config.http.Headers;
import java.util.Arrays;

/** A repeated header's values as one, joined with commas (RFC 9110 section 5.3). */
final class HeaderValues {
  private HeaderValues() {}

  static byte[] join(Headers headers, HeaderName name, int first) {
    int length = headers.valueLength(first);
    for (int slot = headers.next(name, first); slot >= 0; slot = headers.next(name, slot)) {
      length += 1 + headers.valueLength(slot);
    }
    byte[] joined = new byte[length];
    int at = 0;
    for (int slot = first; slot >= 0; slot = headers.next(name, slot)) {
      if (slot != first) {
        joined[at++] = ',';
      }
      System.arraycopy(
          headers.data(), headers.valueOffset(slot), joined, at, headers.valueLength(slot));
      at += headers.valueLength(slot);
    }
    return at == length ? joined : Arrays.copyOf(joined, at);
  }
}
