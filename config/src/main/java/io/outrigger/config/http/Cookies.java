package io.outrigger.config.http;

import org.jspecify.annotations.Nullable;

/** Cookies as requests carry them and responses set them (RFC 6265). */
public final class Cookies {
  private Cookies() {}

  /**
   * The value of the first cookie of this name; null: there is none. As in Envoy only spaces before
   * the name and one pair of quotes around the value are left out, and what is empty counts as
   * found.
   */
  public static @Nullable String value(Headers request, String name) {
    for (int slot = request.find(HeaderName.COOKIE);
        slot >= 0;
        slot = request.next(HeaderName.COOKIE, slot)) {
      String found = value(request.value(slot), name);
      if (found != null) {
        return found;
      }
    }
    return null;
  }

  /** Like {@link #value(Headers, String)}, but a cookie without a value counts as none. */
  public static @Nullable String nonEmpty(Headers request, String name) {
    String value = value(request, name);
    return value == null || value.isEmpty() ? null : value;
  }

  private static @Nullable String value(String cookies, String name) {
    for (int from = 0; from < cookies.length(); ) {
      int semicolon = cookies.indexOf(';', from);
      int end = semicolon < 0 ? cookies.length() : semicolon;
      while (from < end && cookies.charAt(from) == ' ') {
        from++;
      }
      int equals = from + name.length();
      if (equals < end && cookies.charAt(equals) == '=' && cookies.startsWith(name, from)) {
        return unquoted(cookies.substring(equals + 1, end));
      }
      from = end + 1;
    }
    return null;
  }

  private static String unquoted(String value) {
    boolean quoted = value.length() > 1 && value.startsWith("\"") && value.endsWith("\"");
    return quoted ? value.substring(1, value.length() - 1) : value;
  }

  /** An attribute as {@link #set} takes it; one without a value is a word. */
  public static String attribute(String name, String value) {
    return "; " + name + (value.isEmpty() ? "" : '=' + value);
  }

  /**
   * What Set-Cookie says, as Envoy writes it.
   *
   * @param attributes more of them, each with a semicolon before it
   */
  public static String set(
      String name, String value, long ttlSeconds, String path, String attributes) {
    return name
        + "=\""
        + value
        + '"'
        + (ttlSeconds > 0 ? "; Max-Age=" + ttlSeconds : "")
        + (path.isEmpty() ? "" : "; Path=" + path)
        + attributes
        + "; HttpOnly";
  }
}
