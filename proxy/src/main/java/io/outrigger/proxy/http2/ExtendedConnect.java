package io.outrigger.proxy.http2;

import io.outrigger.config.http.HeaderName;
import io.outrigger.config.http.Headers;

/**
 * Upgrades over HTTP/2 are CONNECT with :protocol (RFC 8441). Beyond the codec they look as they do
 * in HTTP/1: a GET with Upgrade, answered by 101.
 */
final class ExtendedConnect {
  private static final byte[] GET = {'G', 'E', 'T'};
  private static final byte[] CONNECT = {'C', 'O', 'N', 'N', 'E', 'C', 'T'};
  private static final byte[] UPGRADE = {'u', 'p', 'g', 'r', 'a', 'd', 'e'};
  private static final byte[] OK = {'2', '0', '0'};
  private static final byte[] SWITCHING = {'1', '0', '1'};

  private ExtendedConnect() {}

  /** A request as HTTP/1 has it; returns whether it is an upgrade. */
  static boolean requestToHttp1(Headers headers) {
    String protocol = headers.value(HeaderName.PROTOCOL);
    if (protocol == null) {
      return false;
    }
    headers.remove(HeaderName.PROTOCOL);
    headers.set(HeaderName.METHOD, GET);
    headers.set(HeaderName.UPGRADE, protocol);
    headers.set(HeaderName.CONNECTION, UPGRADE);
    return true;
  }

  /** A request as HTTP/2 has it; returns whether it is an upgrade. */
  static boolean requestToHttp2(Headers headers) {
    String token = headers.value(HeaderName.UPGRADE);
    if (token == null) {
      return false;
    }
    headers.remove(HeaderName.UPGRADE);
    headers.remove(HeaderName.CONNECTION);
    headers.set(HeaderName.METHOD, CONNECT);
    headers.set(HeaderName.PROTOCOL, token);
    return true;
  }

  /** The answer to an upgrade as HTTP/2 has it. */
  static void responseToHttp2(Headers headers) {
    int status = headers.find(HeaderName.STATUS);
    if (headers.valueEquals(status, SWITCHING)) {
      headers.set(HeaderName.STATUS, OK);
      headers.remove(HeaderName.UPGRADE);
      headers.remove(HeaderName.CONNECTION);
    }
  }

  /** The answer to an upgrade as HTTP/1 has it. */
  static void responseToHttp1(Headers headers, String token) {
    int status = headers.find(HeaderName.STATUS);
    if (headers.valueEquals(status, OK)) {
      headers.set(HeaderName.STATUS, SWITCHING);
      headers.set(HeaderName.UPGRADE, token);
      headers.set(HeaderName.CONNECTION, UPGRADE);
    }
  }
}
