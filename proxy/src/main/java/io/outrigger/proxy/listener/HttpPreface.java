package io.outrigger.proxy.listener;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/** Tells from the first bytes of a plain connection whether it carries HTTP, and which. */
enum HttpPreface {
  NEED_MORE(""),
  NOT_HTTP(""),
  HTTP_1_0("http/1.0"),
  HTTP_1_1("http/1.1"),
  HTTP_2("h2c");

  /** Bytes of a request line that are looked at before giving up. */
  static final int MAX_INSPECTED = 64 * 1024;

  private static final byte[] H2_PREFACE =
      "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

  /** The methods that Envoy's parser knows; another word is some other protocol's. */
  private static final byte[][] METHODS = {
    word("GET"),
    word("POST"),
    word("PUT"),
    word("HEAD"),
    word("DELETE"),
    word("OPTIONS"),
    word("PATCH"),
    word("CONNECT"),
    word("TRACE"),
    word("ACL"),
    word("BIND"),
    word("CHECKOUT"),
    word("COPY"),
    word("LINK"),
    word("LOCK"),
    word("MERGE"),
    word("MKACTIVITY"),
    word("MKCALENDAR"),
    word("MKCOL"),
    word("MOVE"),
    word("MSEARCH"),
    word("M-SEARCH"),
    word("NOTIFY"),
    word("PROPFIND"),
    word("PROPPATCH"),
    word("PURGE"),
    word("QUERY"),
    word("REBIND"),
    word("REPORT"),
    word("SEARCH"),
    word("SOURCE"),
    word("SUBSCRIBE"),
    word("UNBIND"),
    word("UNLINK"),
    word("UNLOCK"),
    word("UNSUBSCRIBE")
  };

  private final String protocol;

  HttpPreface(String protocol) {
    this.protocol = protocol;
  }

  /** The application protocol that a filter chain match names; empty if there is none. */
  String protocol() {
    return protocol;
  }

  /** Looks at the readable bytes without consuming them. */
  static HttpPreface look(ByteBuf bytes) {
    int at = bytes.readerIndex();
    int end = bytes.writerIndex();
    if (startsLike(bytes, at, end, H2_PREFACE)) {
      return end - at >= H2_PREFACE.length ? HTTP_2 : NEED_MORE;
    }
    // RFC 9112 section 2.2: empty lines before a request line are ignored
    while (at < end && (bytes.getByte(at) == '\r' || bytes.getByte(at) == '\n')) {
      at++;
    }
    if (at == end) {
      return NEED_MORE;
    }
    int known = method(bytes, at, end);
    if (known < 0 || (known > 0 && at + known < end && bytes.getByte(at + known) != ' ')) {
      return NOT_HTTP;
    }
    int newline = bytes.indexOf(at, end, (byte) '\n');
    if (newline < 0) {
      return end - at >= MAX_INSPECTED ? NOT_HTTP : NEED_MORE;
    }
    return version(bytes, at + known, newline);
  }

  /** The length of the method that the bytes start with; 0 if they may become one; -1 if not. */
  private static int method(ByteBuf bytes, int at, int end) {
    int best = -1;
    for (byte[] method : METHODS) {
      if (startsLike(bytes, at, end, method)) {
        best = Math.max(best, end - at >= method.length ? method.length : 0);
      }
    }
    return best;
  }

  /** The request line's last word; the method, of which the length is known, stands before. */
  private static HttpPreface version(ByteBuf bytes, int afterMethod, int newline) {
    int end = newline;
    if (end > afterMethod && bytes.getByte(end - 1) == '\r') {
      end--;
    }
    int start = end - "HTTP/1.x".length();
    // "METHOD x HTTP/1.1": a blank, at least one byte of target, a blank
    if (start < afterMethod + 3
        || bytes.getByte(afterMethod) != ' '
        || bytes.getByte(start - 1) != ' '
        || !startsLike(bytes, start, end, word("HTTP/1."))) {
      return NOT_HTTP;
    }
    return switch (bytes.getByte(end - 1)) {
      case '0' -> HTTP_1_0;
      case '1' -> HTTP_1_1;
      default -> NOT_HTTP;
    };
  }

  /** Whether the bytes agree with the word as far as both go; at least one byte must be there. */
  private static boolean startsLike(ByteBuf bytes, int at, int end, byte[] word) {
    int length = Math.min(end - at, word.length);
    for (int i = 0; i < length; i++) {
      if (bytes.getByte(at + i) != word[i]) {
        return false;
      }
    }
    return length > 0;
  }

  private static byte[] word(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
