package io.outrigger.proxy.http1;

/**
 * Limits and choices of an HTTP/1 codec; one object serves all connections of a listener or
 * cluster.
 *
 * @param maxHeadersBytes bytes of one head section: max_request_headers_kb, or 80 KiB for responses
 * @param maxHeadersCount common_http_protocol_options.max_headers_count
 * @param underscores headers_with_underscores_action
 * @param acceptHttp10 http_protocol_options.accept_http_10; server side
 * @param defaultHostForHttp10 the authority of a 1.0 request without Host, or empty
 * @param allowAbsoluteUrl allow_absolute_url, true unless configured
 * @param allowChunkedLength allow_chunked_length: a length beside chunked is dropped, not refused
 * @param enableTrailers enable_trailers: else trailers are read and forgotten
 * @param names header_key_format: how names leave, and whether their spelling is kept
 * @param forwardReasonPhrase an upstream's reason phrases are passed on; with kept spelling
 * @param wholeUrl send_fully_qualified_url: request lines have scheme and authority; client side
 * @param tls whether the connection's scheme is https
 * @param wholeTimeout whether that time is the whole request's, as the client is told
 * @param headersTimeoutMillis from a head's first byte to its last; 0 is none; server side
 * @param delayedCloseMillis how long to wait for the client's close after ours; server side
 * @param bufferLimit bytes that may wait to be written before a sink calls itself full
 */
public record Http1Settings(
    int maxHeadersBytes,
    int maxHeadersCount,
    Underscores underscores,
    boolean acceptHttp10,
    String defaultHostForHttp10,
    boolean allowAbsoluteUrl,
    boolean allowChunkedLength,
    boolean enableTrailers,
    Names names,
    boolean forwardReasonPhrase,
    boolean wholeUrl,
    boolean tls,
    long headersTimeoutMillis,
    boolean wholeTimeout,
    long delayedCloseMillis,
    int bufferLimit) {
  /** What to do with a header whose name has an underscore: headers_with_underscores_action. */
  public enum Underscores {
    ALLOW,
    REJECT_REQUEST,
    DROP_HEADER
  }

  /** How header names are written: header_key_format. */
  public enum Names {
    LOWER_CASE,
    PROPER_CASE_WORDS,
    PRESERVE_CASE,
    PRESERVE_CASE_ELSE_PROPER
  }

  boolean properCaseWords() {
    return names == Names.PROPER_CASE_WORDS;
  }

  boolean preservesCase() {
    return names == Names.PRESERVE_CASE || names == Names.PRESERVE_CASE_ELSE_PROPER;
  }

  /** Envoy's defaults for a listener. */
  public static Http1Settings server() {
    return new Http1Settings(
        60 * 1024,
        100,
        Underscores.ALLOW,
        false,
        "",
        true,
        false,
        false,
        Names.LOWER_CASE,
        false,
        false,
        false,
        0,
        false,
        1000,
        1 << 20);
  }

  /** Envoy's defaults for a cluster. */
  public static Http1Settings client() {
    return new Http1Settings(
        80 * 1024,
        100,
        Underscores.ALLOW,
        true,
        "",
        true,
        false,
        false,
        Names.LOWER_CASE,
        false,
        false,
        false,
        0,
        false,
        0,
        1 << 20);
  }
}
