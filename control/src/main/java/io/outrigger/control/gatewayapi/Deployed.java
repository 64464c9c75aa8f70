package io.outrigger.control.gatewayapi;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A Gateway that proxies of its own are to serve.
 *
 * @param name what its Deployment, Service and ServiceAccount are called
 * @param label the value of the label by which its proxies are known
 * @param ports that its Service opens, each of which its proxies open too
 * @param labels for everything that is made for it
 * @param annotations likewise
 * @param serviceType as Kubernetes names it; null: as the control plane is told
 */
public record Deployed(
    String namespace,
    String gateway,
    String name,
    String label,
    List<Port> ports,
    Map<String, String> labels,
    Map<String, String> annotations,
    @Nullable String serviceType) {
  /** A port, and what is spoken there: http or https. */
  public record Port(int number, String protocol) {}

  /** The label of the proxies of a Gateway. */
  public static final String LABEL = "gateway.networking.k8s.io/gateway-name";
}
