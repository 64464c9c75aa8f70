package io.outrigger.control;

import io.outrigger.control.inject.InjectionSettings;
import io.outrigger.control.publish.GatewaySettings;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The flags of {@code outrigger control} about Gateways of the Gateway API. */
final class GatewayOptions {
  @Option(
      names = "--no-gateways",
      description = "makes no proxies for the Gateway API's Gateways; statuses are written")
  boolean none;

  @Option(
      names = "--gateway-image",
      paramLabel = "IMAGE",
      description =
          "what the proxies of the Gateway API's Gateways run; by default that of sidecars, as"
              + " --injection has it; without either none are made for them")
  @Nullable String image;

  @Option(
      names = "--gateway-image-pull-policy",
      paramLabel = "POLICY",
      description = "of that image; by default as --injection has it, else IfNotPresent")
  @Nullable String imagePullPolicy;

  @Option(
      names = "--gateway-control",
      paramLabel = "HOST:PORT",
      description =
          "where those proxies find this control plane; by default as --injection has it, else the"
              + " Service outrigger-control of the system namespace, port 15012")
  @Nullable String control;

  @Option(
      names = "--gateway-service-type",
      defaultValue = "LoadBalancer",
      paramLabel = "TYPE",
      description =
          "of the Services of Gateways without the annotation networking.istio.io/service-type"
              + " (${DEFAULT-VALUE})")
  String serviceType = "";

  @Option(
      names = "--gateway-cluster-ip-address",
      description =
          "where there is no load balancer: a Gateway's status names the ClusterIP of its Service as"
              + " its address")
  boolean clusterIpAddress;

  @Option(
      names = "--system-namespace",
      paramLabel = "NAMESPACE",
      description =
          "where control planes agree by a Lease which of them writes statuses; by default the"
              + " pod's own namespace, else outrigger-system")
  @Nullable String systemNamespace;

  /**
   * What proxies of Gateways are made of; null: none are.
   *
   * @param injection what sidecars are made of; null: it isn't known
   */
  @Nullable GatewaySettings settings(
      String namespace, String trustDomain, @Nullable InjectionSettings injection) {
    String own = image;
    if (none || (own == null && injection == null)) {
      return null;
    }
    if (injection == null) {
      return new GatewaySettings(
          String.valueOf(own),
          or(imagePullPolicy, "IfNotPresent"),
          List.of(),
          or(control, "outrigger-control." + namespace + ".svc:15012"),
          "",
          trustDomain,
          serviceType,
          clusterIpAddress);
    }
    return new GatewaySettings(
        or(own, injection.image()),
        or(imagePullPolicy, injection.imagePullPolicy()),
        injection.imagePullSecrets(),
        or(control, injection.controlAddress()),
        injection.controlName(),
        trustDomain,
        serviceType,
        clusterIpAddress);
  }

  private static String or(@Nullable String given, String otherwise) {
    return given == null ? otherwise : given;
  }
}
