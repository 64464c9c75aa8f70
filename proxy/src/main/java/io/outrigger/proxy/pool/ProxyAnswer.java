package io.outrigger.proxy.pool;

import io.netty.buffer.ByteBuf;

/** Reads an HTTP/1 proxy's answer to CONNECT, which 200 alone makes a tunnel. */
final class ProxyAnswer {
  static final int INCOMPLETE = -1;
  static final int REFUSED = -2;

  /** Envoy's limit on a head. */
  private static final int LARGEST = 2000;

  /** What a status line begins with, for any digit in place of the question mark. */
  private static final String BEGINNING = "HTTP/1.? 200";

  private ProxyAnswer() {}

  /** How many bytes its head has; or what else it is, with the bytes that are there. */
  static int end(ByteBuf bytes) {
    int from = bytes.readerIndex();
    int count = Math.min(bytes.readableBytes(), LARGEST);
    for (int i = 0; i < Math.min(count, BEGINNING.length()); i++) {
      char wanted = BEGINNING.charAt(i);
      int found = bytes.getByte(from + i);
      if (wanted == '?' ? found < '0' || found > '9' : found != wanted) {
        return REFUSED;
      }
    }
    if (count > BEGINNING.length() && bytes.getByte(from + BEGINNING.length()) > ' ') {
      return REFUSED; // a fourth digit
    }
    int line = 0;
    for (int i = 0; i < count; i++) {
      int found = bytes.getByte(from + i);
      if (found == '\n') {
        if (line == 0 && i > 0) {
          return i + 1;
        }
        line = 0;
      } else if (found != '\r') {
        line++;
      }
    }
    return count == LARGEST ? REFUSED : INCOMPLETE;
  }
}
