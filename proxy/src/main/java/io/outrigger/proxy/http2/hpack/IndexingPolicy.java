package io.outrigger.proxy.http2.hpack;

import io.outrigger.config.http.HeaderName;
import org.jspecify.annotations.Nullable;

/** What the encoder does with a header, by its name. */
final class IndexingPolicy {
  /** Put name and value in the dynamic table. */
  static final byte INDEX = 0;

  /** A value that hardly repeats: a literal, its name indexed. */
  static final byte LITERAL = 1;

  /** A secret: a literal that no intermediary may index (RFC 7541 section 7.1.3). */
  static final byte NEVER = 2;

  /** Belongs to HTTP/1 alone (RFC 9113 section 8.2.2): not sent. */
  static final byte OMIT = 3;

  /** Sent only where it says that trailers are welcome. */
  static final byte TRAILERS_ONLY = 4;

  private static final byte[] BY_NAME = new byte[HeaderName.knownCount()];

  static {
    set(
        LITERAL,
        HeaderName.PATH,
        HeaderName.AGE,
        HeaderName.CONTENT_LENGTH,
        HeaderName.CONTENT_RANGE,
        HeaderName.ETAG,
        HeaderName.IF_MATCH,
        HeaderName.IF_MODIFIED_SINCE,
        HeaderName.IF_NONE_MATCH,
        HeaderName.IF_RANGE,
        HeaderName.IF_UNMODIFIED_SINCE,
        HeaderName.LAST_MODIFIED,
        HeaderName.LOCATION,
        HeaderName.RANGE,
        HeaderName.REFERER,
        HeaderName.GRPC_MESSAGE,
        HeaderName.GRPC_TIMEOUT,
        HeaderName.TRACEPARENT,
        HeaderName.TRACESTATE,
        HeaderName.B3,
        HeaderName.X_REQUEST_ID,
        HeaderName.X_ENVOY_EXTERNAL_ADDRESS,
        HeaderName.X_ENVOY_ORIGINAL_PATH,
        HeaderName.X_ENVOY_UPSTREAM_SERVICE_TIME);
    set(
        NEVER,
        HeaderName.AUTHORIZATION,
        HeaderName.PROXY_AUTHORIZATION,
        HeaderName.COOKIE,
        HeaderName.SET_COOKIE);
    set(
        OMIT,
        HeaderName.CONNECTION,
        HeaderName.KEEP_ALIVE,
        HeaderName.PROXY_CONNECTION,
        HeaderName.TRANSFER_ENCODING,
        HeaderName.UPGRADE,
        HeaderName.HOST);
    set(TRAILERS_ONLY, HeaderName.TE);
  }

  private IndexingPolicy() {}

  private static void set(byte policy, HeaderName... names) {
    for (HeaderName name : names) {
      BY_NAME[name.ordinal()] = policy;
    }
  }

  static byte of(@Nullable HeaderName name) {
    return name == null || name.ordinal() < 0 ? INDEX : BY_NAME[name.ordinal()];
  }
}
