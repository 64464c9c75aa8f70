package io.outrigger.config.protocol;

/**
 * Http1ProtocolOptions.
 *
 * @param defaultHostForHttp10 empty: HTTP/1.0 requests need a host
 * @param forwardReasonPhrase with PRESERVE_CASE, of an upstream: its reason phrases are passed on
 * @param streamErrorOnInvalidHttpMessage upstream: an invalid response resets instead of closing;
 *     downstream: the connection outlives a bad request
 * @param sendFullyQualifiedUrl upstream: the request line has scheme and authority
 */
public record Http1Options(
    boolean allowAbsoluteUrl,
    boolean acceptHttp10,
    String defaultHostForHttp10,
    HeaderKeyFormat headerKeyFormat,
    boolean forwardReasonPhrase,
    boolean enableTrailers,
    boolean allowChunkedLength,
    boolean streamErrorOnInvalidHttpMessage,
    boolean sendFullyQualifiedUrl) {
  public static final Http1Options DEFAULT =
      new Http1Options(
          true, false, "", HeaderKeyFormat.LOWER_CASE, false, false, false, false, false);

  /** How header names are written on the wire. */
  public enum HeaderKeyFormat {
    LOWER_CASE,
    PROPER_CASE_WORDS,
    /** As the sender wrote them; the rest in lower case. */
    PRESERVE_CASE,
    /** As the sender wrote them; the rest as PROPER_CASE_WORDS. */
    PRESERVE_CASE_ELSE_PROPER
  }
}
