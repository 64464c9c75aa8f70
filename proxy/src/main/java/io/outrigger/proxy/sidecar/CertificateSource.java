package io.outrigger.proxy.sidecar;

import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Who is asked for certificates: the control plane, or a test's. */
interface CertificateSource {
  /**
   * Asks once. The answer comes on the configuration loop.
   *
   * @param token the bearer token; null: the certificate alone proves who asks
   * @param holding what to show in the handshake; null before the first
   */
  void request(
      String csr,
      Duration lifetime,
      @Nullable String token,
      @Nullable WorkloadCertificate holding,
      Consumer<CertificateAnswer> answer);
}
