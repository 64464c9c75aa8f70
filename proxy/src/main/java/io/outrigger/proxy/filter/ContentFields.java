package io.outrigger.proxy.filter;

import io.outrigger.config.http.HeaderName;
import io.outrigger.config.http.Headers;
import java.util.Locale;
import java.util.Set;

/** What compressing a body asks of the fields that describe it, and does to them. */
final class ContentFields {
  private static final String ACCEPT_ENCODING = "Accept-Encoding";

  private ContentFields() {}

  /** Whether a body of this type may be compressed; one of no type may. */
  static boolean isOneOf(Headers headers, Set<String> types) {
    String type = headers.value(HeaderName.CONTENT_TYPE);
    if (type == null) {
      return true;
    }
    int end = type.indexOf(';');
    return types.contains(
        (end < 0 ? type : type.substring(0, end)).strip().toLowerCase(Locale.ROOT));
  }

  /** Whether a list has this token, in any case. */
  static boolean hasToken(Headers headers, HeaderName name, String token) {
    for (int slot = headers.find(name); slot >= 0; slot = headers.next(name, slot)) {
      String list = headers.value(slot);
      for (int from = 0; from <= list.length(); ) {
        int comma = list.indexOf(',', from);
        int end = comma < 0 ? list.length() : comma;
        if (list.substring(from, end).strip().equalsIgnoreCase(token)) {
          return true;
        }
        from = end + 1;
      }
    }
    return false;
  }

  /** An etag that promises the very bytes doesn't hold for other bytes. */
  static void dropStrongEtag(Headers headers) {
    String etag = headers.value(HeaderName.ETAG);
    if (etag != null && !etag.regionMatches(true, 0, "W/", 0, 2)) {
      headers.remove(HeaderName.ETAG);
    }
  }

  /** Tells caches that another client may get this differently encoded. */
  static void varyByEncoding(Headers headers) {
    String vary = headers.value(HeaderName.VARY);
    if (vary == null || vary.isEmpty()) {
      headers.set(HeaderName.VARY, ACCEPT_ENCODING);
    } else if (!hasToken(headers, HeaderName.VARY, ACCEPT_ENCODING)) {
      headers.set(HeaderName.VARY, vary + ", " + ACCEPT_ENCODING);
    }
  }
}
