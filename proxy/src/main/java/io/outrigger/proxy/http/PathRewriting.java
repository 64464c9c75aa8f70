package io.outrigger.proxy.http;

import io.outrigger.config.hcm.PathNormalization;
import io.outrigger.config.http.HeaderName;
import io.outrigger.config.http.Headers;

/**
 * Brings a request's path into its normal form before it is routed (RFC 3986 6.2.2), as far as the
 * connection manager is configured to.
 */
final class PathRewriting {
  /** What came of it. */
  enum Outcome {
    OK,
    REJECT,
    REDIRECT
  }

  private PathRewriting() {}

  static Outcome apply(Headers headers, int slot, PathNormalization config) {
    byte[] data = headers.data();
    int offset = headers.valueOffset(slot);
    int length = headers.valueLength(slot);
    int pathEnd = length;
    boolean odd = false;
    byte previous = 0;
    for (int i = 0; i < length; i++) {
      byte b = data[offset + i];
      if (b == '#') {
        return Outcome.REJECT;
      }
      if (b == '?') {
        pathEnd = i;
        for (int j = i; j < length; j++) {
          if (data[offset + j] == '#') {
            return Outcome.REJECT;
          }
        }
        break;
      }
      odd |= b == '%' || b == '\\' || ((b == '/' || b == '.') && previous == '/');
      previous = b;
    }
    if (!odd) {
      return Outcome.OK;
    }
    return slow(headers, slot, pathEnd, config);
  }

  private static Outcome slow(Headers headers, int slot, int pathEnd, PathNormalization config) {
    String whole = headers.value(slot);
    String path = whole.substring(0, pathEnd);
    boolean redirect = false;
    if (config.escapedSlashes() != PathNormalization.EscapedSlashes.KEEP_UNCHANGED) {
      String unescaped = unescapeSlashes(path);
      if (!unescaped.equals(path)) {
        switch (config.escapedSlashes()) {
          case REJECT_REQUEST -> {
            return Outcome.REJECT;
          }
          case UNESCAPE_AND_REDIRECT -> redirect = true;
          case UNESCAPE_AND_FORWARD, KEEP_UNCHANGED -> {}
        }
        path = unescaped;
      }
    }
    if (config.normalizePath()) {
      String normal = normalize(path);
      if (normal == null) {
        return Outcome.REJECT;
      }
      path = normal;
    }
    if (config.mergeSlashes()) {
      path = mergeSlashes(path);
    }
    String result = path + whole.substring(pathEnd);
    if (!result.equals(whole)) {
      headers.set(HeaderName.PATH, result);
    }
    return redirect ? Outcome.REDIRECT : Outcome.OK;
  }

  /** Each run of slashes becomes one; a path of nothing but slashes keeps two, as in Envoy. */
  private static String mergeSlashes(String path) {
    if (path.indexOf("//") < 0) {
      return path;
    }
    StringBuilder out = new StringBuilder(path.length());
    for (int i = 0; i < path.length(); i++) {
      char c = path.charAt(i);
      if (c != '/' || i == 0 || path.charAt(i - 1) != '/') {
        out.append(c);
      }
    }
    return out.length() == 1 ? "//" : out.toString();
  }

  private static String unescapeSlashes(String path) {
    return path.replace("%2F", "/").replace("%2f", "/").replace("%5C", "\\").replace("%5c", "\\");
  }

  /** Decodes unreserved characters, turns backslashes, and resolves dot segments; null: refuse. */
  private static @org.jspecify.annotations.Nullable String normalize(String path) {
    StringBuilder decoded = new StringBuilder(path.length());
    for (int i = 0; i < path.length(); i++) {
      char c = path.charAt(i);
      if (c == '\\') {
        decoded.append('/');
        continue;
      }
      if (c != '%') {
        decoded.append(c);
        continue;
      }
      int high = i + 2 < path.length() ? Character.digit(path.charAt(i + 1), 16) : -1;
      int low = i + 2 < path.length() ? Character.digit(path.charAt(i + 2), 16) : -1;
      if (high < 0 || low < 0) {
        decoded.append(c);
        continue;
      }
      char value = (char) (high << 4 | low);
      if (value == 0) {
        return null;
      }
      if (isUnreserved(value)) {
        decoded.append(value);
      } else {
        decoded.append(path, i, i + 3);
      }
      i += 2;
    }
    return removeDotSegments(decoded.toString());
  }

  private static boolean isUnreserved(char c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || c == '-'
        || c == '.'
        || c == '_'
        || c == '~';
  }

  private static String removeDotSegments(String path) {
    if (!path.startsWith("/")) {
      return path;
    }
    StringBuilder out = new StringBuilder(path.length());
    int at = 0;
    while (at < path.length()) {
      int slash = path.indexOf('/', at + 1);
      int end = slash < 0 ? path.length() : slash;
      String segment = path.substring(at, end); // with its leading slash
      boolean last = slash < 0;
      if (segment.equals("/.")) {
        if (last) {
          out.append('/');
        }
      } else if (segment.equals("/..") || segment.startsWith("/..;")) {
        int parent = out.lastIndexOf("/");
        out.setLength(Math.max(parent, 0));
        if (last) {
          out.append('/');
        }
      } else {
        out.append(segment);
      }
      at = end;
    }
    return out.isEmpty() ? "/" : out.toString();
  }
}
