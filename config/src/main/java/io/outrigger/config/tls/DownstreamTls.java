package io.outrigger.config.tls;

import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext;
import io.outrigger.config.source.DataSource;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * DownstreamTlsContext: TLS that a listener ends.
 *
 * @param sessionTimeoutSeconds 0: the library's
 * @param staples what becomes of clients that ask for OCSP responses
 */
public record DownstreamTls(
    CommonTls common,
    boolean requireClientCertificate,
    boolean requireSni,
    boolean disableStatelessSessionResumption,
    boolean disableStatefulSessionResumption,
    List<DataSource> sessionTicketKeys,
    @Nullable SdsSource sessionTicketKeysSds,
    long sessionTimeoutSeconds,
    boolean fullScanCertsOnSniMismatch,
    boolean preferClientCiphers,
    OcspStaplePolicy staples,
    DownstreamTlsContext proto) {
  public DownstreamTls {
    sessionTicketKeys = List.copyOf(sessionTicketKeys);
  }

  /** The secrets that must have come before this can be used. */
  public Set<SdsSource> secrets() {
    Set<SdsSource> found = new LinkedHashSet<>(SecretReferences.of(common));
    if (sessionTicketKeysSds != null) {
      found.add(sessionTicketKeysSds);
    }
    return found;
  }
}
