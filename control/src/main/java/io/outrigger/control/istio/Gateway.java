package io.outrigger.control.istio;

import io.outrigger.control.resource.Protocol;
import io.outrigger.control.resource.Spec;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Ports that gateway proxies open, and the hosts that are served there.
 *
 * @param selector labels of the proxies that heed it; empty for all
 */
public record Gateway(Map<String, String> selector, List<Server> servers) implements Spec {

  /**
   * A port with some hosts of it.
   *
   * @param number the service's port in front of the proxies, or without such a service their own
   * @param portName what tells the gateway's servers of one port apart
   * @param bind the only address that is opened; null for all
   * @param hosts {@code HOST} or {@code NAMESPACE/HOST}: whose VirtualServices are heeded, {@code
   *     *} for anybody's, {@code .} for those of the gateway's own
   * @param tls null: what comes is plain text
   */
  public record Server(
      int number,
      String portName,
      Protocol protocol,
      @Nullable String bind,
      List<String> hosts,
      @Nullable ServerTls tls,
      @Nullable String name) {
    /** Whether encrypted bytes are handed on as they are. */
    public boolean passesThrough() {
      return tls != null && tls.mode() == ServerTls.Mode.PASSTHROUGH;
    }

    /** Whether TLS is ended here. */
    public boolean endsTls() {
      return protocol.tls() && tls != null && tls.mode() != ServerTls.Mode.PASSTHROUGH;
    }
  }

  /**
   * How connections are encrypted.
   *
   * @param httpsRedirect plain requests are sent on to https
   * @param credentialNames secrets with key and certificate, of the proxies' namespace, or {@code
   *     kubernetes-gateway://NAMESPACE/NAME}
   * @param caCredentialName the secret with those that clients are certified by; null: the first of
   *     the others has them too
   * @param certificates files with key and certificate, in place of secrets
   * @param caCertificates a file with those that clients are certified by
   * @param subjectAltNames one of which a client's certificate must have; empty for any
   * @param cipherSuites OpenSSL's names; empty for the default
   */
  public record ServerTls(
      Mode mode,
      boolean httpsRedirect,
      List<String> credentialNames,
      @Nullable String caCredentialName,
      List<CertificateFiles> certificates,
      @Nullable String caCertificates,
      @Nullable String caCrl,
      List<String> subjectAltNames,
      List<String> certificateSpki,
      List<String> certificateHashes,
      Version minVersion,
      Version maxVersion,
      List<String> cipherSuites,
      List<String> curves) {
    /** Istio's server TLS modes. */
    public enum Mode {
      PASSTHROUGH,
      SIMPLE,
      MUTUAL,
      ISTIO_MUTUAL,
      OPTIONAL_MUTUAL;

      /** Whether a client may show a certificate of its own. */
      public boolean asksClients() {
        return this == MUTUAL || this == OPTIONAL_MUTUAL;
      }
    }

    /** Versions of TLS; AUTO leaves it to the proxy. */
    public enum Version {
      TLS_AUTO,
      TLSV1_0,
      TLSV1_1,
      TLSV1_2,
      TLSV1_3
    }
  }

  /** Where a proxy finds a certificate and its key. */
  public record CertificateFiles(String certificate, String privateKey) {}
}
