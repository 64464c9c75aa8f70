package io.outrigger.config.http;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A header name in lower case with its bytes and hash.
 *
 * <p>The names below are interned: a decoder that reads one of them records this very object, so
 * that a lookup by it compares references. Other names are compared by hash, then bytes. Immutable;
 * any thread.
 */
public final class HeaderName {
  private static final int TABLE_SIZE = 512;
  private static final @Nullable HeaderName[] TABLE = new @Nullable HeaderName[TABLE_SIZE];
  private static int knownCount;

  public static final HeaderName METHOD = known(":method", 2);
  public static final HeaderName PATH = known(":path", 4);
  public static final HeaderName AUTHORITY = known(":authority", 1);
  public static final HeaderName SCHEME = known(":scheme", 6);
  public static final HeaderName STATUS = known(":status", 8);
  public static final HeaderName PROTOCOL = known(":protocol", 0);
  public static final HeaderName ACCEPT = known("accept", 19);
  public static final HeaderName ACCEPT_ENCODING = known("accept-encoding", 16);
  public static final HeaderName ACCEPT_LANGUAGE = known("accept-language", 17);
  public static final HeaderName AUTHORIZATION = known("authorization", 23);
  public static final HeaderName CACHE_CONTROL = known("cache-control", 24);
  public static final HeaderName CONNECTION = known("connection", 0);
  public static final HeaderName CONTENT_ENCODING = known("content-encoding", 26);
  public static final HeaderName CONTENT_LENGTH = known("content-length", 28);
  public static final HeaderName CONTENT_TYPE = known("content-type", 31);
  public static final HeaderName COOKIE = known("cookie", 32);
  public static final HeaderName DATE = known("date", 33);
  public static final HeaderName ETAG = known("etag", 34);
  public static final HeaderName EXPECT = known("expect", 35);
  public static final HeaderName ENDPOINT_LOAD_METRICS = known("endpoint-load-metrics", 0);
  public static final HeaderName ENDPOINT_LOAD_METRICS_BIN = known("endpoint-load-metrics-bin", 0);
  public static final HeaderName FORWARDED = known("forwarded", 0);
  public static final HeaderName GRPC_MESSAGE = known("grpc-message", 0);
  public static final HeaderName GRPC_STATUS = known("grpc-status", 0);
  public static final HeaderName GRPC_TIMEOUT = known("grpc-timeout", 0);
  public static final HeaderName HOST = known("host", 38);
  public static final HeaderName KEEP_ALIVE = known("keep-alive", 0);
  public static final HeaderName LAST_MODIFIED = known("last-modified", 44);
  public static final HeaderName LOCATION = known("location", 46);
  public static final HeaderName PROXY_CONNECTION = known("proxy-connection", 0);
  public static final HeaderName RETRY_AFTER = known("retry-after", 53);
  public static final HeaderName SERVER = known("server", 54);
  public static final HeaderName SET_COOKIE = known("set-cookie", 55);
  public static final HeaderName TE = known("te", 0);
  public static final HeaderName TRAILER = known("trailer", 0);
  public static final HeaderName TRANSFER_ENCODING = known("transfer-encoding", 57);
  public static final HeaderName UPGRADE = known("upgrade", 0);
  public static final HeaderName USER_AGENT = known("user-agent", 58);
  public static final HeaderName VARY = known("vary", 59);
  public static final HeaderName VIA = known("via", 60);
  public static final HeaderName WWW_AUTHENTICATE = known("www-authenticate", 61);
  public static final HeaderName B3 = known("b3", 0);
  public static final HeaderName TRACEPARENT = known("traceparent", 0);
  public static final HeaderName TRACESTATE = known("tracestate", 0);
  public static final HeaderName X_FORWARDED_FOR = known("x-forwarded-for", 0);
  public static final HeaderName X_FORWARDED_HOST = known("x-forwarded-host", 0);
  public static final HeaderName X_FORWARDED_PROTO = known("x-forwarded-proto", 0);
  public static final HeaderName X_FORWARDED_CLIENT_CERT = known("x-forwarded-client-cert", 0);
  public static final HeaderName X_REQUEST_ID = known("x-request-id", 0);
  public static final HeaderName X_ENVOY_ATTEMPT_COUNT = known("x-envoy-attempt-count", 0);
  public static final HeaderName X_ENVOY_EXPECTED_RQ_TIMEOUT_MS =
      known("x-envoy-expected-rq-timeout-ms", 0);
  public static final HeaderName X_ENVOY_EXTERNAL_ADDRESS = known("x-envoy-external-address", 0);
  public static final HeaderName X_ENVOY_IMMEDIATE_HEALTH_CHECK_FAIL =
      known("x-envoy-immediate-health-check-fail", 0);
  public static final HeaderName X_ENVOY_INTERNAL = known("x-envoy-internal", 0);
  public static final HeaderName X_ENVOY_ORIGINAL_PATH = known("x-envoy-original-path", 0);
  public static final HeaderName X_ENVOY_ORIGINAL_HOST = known("x-envoy-original-host", 0);
  public static final HeaderName X_ENVOY_OVERLOADED = known("x-envoy-overloaded", 0);
  public static final HeaderName X_ENVOY_UPSTREAM_SERVICE_TIME =
      known("x-envoy-upstream-service-time", 0);
  public static final HeaderName X_ENVOY_PEER_METADATA = known("x-envoy-peer-metadata", 0);
  public static final HeaderName X_ENVOY_PEER_METADATA_ID = known("x-envoy-peer-metadata-id", 0);
  public static final HeaderName ACCEPT_CHARSET = known("accept-charset", 15);
  public static final HeaderName ACCEPT_RANGES = known("accept-ranges", 18);
  public static final HeaderName ACCESS_CONTROL_ALLOW_ORIGIN =
      known("access-control-allow-origin", 20);
  public static final HeaderName AGE = known("age", 21);
  public static final HeaderName ALLOW = known("allow", 22);
  public static final HeaderName CONTENT_DISPOSITION = known("content-disposition", 25);
  public static final HeaderName CONTENT_LANGUAGE = known("content-language", 27);
  public static final HeaderName CONTENT_LOCATION = known("content-location", 29);
  public static final HeaderName CONTENT_RANGE = known("content-range", 30);
  public static final HeaderName EXPIRES = known("expires", 36);
  public static final HeaderName FROM = known("from", 37);
  public static final HeaderName IF_MATCH = known("if-match", 39);
  public static final HeaderName IF_MODIFIED_SINCE = known("if-modified-since", 40);
  public static final HeaderName IF_NONE_MATCH = known("if-none-match", 41);
  public static final HeaderName IF_RANGE = known("if-range", 42);
  public static final HeaderName IF_UNMODIFIED_SINCE = known("if-unmodified-since", 43);
  public static final HeaderName LINK = known("link", 45);
  public static final HeaderName MAX_FORWARDS = known("max-forwards", 47);
  public static final HeaderName PROXY_AUTHENTICATE = known("proxy-authenticate", 48);
  public static final HeaderName PROXY_AUTHORIZATION = known("proxy-authorization", 49);
  public static final HeaderName RANGE = known("range", 50);
  public static final HeaderName REFERER = known("referer", 51);
  public static final HeaderName REFRESH = known("refresh", 52);
  public static final HeaderName STRICT_TRANSPORT_SECURITY = known("strict-transport-security", 56);

  // Looked up by name only, but interned as SingleFields wants it
  static {
    for (String text :
        new String[] {
          "access-control-allow-credentials",
          "access-control-allow-headers",
          "access-control-allow-methods",
          "access-control-allow-private-network",
          "access-control-expose-headers",
          "access-control-max-age",
          "access-control-request-headers",
          "access-control-request-method",
          "access-control-request-private-network",
          "grpc-accept-encoding",
          "origin",
          "pragma",
          "proxy-status",
          "x-client-trace-id",
          "x-envoy-decorator-operation",
          "x-envoy-degraded",
          "x-envoy-downstream-service-cluster",
          "x-envoy-downstream-service-node",
          "x-envoy-force-trace",
          "x-envoy-hedge-on-per-try-timeout",
          "x-envoy-ip-tags",
          "x-envoy-is-timeout-retry",
          "x-envoy-max-retries",
          "x-envoy-original-url",
          "x-envoy-ratelimited",
          "x-envoy-retriable-header-names",
          "x-envoy-retriable-status-codes",
          "x-envoy-retry-grpc-on",
          "x-envoy-retry-on",
          "x-envoy-upstream-alt-stat-name",
          "x-envoy-upstream-canary",
          "x-envoy-upstream-healthchecked-cluster",
          "x-envoy-upstream-rq-per-try-timeout-ms",
          "x-envoy-upstream-rq-timeout-alt-response",
          "x-envoy-upstream-rq-timeout-ms",
          "x-envoy-upstream-stream-duration-ms",
          "x-forwarded-port",
        }) {
      known(text, 0);
    }
  }

  private final String text;
  private final byte[] bytes;
  private final int hash;
  private final int hpackIndex;
  private final int ordinal;

  private HeaderName(String text, int hpackIndex, int ordinal) {
    this.ordinal = ordinal;
    this.text = text;
    this.bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    this.hash = hash(bytes, 0, bytes.length);
    this.hpackIndex = hpackIndex;
  }

  private static HeaderName known(String text, int hpackIndex) {
    HeaderName name = new HeaderName(text, hpackIndex, knownCount++);
    int slot = name.hash & (TABLE_SIZE - 1);
    while (TABLE[slot] != null) {
      slot = (slot + 1) & (TABLE_SIZE - 1);
    }
    TABLE[slot] = name;
    return name;
  }

  /** The name for this text, in lower case; the interned one where it is known. */
  public static HeaderName of(String text) {
    String lower = text.toLowerCase(Locale.ROOT);
    byte[] bytes = lower.getBytes(StandardCharsets.ISO_8859_1);
    HeaderName known = find(bytes, 0, bytes.length, hash(bytes, 0, bytes.length));
    return known != null ? known : new HeaderName(lower, 0, -1);
  }

  /**
   * What configuration means by this name in a request: there {@code host} is another word for
   * {@code :authority}, as in Envoy, where a request has no header of that name.
   */
  @SuppressWarnings("ReferenceEquality") // interned
  public HeaderName inRequests() {
    return this == HOST ? AUTHORITY : this;
  }

  /**
   * The interned name of these lower-case bytes, or null. {@code hash} is {@link #hash} of them.
   */
  public static @Nullable HeaderName find(byte[] source, int offset, int length, int hash) {
    int slot = hash & (TABLE_SIZE - 1);
    for (HeaderName name = TABLE[slot];
        name != null;
        slot = (slot + 1) & (TABLE_SIZE - 1), name = TABLE[slot]) {
      if (name.hash == hash
          && Arrays.equals(name.bytes, 0, name.bytes.length, source, offset, offset + length)) {
        return name;
      }
    }
    return null;
  }

  /** The hash that header blocks keep a name by. The bytes must be in lower case. */
  public static int hash(byte[] source, int offset, int length) {
    int h = 0;
    for (int i = offset, end = offset + length; i < end; i++) {
      h = 31 * h + source[i];
    }
    return mix(h);
  }

  /** The last step of {@link #hash}, for a decoder that sums {@code 31 * h + b} as it goes. */
  public static int mix(int h) {
    return h ^ (h >>> 15);
  }

  public String text() {
    return text;
  }

  /** The name's bytes; shared, never to be written to. */
  public byte[] bytes() {
    return bytes;
  }

  public int length() {
    return bytes.length;
  }

  public int hash() {
    return hash;
  }

  /**
   * Index of the first entry with this name in HPACK's static table (RFC 7541 appendix A), or 0.
   */
  public int hpackIndex() {
    return hpackIndex;
  }

  /** A dense number of the interned names, for tables by name; -1 for others. */
  public int ordinal() {
    return ordinal;
  }

  /** How many names are interned: the bound of {@link #ordinal}. */
  public static int knownCount() {
    return knownCount;
  }

  public boolean isPseudo() {
    return bytes.length > 0 && bytes[0] == ':';
  }

  @Override
  public String toString() {
    return text;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return this == other || (other instanceof HeaderName name && name.text.equals(text));
  }

  @Override
  public int hashCode() {
    return hash;
  }
}
