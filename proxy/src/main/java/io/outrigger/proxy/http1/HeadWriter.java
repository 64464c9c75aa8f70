package io.outrigger.proxy.http1;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.netty.buffer.ByteBuf;
import io.outrigger.config.http.HeaderName;
import io.outrigger.config.http.Headers;
import io.outrigger.config.http.Spelling;
import org.jspecify.annotations.Nullable;

/**
 * Writes heads as HTTP/1 has them; neighbours that lie in a block as on the wire go in one copy.
 */
@SuppressWarnings("ReferenceEquality") // known names are interned, the block gives the one object
final class HeadWriter {
  static final byte[] CRLF = bytes("\r\n");
  static final byte[] CHUNKED = bytes("transfer-encoding: chunked\r\n");
  static final byte[] LENGTH_ZERO = bytes("content-length: 0\r\n");
  static final byte[] CLOSE = bytes("connection: close\r\n");
  static final byte[] KEEP_ALIVE = bytes("connection: keep-alive\r\n");
  static final byte[] LAST_CHUNK = bytes("0\r\n\r\n");
  static final byte[] LAST_CHUNK_SIZE = bytes("0\r\n");
  private static final byte[] SCHEME_END = bytes("://");
  static final byte[] HTTP_11 = bytes(" HTTP/1.1\r\n");
  static final byte[] HOST = bytes("host: ");

  /** The status lines of 100 to 599, each made when it is first sent. */
  private static final byte[][] STATUS_LINES = new byte[500][];

  private HeadWriter() {}

  private static byte[] bytes(String text) {
    return text.getBytes(ISO_8859_1);
  }

  static void statusLine(ByteBuf out, int status, boolean http10) {
    if (status < 100 || status > 599 || http10) {
      out.writeBytes(makeStatusLine(status, http10));
      return;
    }
    byte[] line = STATUS_LINES[status - 100];
    if (line == null) {
      line = makeStatusLine(status, false);
      STATUS_LINES[status - 100] = line; // a race makes the same bytes twice, no more
    }
    out.writeBytes(line);
  }

  private static byte[] makeStatusLine(int status, boolean http10) {
    return bytes(
        (http10 ? "HTTP/1.0 " : "HTTP/1.1 ") + status + " " + ReasonPhrase.of(status) + "\r\n");
  }

  /** The status line of a response that may have a reason phrase of its own. */
  static void statusLine(ByteBuf out, Headers headers, int status, boolean http10) {
    Spelling spelling = headers.spelling();
    byte[] reason = spelling == null ? null : spelling.reason();
    if (reason == null) {
      statusLine(out, status, http10);
      return;
    }
    out.writeBytes(bytes((http10 ? "HTTP/1.0 " : "HTTP/1.1 ") + status + " "));
    out.writeBytes(reason).writeBytes(CRLF);
  }

  /** The request line, its target with scheme and authority or not, and Host. */
  static void requestLine(ByteBuf out, Headers headers, boolean properCaseWords, boolean wholeUrl) {
    int method = headers.find(HeaderName.METHOD);
    int path = headers.find(HeaderName.PATH);
    int authority = headers.find(HeaderName.AUTHORITY);
    value(out, headers, method);
    out.writeByte(' ');
    if (wholeUrl) {
      value(out, headers, headers.find(HeaderName.SCHEME));
      out.writeBytes(SCHEME_END);
      value(out, headers, authority);
    }
    value(out, headers, path >= 0 ? path : authority); // CONNECT has an authority alone
    out.writeBytes(HTTP_11);
    line(out, headers, properCaseWords, HeaderName.HOST, HOST);
    value(out, headers, authority);
    out.writeBytes(CRLF);
  }

  private static void value(ByteBuf out, Headers headers, int slot) {
    if (slot >= 0) {
      out.writeBytes(headers.data(), headers.valueOffset(slot), headers.valueLength(slot));
    }
  }

  /**
   * A line of the codec's own, as far as {@code line} has it, its name written like all names are.
   */
  static void line(
      ByteBuf out, Headers headers, boolean properCaseWords, HeaderName name, byte[] line) {
    Spelling spelling = headers.spelling();
    if (spelling == null && !properCaseWords) {
      out.writeBytes(line);
      return;
    }
    name(out, spelling, name.hash(), line, 0, name.length());
    out.writeBytes(line, name.length(), line.length - name.length());
  }

  /** Writes a name as it came, where that is known, or with capitals. */
  private static void name(
      ByteBuf out, @Nullable Spelling spelling, int hash, byte[] data, int start, int length) {
    int at = spelling == null ? -1 : spelling.find(hash, data, start, length);
    if (spelling != null && at >= 0) {
      out.writeBytes(spelling.bytes(), at, length);
    } else if (spelling == null || spelling.properCaseElse()) {
      properCase(out, data, start, start + length);
    } else {
      out.writeBytes(data, start, length);
    }
  }

  /** All live fields but pseudo-headers and Transfer-Encoding, which is the codec's own. */
  static void fields(ByteBuf out, Headers headers, boolean properCaseWords) {
    byte[] data = headers.data();
    Spelling spelling = headers.spelling();
    boolean asTheyAre = spelling == null && !properCaseWords;
    int runStart = 0;
    int runEnd = 0;
    for (int slot = 0, slots = headers.slots(); slot < slots; slot++) {
      if (!headers.isLive(slot)) {
        continue;
      }
      int name = headers.nameOffset(slot);
      if (data[name] == ':' || headers.name(slot) == HeaderName.TRANSFER_ENCODING) {
        continue;
      }
      int nameEnd = name + headers.nameLength(slot);
      int value = headers.valueOffset(slot);
      int valueEnd = value + headers.valueLength(slot);
      if (asTheyAre && liesAsOnWire(data, nameEnd, value, valueEnd)) {
        if (name != runEnd) {
          out.writeBytes(data, runStart, runEnd - runStart);
          runStart = name;
        }
        runEnd = valueEnd + 2;
        continue;
      }
      out.writeBytes(data, runStart, runEnd - runStart);
      runStart = 0;
      runEnd = 0;
      if (asTheyAre) {
        out.writeBytes(data, name, nameEnd - name);
      } else {
        name(out, spelling, headers.nameHash(slot), data, name, nameEnd - name);
      }
      out.writeByte(':').writeByte(' ');
      out.writeBytes(data, value, valueEnd - value).writeBytes(CRLF);
    }
    out.writeBytes(data, runStart, runEnd - runStart);
  }

  private static boolean liesAsOnWire(byte[] data, int nameEnd, int value, int valueEnd) {
    return value == nameEnd + 2
        && data[nameEnd] == ':'
        && data[nameEnd + 1] == ' '
        && valueEnd + 1 < data.length
        && data[valueEnd] == '\r'
        && data[valueEnd + 1] == '\n';
  }

  private static void properCase(ByteBuf out, byte[] data, int start, int end) {
    boolean first = true;
    for (int i = start; i < end; i++) {
      int b = data[i];
      out.writeByte(first && b >= 'a' && b <= 'z' ? b - 32 : b);
      first = !(b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || b >= '0' && b <= '9');
    }
  }

  /** A chunk's size line (RFC 9112 7.1). */
  static void chunkSize(ByteBuf out, int size) {
    int digits = Math.max(1, (35 - Integer.numberOfLeadingZeros(size)) / 4);
    for (int shift = (digits - 1) * 4; shift >= 0; shift -= 4) {
      out.writeByte(Character.forDigit(size >> shift & 15, 16));
    }
    out.writeBytes(CRLF);
  }
}
