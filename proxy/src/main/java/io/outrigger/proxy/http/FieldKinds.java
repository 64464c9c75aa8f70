package io.outrigger.proxy.http;

import io.outrigger.config.http.HeaderName;
import org.jspecify.annotations.Nullable;

/** Numbers for the header names that the connection manager acts on, so that one walk finds all. */
final class FieldKinds {
  static final int OTHER = 0;
  static final int CONNECTION = 1;
  static final int KEEP_ALIVE = 2;
  static final int PROXY_CONNECTION = 3;
  static final int TE = 4;
  static final int TRANSFER_ENCODING = 5;
  static final int UPGRADE = 6;
  static final int EXPECT = 7;
  static final int X_FORWARDED_FOR = 8;
  static final int X_FORWARDED_PROTO = 9;
  static final int X_REQUEST_ID = 10;
  static final int X_FORWARDED_CLIENT_CERT = 11;
  static final int CONTENT_TYPE = 12;
  static final int ENVOY = 13;
  static final int DATE = 14;
  static final int SERVER = 15;
  static final int METHOD = 16;
  static final int PATH = 17;
  static final int AUTHORITY = 18;
  static final int SCHEME = 19;
  static final int X_ENVOY_EXTERNAL_ADDRESS = 20;
  static final int REFERER = 21;

  private static final byte[] KINDS = new byte[HeaderName.knownCount()];

  static {
    put(HeaderName.CONNECTION, CONNECTION);
    put(HeaderName.KEEP_ALIVE, KEEP_ALIVE);
    put(HeaderName.PROXY_CONNECTION, PROXY_CONNECTION);
    put(HeaderName.TE, TE);
    put(HeaderName.TRANSFER_ENCODING, TRANSFER_ENCODING);
    put(HeaderName.UPGRADE, UPGRADE);
    put(HeaderName.EXPECT, EXPECT);
    put(HeaderName.X_FORWARDED_FOR, X_FORWARDED_FOR);
    put(HeaderName.X_FORWARDED_PROTO, X_FORWARDED_PROTO);
    put(HeaderName.X_REQUEST_ID, X_REQUEST_ID);
    put(HeaderName.X_FORWARDED_CLIENT_CERT, X_FORWARDED_CLIENT_CERT);
    put(HeaderName.CONTENT_TYPE, CONTENT_TYPE);
    put(HeaderName.X_ENVOY_INTERNAL, ENVOY);
    putEnvoy(ClientIdentity.INTERNAL_ONLY);
    putEnvoy(ClientIdentity.EDGE);
    put(HeaderName.X_ENVOY_EXTERNAL_ADDRESS, X_ENVOY_EXTERNAL_ADDRESS);
    put(HeaderName.DATE, DATE);
    put(HeaderName.SERVER, SERVER);
    put(HeaderName.METHOD, METHOD);
    put(HeaderName.PATH, PATH);
    put(HeaderName.AUTHORITY, AUTHORITY);
    put(HeaderName.SCHEME, SCHEME);
    put(HeaderName.REFERER, REFERER);
  }

  private FieldKinds() {}

  private static void put(HeaderName name, int kind) {
    KINDS[name.ordinal()] = (byte) kind;
  }

  /** Those that aren't interned are found by what their names begin with. */
  private static void putEnvoy(HeaderName[] names) {
    for (HeaderName name : names) {
      if (name.ordinal() >= 0) {
        put(name, ENVOY);
      }
    }
  }

  static int of(@Nullable HeaderName name) {
    return name == null || name.ordinal() < 0 ? OTHER : KINDS[name.ordinal()];
  }
}
