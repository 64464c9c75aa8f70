package io.outrigger.control.translate;

/**
 * What stands before a gateway, from node metadata {@code PROXY_CONFIG.gatewayTopology}.
 *
 * @param trustedProxies how many proxies before it append to x-forwarded-for truthfully
 * @param clientCertificate what becomes of the header that tells of a client's certificate
 */
public record Topology(int trustedProxies, ClientCertificate clientCertificate) {
  /** Nothing that is trusted. */
  public static final Topology DEFAULT = new Topology(0, ClientCertificate.SANITIZE_SET);

  /** Istio's {@code forwardClientCertDetails}. */
  public enum ClientCertificate {
    SANITIZE,
    FORWARD_ONLY,
    APPEND_FORWARD,
    SANITIZE_SET,
    ALWAYS_FORWARD_ONLY
  }
}
