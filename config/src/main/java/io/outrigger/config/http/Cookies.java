package io.outrigger.config.http;

import org.jspecify.annotations.Nullable;

/** Cookies as requests carry them and responses set them (RFC 6265). */
public final class Cookies {
  private Cookies() {}

  /** The value of the first cookie of this name, without quotes; null: there is none. */
  public static @Nullable String value(Headers request, String name) {
    for (int slot = request.find(HeaderName.COOKIE);
        slot >= 0;
        slot = request.next(HeaderName.COOKIE, slot)) {
      String cookies = request.value(slot);
      for (int from = 0; from < cookies.length(); ) {
        int semicolon = cookies.indexOf(';', from);
        int end = semicolon < 0 ? cookies.length() : semicolon;
        String pair = cookies.substring(from, end).strip();
        if (pair.length() > name.length()
            && pair.startsWith(name)
            && pair.charAt(name.length()) == '=') {
          return pair.substring(name.length() + 1).replace("\"", "");
        }
        from = end + 1;
      }
    }
    return null;
  }

  /** What Set-Cookie says, as Envoy writes it. */
  public static String set(String name, String value, long ttlSeconds, String path) {
    return name
        + "=\""
        + value
        + '"'
        + (ttlSeconds > 0 ? "; Max-Age=" + ttlSeconds : "")
        + (path.isEmpty() ? "" : "; Path=" + path)
        + "; HttpOnly";
  }
}
