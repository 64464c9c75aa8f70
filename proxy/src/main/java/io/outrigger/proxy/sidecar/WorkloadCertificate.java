package io.outrigger.proxy.sidecar;

import io.outrigger.identity.SpiffeId;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;

/**
 * The workload's key and certificate, with the roots that the control plane named with it.
 *
 * @param chain leaf first, intermediates behind it, no root
 */
record WorkloadCertificate(
    SpiffeId id, PrivateKey key, List<X509Certificate> chain, List<X509Certificate> roots) {
  WorkloadCertificate {
    chain = List.copyOf(chain);
    roots = List.copyOf(roots);
  }

  X509Certificate leaf() {
    return chain.getFirst();
  }

  Instant notAfter() {
    return leaf().getNotAfter().toInstant();
  }

  Instant notBefore() {
    return leaf().getNotBefore().toInstant();
  }

  boolean validAt(Instant now) {
    return now.isBefore(notAfter());
  }
}
