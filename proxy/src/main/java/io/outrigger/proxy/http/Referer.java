package io.outrigger.proxy.http;

import io.outrigger.config.http.Headers;

/**
 * Whether a Referer is a URL as RFC 9110 10.1.3 allows it: absolute without user and fragment, or
 * relative without a fragment. As Envoy, the proxy takes others away.
 */
final class Referer {
  private static final int MAX_PORT = 65535;

  /** Beside letters and digits: what RFC 3986 lets stand in a path or query. */
  private static final String RELATIVE = "-._~%!$&'()*+,;=:@/?";

  private final byte[] data;
  private final int end;
  private int at;

  private Referer(byte[] data, int offset, int length) {
    this.data = data;
    this.at = offset;
    this.end = offset + length;
  }

  static boolean isValid(Headers headers, int slot) {
    byte[] data = headers.data();
    int offset = headers.valueOffset(slot);
    int length = headers.valueLength(slot);
    return new Referer(data, offset, length).isAbsolute()
        || new Referer(data, offset, length).isRelative();
  }

  private boolean isAbsolute() {
    return scheme() && host() && port() && rest();
  }

  private boolean scheme() {
    int start = at;
    while (at < end && (isAlphanumeric(data[at]) || "+-.".indexOf(data[at]) >= 0)) {
      at++;
    }
    boolean named = at > start && isLetter(data[start]);
    if (!named || end - at < 3 || data[at] != ':' || data[at + 1] != '/' || data[at + 2] != '/') {
      return false;
    }
    at += 3;
    return true;
  }

  private boolean host() {
    if (at < end && data[at] == '@') {
      at++; // a user without a name
    }
    int start = at;
    if (at < end && data[at] == '[') {
      at++;
      while (at < end && (isHex(data[at]) || data[at] == ':' || data[at] == '.')) {
        at++;
      }
      return at - start > 2 && at < end && data[at++] == ']';
    }
    while (at < end && (isAlphanumeric(data[at]) || data[at] == '-' || data[at] == '.')) {
      at++;
    }
    return at > start;
  }

  private boolean port() {
    if (at == end || data[at] != ':') {
      return true;
    }
    int port = 0;
    int start = ++at;
    while (at < end && isDigit(data[at])) {
      port = Math.min(port * 10 + data[at++] - '0', MAX_PORT + 1);
    }
    return at > start && port <= MAX_PORT;
  }

  /** The path and query, of any visible characters; a fragment that is empty counts as none. */
  private boolean rest() {
    if (at == end) {
      return true;
    }
    if (data[at] != '/' && data[at] != '?') {
      return false;
    }
    for (; at < end; at++) {
      if (data[at] == '#') {
        return at + 1 == end;
      }
      if (data[at] <= ' ' || data[at] == 0x7f) { // negative ones aren't ASCII
        return false;
      }
    }
    return true;
  }

  private boolean isRelative() {
    boolean slash = false;
    for (int i = at; i < end; i++) {
      slash |= data[i] == '/';
      if (data[i] == ':' && !slash || !isAlphanumeric(data[i]) && RELATIVE.indexOf(data[i]) < 0) {
        return false;
      }
    }
    return true;
  }

  private static boolean isLetter(byte b) {
    return b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z';
  }

  private static boolean isDigit(byte b) {
    return b >= '0' && b <= '9';
  }

  private static boolean isAlphanumeric(byte b) {
    return isLetter(b) || isDigit(b);
  }

  private static boolean isHex(byte b) {
    return isDigit(b) || b >= 'a' && b <= 'f' || b >= 'A' && b <= 'F';
  }
}
