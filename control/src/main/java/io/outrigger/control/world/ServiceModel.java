package io.outrigger.control.world;

import io.outrigger.control.istio.ServiceEntry;
import io.outrigger.control.kubernetes.KubernetesService;
import io.outrigger.control.resource.Resource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Makes services of the resources that declare them. */
final class ServiceModel {
  /** Kubernetes' counterpart of Istio's exportTo. */
  private static final String EXPORT_TO = "networking.istio.io/exportTo";

  /** Istio's counterpart of Kubernetes' spec.trafficDistribution. */
  private static final String DISTRIBUTION = "networking.istio.io/traffic-distribution";

  private ServiceModel() {}

  static Service ofKubernetes(Resource resource, String domain) {
    KubernetesService spec = (KubernetesService) resource.spec();
    List<ServicePort> ports =
        spec.ports().stream()
            .map(p -> new ServicePort(p.number(), p.name() == null ? "" : p.name(), p.protocol()))
            .toList();
    Service.Resolution resolution;
    if (spec.type() == KubernetesService.Type.EXTERNAL_NAME) {
      resolution = Service.Resolution.DNS;
    } else if (spec.headless()) {
      resolution = Service.Resolution.PASSTHROUGH;
    } else {
      resolution = Service.Resolution.ENDPOINTS;
    }
    return new Service(
        Hosts.resolve(resource.name(), resource.namespace(), domain),
        resource.namespace(),
        spec.clusterIps(),
        ports,
        resolution,
        spec.type() == KubernetesService.Type.EXTERNAL_NAME,
        spec.selector(),
        spec.staysClose() || annotatedClose(resource),
        exportTo(resource.annotations()),
        List.of(),
        resource.created(),
        resource.id());
  }

  static List<Service> ofServiceEntry(Resource resource) {
    ServiceEntry spec = (ServiceEntry) resource.spec();
    List<ServicePort> ports =
        spec.ports().stream()
            .map(p -> new ServicePort(p.number(), p.name(), p.protocol()))
            .toList();
    Map<String, String> selector = spec.workloadSelector();
    return spec.hosts().stream()
        .map(
            host ->
                new Service(
                    host,
                    resource.namespace(),
                    spec.addresses(),
                    ports,
                    resolution(spec, host),
                    spec.location() == ServiceEntry.Location.MESH_EXTERNAL,
                    selector == null ? Map.of() : selector,
                    annotatedClose(resource),
                    spec.exportTo(),
                    spec.subjectAltNames(),
                    resource.created(),
                    resource.id()))
        .toList();
  }

  private static Service.Resolution resolution(ServiceEntry spec, String host) {
    return switch (spec.resolution()) {
      case NONE -> Service.Resolution.PASSTHROUGH;
      case STATIC -> Service.Resolution.ENDPOINTS;
      case DNS ->
          host.startsWith("*") && spec.endpoints().isEmpty()
              ? Service.Resolution.PASSTHROUGH
              : Service.Resolution.DNS;
      case DNS_ROUND_ROBIN -> Service.Resolution.DNS_ROUND_ROBIN;
    };
  }

  private static List<String> exportTo(Map<String, String> annotations) {
    String text = annotations.get(EXPORT_TO);
    return text == null || text.isBlank()
        ? List.of()
        : Arrays.stream(text.split(",")).map(String::trim).toList();
  }

  private static boolean annotatedClose(Resource resource) {
    return "PreferClose".equals(resource.annotations().get(DISTRIBUTION));
  }
}
