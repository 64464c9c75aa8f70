package io.outrigger.config.protocol;

/**
 * HttpProtocolOptions: limits that HTTP/1 and HTTP/2 share, on one side of the proxy.
 *
 * @param idleTimeoutMillis a connection without a stream is closed after this; 0: never
 * @param maxConnectionDurationMillis 0: no limit
 * @param maxStreamDurationMillis 0: no limit
 * @param maxHeadersCount headers a message may have
 * @param maxResponseHeadersKb 0: the codec's default
 * @param maxRequestsPerConnection 0: no limit
 */
public record CommonHttpOptions(
    long idleTimeoutMillis,
    long maxConnectionDurationMillis,
    long maxStreamDurationMillis,
    int maxHeadersCount,
    int maxResponseHeadersKb,
    int maxRequestsPerConnection,
    HeadersWithUnderscores headersWithUnderscores) {
  public static final CommonHttpOptions DEFAULT =
      new CommonHttpOptions(3_600_000, 0, 0, 100, 0, 0, HeadersWithUnderscores.ALLOW);

  /** What happens to a header whose name has an underscore. */
  public enum HeadersWithUnderscores {
    ALLOW,
    REJECT_REQUEST,
    DROP_HEADER
  }
}
