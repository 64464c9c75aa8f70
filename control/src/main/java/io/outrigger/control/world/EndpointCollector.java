package io.outrigger.control.world;

import io.outrigger.control.istio.ServiceEntry;
import io.outrigger.control.istio.WorkloadEntry;
import io.outrigger.control.kubernetes.EndpointSlice;
import io.outrigger.control.kubernetes.KubernetesService;
import io.outrigger.control.kubernetes.Pod;
import io.outrigger.control.resource.Kind;
import io.outrigger.control.resource.Resource;
import io.outrigger.control.resource.ResourceId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Finds the endpoints of every service's ports among slices, pods and workload entries. */
final class EndpointCollector {
  private final Map<String, List<Resource>> slices = new HashMap<>();
  private final LabelIndex entries = new LabelIndex();
  private final LabelIndex pods = new LabelIndex();
  private final Map<String, Resource> podsByName = new HashMap<>();
  private final Localities localities;
  private final Map<String, Resource> podsByAddress = new HashMap<>();

  EndpointCollector(Map<Kind, List<Resource>> byKind, Localities localities) {
    this.localities = localities;
    for (Resource slice : byKind.getOrDefault(Kind.ENDPOINT_SLICE, List.of())) {
      String service = ((EndpointSlice) slice.spec()).service();
      if (service != null) {
        slices
            .computeIfAbsent(slice.namespace() + "/" + service, n -> new ArrayList<>())
            .add(slice);
      }
    }
    for (Resource entry : byKind.getOrDefault(Kind.WORKLOAD_ENTRY, List.of())) {
      entries.add(entry, ((WorkloadEntry) entry.spec()).labels());
    }
    for (Resource pod : byKind.getOrDefault(Kind.POD, List.of())) {
      pods.add(pod, pod.labels());
      podsByName.put(pod.namespace() + "/" + pod.name(), pod);
      ((Pod) pod.spec()).addresses().forEach(address -> podsByAddress.put(address, pod));
    }
  }

  Endpoints collect(List<Service> services, Map<ResourceId, Resource> byId) {
    Map<Endpoints.Key, List<Endpoint>> byPort = new HashMap<>();
    for (Service service : services) {
      Resource resource = byId.get(service.id());
      if (resource == null) {
        continue;
      }
      for (ServicePort port : service.ports()) {
        Set<Endpoint> found = new LinkedHashSet<>();
        switch (resource.spec()) {
          case KubernetesService spec -> ofKubernetes(service, spec, port, found);
          case ServiceEntry spec -> ofServiceEntry(service, spec, port, found);
          default -> {}
        }
        byPort.put(Endpoints.Key.of(service, port), found.stream().sorted(Endpoint.ORDER).toList());
      }
    }
    return new Endpoints(byPort);
  }

  private void ofKubernetes(
      Service service, KubernetesService spec, ServicePort port, Set<Endpoint> found) {
    if (spec.externalName() != null) {
      found.add(outside(service, spec.externalName(), port.number()));
      return;
    }
    for (Resource resource :
        slices.getOrDefault(service.namespace() + "/" + service.name(), List.of())) {
      EndpointSlice slice = (EndpointSlice) resource.spec();
      for (EndpointSlice.SlicePort slicePort : slice.ports()) {
        if (slicePort.name().equals(port.name())) {
          slice.endpoints().forEach(e -> ofSlice(service, e, slicePort.number(), found));
        }
      }
    }
    if (!service.selector().isEmpty()) {
      Integer target = targetNumber(spec, port.number());
      for (Resource resource : entries.select(service.namespace(), service.selector())) {
        WorkloadEntry entry = (WorkloadEntry) resource.spec();
        int fallback = target != null ? target : port.number();
        found.add(ofEntry(resource, entry, entry.ports().getOrDefault(port.name(), fallback)));
      }
    }
  }

  private static @Nullable Integer targetNumber(KubernetesService spec, int number) {
    for (KubernetesService.Port port : spec.ports()) {
      if (port.number() == number) {
        return port.targetNumber();
      }
    }
    return null;
  }

  private void ofSlice(
      Service service, EndpointSlice.SliceEndpoint backend, int port, Set<Endpoint> found) {
    boolean draining = backend.terminating() && backend.serving();
    if (!backend.ready() && !draining) {
      return;
    }
    for (String address : backend.addresses()) {
      Resource pod =
          backend.podName() == null
              ? podsByAddress.get(address)
              : podsByName.get(
                  (backend.podNamespace() == null ? service.namespace() : backend.podNamespace())
                      + "/"
                      + backend.podName());
      Map<String, String> labels = pod == null ? Map.of() : pod.labels();
      found.add(
          new Endpoint(
              address,
              port,
              service.namespace(),
              pod == null ? address : pod.name(),
              labels,
              localities.of(pod, backend.zone()),
              1,
              pod == null ? null : ((Pod) pod.spec()).serviceAccount(),
              "istio".equals(labels.get(WorkloadEntry.TLS_MODE_LABEL)),
              draining ? Endpoint.Health.DRAINING : Endpoint.Health.HEALTHY));
    }
  }

  private void ofServiceEntry(
      Service service, ServiceEntry spec, ServicePort port, Set<Endpoint> found) {
    int target = port.number();
    for (ServiceEntry.Port declared : spec.ports()) {
      if (declared.number() == port.number() && declared.targetPort() != null) {
        target = declared.targetPort();
      }
    }
    Map<String, String> selector = spec.workloadSelector();
    if (selector != null) {
      for (Resource resource : entries.select(service.namespace(), selector)) {
        WorkloadEntry entry = (WorkloadEntry) resource.spec();
        found.add(ofEntry(resource, entry, entry.ports().getOrDefault(port.name(), target)));
      }
      for (Resource resource : pods.select(service.namespace(), selector)) {
        ofPod(resource, target, found);
      }
      return;
    }
    int index = 0;
    for (WorkloadEntry entry : spec.endpoints()) {
      found.add(
          new Endpoint(
              entry.address(),
              entry.ports().getOrDefault(port.name(), target),
              service.namespace(),
              service.name() + "-" + index++,
              entry.labels(),
              Locality.parse(entry.locality()),
              entry.weight(),
              entry.serviceAccount(),
              entry.mutualTls(),
              Endpoint.Health.HEALTHY));
    }
    boolean asksDns =
        service.resolution() == Service.Resolution.DNS
            || service.resolution() == Service.Resolution.DNS_ROUND_ROBIN;
    if (spec.endpoints().isEmpty() && asksDns) {
      found.add(outside(service, service.hostname(), target));
    }
  }

  private static Endpoint ofEntry(Resource resource, WorkloadEntry entry, int port) {
    return new Endpoint(
        entry.address(),
        port,
        resource.namespace(),
        resource.name(),
        entry.labels(),
        Locality.parse(entry.locality()),
        entry.weight(),
        entry.serviceAccount(),
        entry.mutualTls(),
        Endpoint.Health.HEALTHY);
  }

  private void ofPod(Resource resource, int port, Set<Endpoint> found) {
    Pod pod = (Pod) resource.spec();
    for (String address : pod.addresses()) {
      found.add(
          new Endpoint(
              address,
              port,
              resource.namespace(),
              resource.name(),
              resource.labels(),
              localities.of(resource, null),
              1,
              pod.serviceAccount(),
              "istio".equals(resource.labels().get(WorkloadEntry.TLS_MODE_LABEL)),
              Endpoint.Health.HEALTHY));
    }
  }

  private static Endpoint outside(Service service, String host, int port) {
    return new Endpoint(
        host,
        port,
        service.namespace(),
        host,
        Map.of(),
        Locality.NONE,
        1,
        null,
        false,
        Endpoint.Health.HEALTHY);
  }
}
