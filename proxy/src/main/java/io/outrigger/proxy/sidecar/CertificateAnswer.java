package io.outrigger.proxy.sidecar;

import java.util.List;

/** What the control plane said to a request for a certificate. */
sealed interface CertificateAnswer {
  /**
   * A certificate.
   *
   * @param chain PEM: leaf, intermediates, root last
   */
  record Granted(List<String> chain) implements CertificateAnswer {
    public Granted {
      chain = List.copyOf(chain);
    }
  }

  /** It doesn't believe that this is the workload, or refuses what it asks. */
  record Denied(String reason) implements CertificateAnswer {}

  /** It wasn't reached, or couldn't answer; it may later. */
  record Unreachable(String reason) implements CertificateAnswer {}
}
