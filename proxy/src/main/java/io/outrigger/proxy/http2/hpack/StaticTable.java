package io.outrigger.proxy.http2.hpack;

import io.outrigger.config.http.HeaderName;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** HPACK's static table (RFC 7541 appendix A). */
final class StaticTable {
  static final int LENGTH = 61;

  private static final String[] ENTRIES = {
    ":authority",
    "",
    ":method",
    "GET",
    ":method",
    "POST",
    ":path",
    "/",
    ":path",
    "/index.html",
    ":scheme",
    "http",
    ":scheme",
    "https",
    ":status",
    "200",
    ":status",
    "204",
    ":status",
    "206",
    ":status",
    "304",
    ":status",
    "400",
    ":status",
    "404",
    ":status",
    "500",
    "accept-charset",
    "",
    "accept-encoding",
    "gzip, deflate",
    "accept-language",
    "",
    "accept-ranges",
    "",
    "accept",
    "",
    "access-control-allow-origin",
    "",
    "age",
    "",
    "allow",
    "",
    "authorization",
    "",
    "cache-control",
    "",
    "content-disposition",
    "",
    "content-encoding",
    "",
    "content-language",
    "",
    "content-length",
    "",
    "content-location",
    "",
    "content-range",
    "",
    "content-type",
    "",
    "cookie",
    "",
    "date",
    "",
    "etag",
    "",
    "expect",
    "",
    "expires",
    "",
    "from",
    "",
    "host",
    "",
    "if-match",
    "",
    "if-modified-since",
    "",
    "if-none-match",
    "",
    "if-range",
    "",
    "if-unmodified-since",
    "",
    "last-modified",
    "",
    "link",
    "",
    "location",
    "",
    "max-forwards",
    "",
    "proxy-authenticate",
    "",
    "proxy-authorization",
    "",
    "range",
    "",
    "referer",
    "",
    "refresh",
    "",
    "retry-after",
    "",
    "server",
    "",
    "set-cookie",
    "",
    "strict-transport-security",
    "",
    "transfer-encoding",
    "",
    "user-agent",
    "",
    "vary",
    "",
    "via",
    "",
    "www-authenticate",
    ""
  };
  private static final HeaderName[] NAMES = new HeaderName[LENGTH + 1];
  private static final byte[][] VALUES = new byte[LENGTH + 1][];

  static {
    for (int index = 1; index <= LENGTH; index++) {
      NAMES[index] = HeaderName.of(ENTRIES[2 * index - 2]);
      VALUES[index] = ENTRIES[2 * index - 1].getBytes(StandardCharsets.ISO_8859_1);
    }
  }

  private StaticTable() {}

  static HeaderName name(int index) {
    return NAMES[index];
  }

  static byte[] value(int index) {
    return VALUES[index];
  }

  /** The entry of this name and value, or 0. */
  static int find(HeaderName name, byte[] data, int offset, int length) {
    int index = name.hpackIndex();
    if (index == 0 || index > 16) {
      return 0;
    }
    for (int i = index; i <= 16 && NAMES[i].hpackIndex() == index; i++) {
      byte[] value = VALUES[i];
      if (value.length == length
          && length > 0
          && Arrays.equals(value, 0, length, data, offset, offset + length)) {
        return i;
      }
    }
    return 0;
  }
}
