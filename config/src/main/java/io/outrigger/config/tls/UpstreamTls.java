package io.outrigger.config.tls;

import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext;
import java.util.Set;

/**
 * UpstreamTlsContext: TLS that a cluster starts.
 *
 * @param sni empty: none
 * @param maxSessionKeys sessions kept for resumption; 0: none
 * @param autoSniSanValidation the certificate must be for the SNI sent
 */
public record UpstreamTls(
    CommonTls common,
    String sni,
    boolean autoHostSni,
    boolean autoSniSanValidation,
    boolean allowRenegotiation,
    int maxSessionKeys,
    boolean enforceRsaKeyUsage,
    UpstreamTlsContext proto) {
  /** The secrets that must have come before this can be used. */
  public Set<SdsSource> secrets() {
    return SecretReferences.of(common);
  }
}
