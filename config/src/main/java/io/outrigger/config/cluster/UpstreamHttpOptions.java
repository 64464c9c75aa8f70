package io.outrigger.config.cluster;

import io.outrigger.config.http.HeaderName;
import io.outrigger.config.protocol.CommonHttpOptions;
import io.outrigger.config.protocol.Http1Options;
import io.outrigger.config.protocol.Http2Options;
import org.jspecify.annotations.Nullable;

/**
 * How HTTP is spoken to a cluster's hosts.
 *
 * @param autoSni the SNI is the request's host
 * @param autoSanValidation the certificate must be for that SNI
 * @param overrideAutoSniHeader the header to take the SNI from; null: :authority
 */
public record UpstreamHttpOptions(
    ProtocolChoice protocol,
    CommonHttpOptions common,
    Http1Options http1,
    Http2Options http2,
    boolean autoSni,
    boolean autoSanValidation,
    @Nullable HeaderName overrideAutoSniHeader) {
  /** The same, with the SNI and the name in the certificate those of the request's host. */
  UpstreamHttpOptions withAutoSni() {
    return new UpstreamHttpOptions(
        protocol, common, http1, http2, true, true, overrideAutoSniHeader);
  }

  /** Which protocol is spoken. */
  public enum ProtocolChoice {
    HTTP1,
    HTTP2,
    /** The one that the client speaks. */
    USE_DOWNSTREAM,
    /** The one that ALPN settles on. */
    AUTO
  }
}
