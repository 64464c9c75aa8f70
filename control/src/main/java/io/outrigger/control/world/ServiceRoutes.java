package io.outrigger.control.world;

import io.outrigger.control.istio.HttpMatch;
import io.outrigger.control.istio.VirtualService;
import io.outrigger.control.resource.Resource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Routes of the Gateway API whose parent is a service, found by its host. */
public final class ServiceRoutes {
  private final Map<String, List<VirtualServices.Entry>> byHost = new HashMap<>();

  ServiceRoutes(List<Resource> routes) {
    for (Resource resource : routes) {
      VirtualService spec = (VirtualService) resource.spec();
      for (String host : spec.hosts()) {
        byHost
            .computeIfAbsent(host, h -> new ArrayList<>())
            .add(new VirtualServices.Entry(resource, spec, spec.hosts()));
      }
    }
  }

  /** The one for a port of a service: the caller's namespace's own before the service's. */
  public VirtualServices.@Nullable Entry find(String host, int port, String callerNamespace) {
    VirtualServices.Entry found = null;
    for (VirtualServices.Entry entry : byHost.getOrDefault(host, List.of())) {
      boolean visible =
          Visibility.visible(entry.spec().exportTo(), entry.namespace(), callerNamespace);
      if (visible && speaksOf(entry.spec(), port)) {
        if (entry.namespace().equals(callerNamespace)) {
          return entry;
        }
        found = entry;
      }
    }
    return found;
  }

  private static boolean speaksOf(VirtualService spec, int port) {
    return spec.http().stream()
        .flatMap(rule -> rule.match().stream())
        .map(HttpMatch::port)
        .anyMatch(of -> of == null || of == port);
  }
}
