package io.outrigger.proxy.http;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.outrigger.config.http.HeaderName;
import io.outrigger.config.http.Headers;

/** Where the headers that the connection manager acts on stand in a request: found in one walk. */
final class RequestFields {
  static final int NONE = -1;
  private static final byte[] ENVOY = "x-envoy-".getBytes(US_ASCII);
  private static final byte[] TRAILERS = "trailers".getBytes(US_ASCII);

  int method;
  int path;
  int authority;
  int scheme;
  int connection;
  int upgrade;
  int expect;
  int xForwardedFor;
  int xForwardedProto;
  int requestId;
  int clientCert;
  int contentType;

  /** Whether there is any x-envoy- header: the common request has none. */
  boolean envoy;

  /**
   * Finds the headers, and removes those that concern one hop alone (RFC 9110 7.6.1) and a referer
   * that is none, unless they are to be looked at before.
   */
  void scan(Headers headers, boolean keepHops) {
    method = NONE;
    path = NONE;
    authority = NONE;
    scheme = NONE;
    connection = NONE;
    upgrade = NONE;
    expect = NONE;
    xForwardedFor = NONE;
    xForwardedProto = NONE;
    requestId = NONE;
    clientCert = NONE;
    contentType = NONE;
    envoy = false;
    for (int slot = 0, slots = headers.slots(); slot < slots; slot++) {
      if (!headers.isLive(slot)) {
        continue;
      }
      HeaderName name = headers.name(slot);
      if (name == null) {
        envoy |= startsWith(headers, slot, ENVOY);
        continue;
      }
      switch (FieldKinds.of(name)) {
        case FieldKinds.METHOD -> method = slot;
        case FieldKinds.PATH -> path = slot;
        case FieldKinds.AUTHORITY -> authority = slot;
        case FieldKinds.SCHEME -> scheme = slot;
        case FieldKinds.CONNECTION -> connection = connection == NONE ? slot : connection;
        case FieldKinds.UPGRADE -> upgrade = slot;
        case FieldKinds.EXPECT -> expect = slot;
        case FieldKinds.X_FORWARDED_FOR -> xForwardedFor = slot;
        case FieldKinds.X_FORWARDED_PROTO -> xForwardedProto = slot;
        case FieldKinds.X_REQUEST_ID -> requestId = slot;
        case FieldKinds.X_FORWARDED_CLIENT_CERT -> clientCert = slot;
        case FieldKinds.CONTENT_TYPE -> contentType = slot;
        case FieldKinds.ENVOY, FieldKinds.X_ENVOY_EXTERNAL_ADDRESS -> envoy = true;
        case FieldKinds.KEEP_ALIVE, FieldKinds.PROXY_CONNECTION, FieldKinds.TRANSFER_ENCODING ->
            removeHop(headers, slot, keepHops);
        case FieldKinds.REFERER -> {
          if (!keepHops && !Referer.isValid(headers, slot)) {
            headers.removeSlot(slot);
          }
        }
        case FieldKinds.TE -> {
          if (!keepHops && !headers.valueEqualsIgnoreCase(slot, TRAILERS)) {
            te(headers, slot);
          }
        }
        default -> {}
      }
    }
  }

  private static void removeHop(Headers headers, int slot, boolean keep) {
    if (!keep) {
      headers.removeSlot(slot);
    }
  }

  /** Of the transfer codings that a client takes, trailers alone concern the next hop. */
  private static void te(Headers headers, int slot) {
    for (String token : headers.value(slot).split(",", -1)) {
      if (token.strip().equalsIgnoreCase("trailers")) {
        headers.setValue(slot, TRAILERS, 0, TRAILERS.length);
        return;
      }
    }
    headers.removeSlot(slot);
  }

  private static boolean startsWith(Headers headers, int slot, byte[] prefix) {
    if (headers.nameLength(slot) < prefix.length) {
      return false;
    }
    byte[] data = headers.data();
    int offset = headers.nameOffset(slot);
    for (int i = 0; i < prefix.length; i++) {
      if (data[offset + i] != prefix[i]) {
        return false;
      }
    }
    return true;
  }

  /** Removes Connection, the headers that it names, and Upgrade. */
  void removeConnection(Headers headers) {
    for (int slot = connection; slot >= 0; slot = headers.next(HeaderName.CONNECTION, slot)) {
      String value = headers.value(slot);
      headers.removeSlot(slot);
      for (int from = 0; from < value.length(); ) {
        int comma = value.indexOf(',', from);
        int to = comma < 0 ? value.length() : comma;
        String token = value.substring(from, to).strip();
        from = to + 1;
        if (!token.isEmpty()
            && token.charAt(0) != ':'
            && !token.equalsIgnoreCase("close")
            && !token.equalsIgnoreCase("keep-alive")) {
          headers.remove(HeaderName.of(token));
        }
      }
    }
    headers.remove(HeaderName.UPGRADE);
  }
}
