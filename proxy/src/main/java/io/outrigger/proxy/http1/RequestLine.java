package io.outrigger.proxy.http1;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.outrigger.config.http.HeaderName;
import io.outrigger.config.http.Headers;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads a request line into the pseudo-headers :method, :path, :scheme and :authority (RFC 9112 3).
 *
 * <p>Blanks and tabs may be many, as with Envoy. The method must be one that Envoy knows.
 */
final class RequestLine {
  static final int METHOD_SLOT = 0;
  static final int PATH_SLOT = 1;
  static final int SCHEME_SLOT = 2;
  static final int AUTHORITY_SLOT = 3;

  private static final byte[] NAMES = ":method:path:scheme:authorityhttps/".getBytes(US_ASCII);
  private static final int METHOD_NAME = 0;
  private static final int PATH_NAME = 7;
  private static final int SCHEME_NAME = 12;
  private static final int AUTHORITY_NAME = 19;
  private static final int HTTPS = 29;
  private static final int SLASH = 34;
  private static final byte[][] COMMON_METHODS = {
    "GET".getBytes(US_ASCII),
    "POST".getBytes(US_ASCII),
    "PUT".getBytes(US_ASCII),
    "HEAD".getBytes(US_ASCII),
    "DELETE".getBytes(US_ASCII)
  };
  private static final Set<String> METHODS =
      Set.of(
          "GET",
          "HEAD",
          "POST",
          "PUT",
          "DELETE",
          "CONNECT",
          "OPTIONS",
          "TRACE",
          "PATCH",
          "ACL",
          "BIND",
          "CHECKOUT",
          "COPY",
          "LINK",
          "LOCK",
          "MERGE",
          "MKACTIVITY",
          "MKCALENDAR",
          "MKCOL",
          "MOVE",
          "MSEARCH",
          "M-SEARCH",
          "NOTIFY",
          "PROPFIND",
          "PROPPATCH",
          "PURGE",
          "QUERY",
          "REBIND",
          "REPORT",
          "SEARCH",
          "SOURCE",
          "SUBSCRIBE",
          "UNBIND",
          "UNLINK",
          "UNLOCK",
          "UNSUBSCRIBE");

  private final Http1Settings settings;
  private boolean queryWithoutPath;
  boolean connect;

  RequestLine(Http1Settings settings) {
    this.settings = settings;
  }

  /** Lays the pseudo-headers' names down, which the lines read after them refer to. */
  static void begin(Headers headers) {
    int at = headers.reserve(NAMES.length);
    System.arraycopy(NAMES, 0, headers.data(), at, NAMES.length);
    headers.commit(NAMES.length);
  }

  /** Reads the line between these offsets. */
  @Nullable Http1Error read(MessageHead head, int start, int end) {
    Headers headers = head.headers;
    assert headers != null;
    byte[] data = headers.data();
    int method = start;
    int methodEnd = wordEnd(data, method, end);
    int target = skipBlanks(data, methodEnd, end);
    int targetEnd = wordEnd(data, target, end);
    int version = skipBlanks(data, targetEnd, end);
    int versionEnd = wordEnd(data, version, end);
    if (skipBlanks(data, versionEnd, end) != end || !isMethod(data, method, methodEnd)) {
      return Http1Error.MALFORMED;
    }
    Http1Error error = readVersion(head, data, version, versionEnd);
    if (error != null) {
      return error;
    }
    for (int i = target; i < targetEnd; i++) {
      if (data[i] < '!' || data[i] == 0x7f) { // what is not ASCII is negative, and refused too
        return Http1Error.MALFORMED;
      }
    }
    headers.addInPlace(HeaderName.METHOD, METHOD_NAME, method, methodEnd - method);
    connect =
        methodEnd - method == 7
            && data[method] == 'C'
            && data[method + 1] == 'O'
            && data[method + 2] == 'N';
    queryWithoutPath = false;
    if (connect) {
      headers.addInPlace(HeaderName.PATH, PATH_NAME, 0, 0);
      headers.addInPlace(HeaderName.SCHEME, SCHEME_NAME, HTTPS, settings.tls() ? 5 : 4);
      headers.removeSlot(PATH_SLOT);
      headers.removeSlot(SCHEME_SLOT);
      headers.addInPlace(HeaderName.AUTHORITY, AUTHORITY_NAME, target, targetEnd - target);
      return hasPort(data, target, targetEnd) ? null : Http1Error.MALFORMED;
    }
    if (data[target] == '/' || (data[target] == '*' && targetEnd == target + 1)) {
      headers.addInPlace(HeaderName.PATH, PATH_NAME, target, targetEnd - target);
      headers.addInPlace(HeaderName.SCHEME, SCHEME_NAME, HTTPS, settings.tls() ? 5 : 4);
      headers.addInPlace(HeaderName.AUTHORITY, AUTHORITY_NAME, 0, 0);
      head.authoritySlot = AUTHORITY_SLOT;
      return null;
    }
    return absolute(head, headers, data, target, targetEnd);
  }

  /** What could not be done in place while lines were still being read. */
  void finish(Headers headers) {
    if (queryWithoutPath) {
      String query = headers.value(PATH_SLOT);
      headers.set(HeaderName.PATH, "/" + query);
    }
  }

  /** {@code http://authority/path?query}: its authority overrides Host; user information goes. */
  private @Nullable Http1Error absolute(
      MessageHead head, Headers headers, byte[] data, int start, int end) {
    boolean https = startsWith(data, start, end, "https://");
    if (!settings.allowAbsoluteUrl() && hasScheme(data, start, end)) {
      // the whole target is a path that no route has
      headers.addInPlace(HeaderName.PATH, PATH_NAME, start, end - start);
      headers.addInPlace(HeaderName.SCHEME, SCHEME_NAME, HTTPS, settings.tls() ? 5 : 4);
      headers.addInPlace(HeaderName.AUTHORITY, AUTHORITY_NAME, 0, 0);
      head.authoritySlot = AUTHORITY_SLOT;
      return null;
    }
    if (!https && !startsWith(data, start, end, "http://")) {
      return hasScheme(data, start, end) ? Http1Error.INVALID_SCHEME : Http1Error.MALFORMED;
    }
    int authority = start + (https ? 8 : 7);
    int authorityEnd = authority;
    int userEnd = authority;
    while (authorityEnd < end && data[authorityEnd] != '/' && data[authorityEnd] != '?') {
      if (data[authorityEnd++] == '@') {
        userEnd = authorityEnd;
      }
    }
    if (userEnd == authorityEnd) {
      return Http1Error.MALFORMED;
    }
    if (authorityEnd == end) {
      headers.addInPlace(HeaderName.PATH, PATH_NAME, SLASH, 1);
    } else {
      queryWithoutPath = data[authorityEnd] == '?';
      headers.addInPlace(HeaderName.PATH, PATH_NAME, authorityEnd, end - authorityEnd);
    }
    headers.addInPlace(HeaderName.SCHEME, SCHEME_NAME, HTTPS, https ? 5 : 4);
    headers.addInPlace(HeaderName.AUTHORITY, AUTHORITY_NAME, userEnd, authorityEnd - userEnd);
    return null;
  }

  /** CONNECT goes to a host and a port (RFC 9110 9.3.6). */
  private static boolean hasPort(byte[] data, int start, int end) {
    int colon = end - 1;
    while (colon > start && data[colon] >= '0' && data[colon] <= '9') {
      colon--;
    }
    return colon > start && colon < end - 1 && data[colon] == ':';
  }

  private static boolean isMethod(byte[] data, int start, int end) {
    for (byte[] common : COMMON_METHODS) {
      if (Arrays.equals(data, start, end, common, 0, common.length)) {
        return true;
      }
    }
    int length = end - start;
    return length > 0
        && length <= 12
        && METHODS.contains(new String(data, start, length, StandardCharsets.ISO_8859_1));
  }

  /** HTTP/1.1, or HTTP/1.0 where it is accepted; any other version is told to upgrade. */
  private @Nullable Http1Error readVersion(MessageHead head, byte[] data, int start, int end) {
    if (start == end) {
      return Http1Error.LOW_VERSION; // HTTP/0.9 has none
    }
    if (end - start != 8
        || data[start] != 'H'
        || data[start + 1] != 'T'
        || data[start + 2] != 'T'
        || data[start + 3] != 'P'
        || data[start + 4] != '/'
        || !isDigit(data[start + 5])
        || data[start + 6] != '.'
        || !isDigit(data[start + 7])) {
      return Http1Error.MALFORMED;
    }
    boolean one = data[start + 5] == '1';
    head.http10 = one && data[start + 7] == '0';
    return one && (data[start + 7] == '1' || (head.http10 && settings.acceptHttp10()))
        ? null
        : Http1Error.LOW_VERSION;
  }

  private static boolean isDigit(byte b) {
    return b >= '0' && b <= '9';
  }

  private static boolean hasScheme(byte[] data, int start, int end) {
    for (int i = start; i + 2 < end; i++) {
      if (data[i] == ':') {
        return data[i + 1] == '/' && data[i + 2] == '/';
      }
    }
    return false;
  }

  private static boolean startsWith(byte[] data, int start, int end, String lowerCase) {
    if (end - start < lowerCase.length()) {
      return false;
    }
    for (int i = 0; i < lowerCase.length(); i++) {
      int b = data[start + i];
      if (b >= 'A' && b <= 'Z') {
        b += 32;
      }
      if (b != lowerCase.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  private static int skipBlanks(byte[] data, int from, int end) {
    int at = from;
    while (at < end && FieldBytes.isBlank(data[at])) {
      at++;
    }
    return at;
  }

  private static int wordEnd(byte[] data, int from, int end) {
    int at = from;
    while (at < end && !FieldBytes.isBlank(data[at])) {
      at++;
    }
    return at;
  }
}
