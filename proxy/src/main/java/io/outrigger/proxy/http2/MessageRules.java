package io.outrigger.proxy.http2;

import io.outrigger.config.http.HeaderName;
import io.outrigger.config.http.Headers;
import org.jspecify.annotations.Nullable;

/**
 * What makes a message well-formed (RFC 9113 section 8), beyond the bytes of its fields.
 *
 * <p>Each check returns what is wrong, or null. They also bring a request into the shape that the
 * rest of the proxy expects: {@code host} becomes {@code :authority}, cookie crumbs become one.
 */
final class MessageRules {
  private static final byte PLAIN = 0;
  private static final byte CONNECTION_SPECIFIC = 1;
  private static final byte TE = 2;
  private static final byte CONTENT_LENGTH = 3;
  private static final byte HOST = 4;
  private static final byte COOKIE = 5;
  private static final byte[] KINDS = new byte[HeaderName.knownCount()];

  private static final int METHOD_SEEN = 1;
  private static final int SCHEME_SEEN = 2;
  private static final int PATH_SEEN = 4;
  private static final int AUTHORITY_SEEN = 8;
  private static final int PROTOCOL_SEEN = 16;

  private static final byte[] TRAILERS = {'t', 'r', 'a', 'i', 'l', 'e', 'r', 's'};
  private static final byte[] CONNECT = {'C', 'O', 'N', 'N', 'E', 'C', 'T'};
  private static final byte[] OPTIONS = {'O', 'P', 'T', 'I', 'O', 'N', 'S'};
  private static final byte[] SEPARATOR = {';', ' '};

  static {
    kind(HeaderName.CONNECTION, CONNECTION_SPECIFIC);
    kind(HeaderName.KEEP_ALIVE, CONNECTION_SPECIFIC);
    kind(HeaderName.PROXY_CONNECTION, CONNECTION_SPECIFIC);
    kind(HeaderName.TRANSFER_ENCODING, CONNECTION_SPECIFIC);
    kind(HeaderName.UPGRADE, CONNECTION_SPECIFIC);
    kind(HeaderName.TE, TE);
    kind(HeaderName.CONTENT_LENGTH, CONTENT_LENGTH);
    kind(HeaderName.HOST, HOST);
    kind(HeaderName.COOKIE, COOKIE);
  }

  /** The content-length that the last checked message had, or -1. */
  private long contentLength;

  private int host;
  private int cookies;

  private static void kind(HeaderName name, byte kind) {
    KINDS[name.ordinal()] = kind;
  }

  long contentLength() {
    return contentLength;
  }

  @Nullable String checkRequest(Headers headers, boolean extendedConnect) {
    int seen = 0;
    int slots = headers.slots();
    byte[] data = headers.data();
    int slot = 0;
    for (; slot < slots && data[headers.nameOffset(slot)] == ':'; slot++) {
      HeaderName name = headers.name(slot);
      int bit = requestPseudo(name);
      if (bit == 0) {
        return "a request has no " + headers.nameText(slot);
      }
      if ((seen & bit) != 0) {
        return headers.nameText(slot) + " is there twice";
      }
      if (!visible(data, headers.valueOffset(slot), headers.valueLength(slot))) {
        return headers.nameText(slot) + " is empty or has a blank";
      }
      seen |= bit;
    }
    String problem = checkFields(headers, slot);
    if (problem == null) {
      problem = checkTarget(headers, seen, extendedConnect);
    }
    if (problem != null) {
      return problem;
    }
    if (host >= 0) {
      if ((seen & AUTHORITY_SEEN) == 0) {
        headers.add(HeaderName.AUTHORITY, headers.value(host));
      }
      headers.remove(HeaderName.HOST);
    }
    if (cookies > 1) {
      joinCookies(headers);
    }
    return null;
  }

  private static int requestPseudo(@Nullable HeaderName name) {
    if (name == null) {
      return 0;
    }
    return switch (name.hpackIndex()) {
      case 1 -> AUTHORITY_SEEN;
      case 2 -> METHOD_SEEN;
      case 4 -> PATH_SEEN;
      case 6 -> SCHEME_SEEN;
      default -> name.equals(HeaderName.PROTOCOL) ? PROTOCOL_SEEN : 0;
    };
  }

  private static @Nullable String checkTarget(Headers headers, int seen, boolean extendedConnect) {
    if ((seen & METHOD_SEEN) == 0) {
      return "a request without :method";
    }
    int method = headers.find(HeaderName.METHOD);
    boolean connect = headers.valueEquals(method, CONNECT);
    if ((seen & PROTOCOL_SEEN) != 0 && !(connect && extendedConnect)) {
      return ":protocol is for extended CONNECT, which "
          + (extendedConnect ? "this is not" : "is not offered");
    }
    if (connect && (seen & PROTOCOL_SEEN) == 0) {
      return seen == (METHOD_SEEN | AUTHORITY_SEEN)
          ? null
          : "CONNECT takes :method and :authority alone";
    }
    if ((seen & SCHEME_SEEN) == 0 || (seen & PATH_SEEN) == 0) {
      return "a request without " + ((seen & PATH_SEEN) == 0 ? ":path" : ":scheme");
    }
    int path = headers.find(HeaderName.PATH);
    int first = headers.data()[headers.valueOffset(path)];
    boolean asterisk =
        first == '*' && headers.valueLength(path) == 1 && headers.valueEquals(method, OPTIONS);
    if (first != '/' && !asterisk) {
      return ":path does not begin with a slash";
    }
    int authority = headers.find(HeaderName.AUTHORITY);
    if (authority >= 0 && indexOf(headers, authority, '@') >= 0) {
      return ":authority has user information";
    }
    return null;
  }

  private static int indexOf(Headers headers, int slot, int wanted) {
    byte[] data = headers.data();
    int from = headers.valueOffset(slot);
    for (int at = from, end = from + headers.valueLength(slot); at < end; at++) {
      if (data[at] == wanted) {
        return at - from;
      }
    }
    return -1;
  }

  /** Not empty, and nothing that HTTP/1's start line would break at. */
  private static boolean visible(byte[] data, int offset, int length) {
    for (int at = offset, end = offset + length; at < end; at++) {
      if (data[at] == ' ' || data[at] == '\t') {
        return false;
      }
    }
    return length > 0;
  }

  @Nullable String checkResponse(Headers headers) {
    int slots = headers.slots();
    byte[] data = headers.data();
    if (slots == 0 || !HeaderName.STATUS.equals(headers.name(0))) {
      return "a response without :status";
    }
    if (status(headers) < 100) {
      return ":status is not a number of three digits";
    }
    if (slots > 1 && data[headers.nameOffset(1)] == ':') {
      return "a response has :status alone, not " + headers.nameText(1);
    }
    return checkFields(headers, 1);
  }

  /** The number in the first slot's :status, or -1. */
  static int status(Headers headers) {
    if (headers.valueLength(0) != 3) {
      return -1;
    }
    int status = 0;
    int offset = headers.valueOffset(0);
    for (int i = 0; i < 3; i++) {
      int digit = headers.data()[offset + i] - '0';
      if (digit < 0 || digit > 9) {
        return -1;
      }
      status = status * 10 + digit;
    }
    return status;
  }

  @Nullable String checkTrailers(Headers headers) {
    return checkFields(headers, 0);
  }

  private @Nullable String checkFields(Headers headers, int from) {
    contentLength = -1;
    host = -1;
    cookies = 0;
    byte[] data = headers.data();
    for (int slot = from, slots = headers.slots(); slot < slots; slot++) {
      HeaderName name = headers.name(slot);
      if (name == null || name.ordinal() < 0) {
        if (data[headers.nameOffset(slot)] == ':') {
          return headers.nameText(slot) + " is not a pseudo-header of this message";
        }
        continue;
      }
      if (name.isPseudo()) {
        return headers.nameText(slot) + " stands behind a field or in trailers";
      }
      byte kind = KINDS[name.ordinal()];
      if (kind != PLAIN) {
        String problem = checkSpecial(headers, slot, kind);
        if (problem != null) {
          return problem;
        }
      }
    }
    return null;
  }

  private @Nullable String checkSpecial(Headers headers, int slot, byte kind) {
    return switch (kind) {
      case CONNECTION_SPECIFIC -> headers.nameText(slot) + " belongs to HTTP/1";
      case TE -> when(!headers.valueEqualsIgnoreCase(slot, TRAILERS), "te is not trailers");
      case CONTENT_LENGTH -> {
        long length = number(headers, slot);
        boolean twice = contentLength >= 0;
        contentLength = length;
        yield when(twice || length < 0, "content-length is there twice or is no number");
      }
      case HOST -> {
        boolean twice = host >= 0;
        host = slot;
        yield when(twice, "host is there twice");
      }
      default -> {
        cookies++;
        yield null;
      }
    };
  }

  private static @Nullable String when(boolean wrong, String problem) {
    return wrong ? problem : null;
  }

  private static long number(Headers headers, int slot) {
    int length = headers.valueLength(slot);
    if (length == 0 || length > 18) {
      return -1;
    }
    long number = 0;
    int offset = headers.valueOffset(slot);
    for (int i = 0; i < length; i++) {
      int digit = headers.data()[offset + i] - '0';
      if (digit < 0 || digit > 9) {
        return -1;
      }
      number = number * 10 + digit;
    }
    return number;
  }

  /** Joins the crumbs with {@code "; "} (RFC 9113 section 8.2.3). */
  private static void joinCookies(Headers headers) {
    int first = headers.find(HeaderName.COOKIE);
    boolean secret = headers.isNeverIndexed(first);
    int length = headers.valueLength(first);
    for (int slot = headers.next(HeaderName.COOKIE, first);
        slot >= 0;
        slot = headers.next(HeaderName.COOKIE, slot)) {
      length += SEPARATOR.length + headers.valueLength(slot);
      secret |= headers.isNeverIndexed(slot);
    }
    byte[] joined = new byte[length];
    int at = 0;
    for (int slot = first; slot >= 0; slot = headers.next(HeaderName.COOKIE, slot)) {
      if (at > 0) {
        System.arraycopy(SEPARATOR, 0, joined, at, SEPARATOR.length);
        at += SEPARATOR.length;
      }
      int part = headers.valueLength(slot);
      System.arraycopy(headers.data(), headers.valueOffset(slot), joined, at, part);
      at += part;
    }
    headers.set(HeaderName.COOKIE, joined);
    if (secret) {
      headers.setNeverIndexed(first);
    }
  }
}
