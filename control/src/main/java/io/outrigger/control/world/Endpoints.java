package io.outrigger.control.world;

import io.outrigger.control.resource.ResourceId;
import java.util.List;
import java.util.Map;

/** The endpoints of every service's every port. */
public final class Endpoints {
  /** A service of a resource, and the port's number. A resource may declare several hosts. */
  record Key(ResourceId service, String hostname, int port) {
    static Key of(Service service, ServicePort port) {
      return new Key(service.id(), service.hostname(), port.number());
    }
  }

  private final Map<Key, List<Endpoint>> byPort;

  Endpoints(Map<Key, List<Endpoint>> byPort) {
    this.byPort = Map.copyOf(byPort);
  }

  /** In a stable order; empty when there are none. */
  public List<Endpoint> of(Service service, ServicePort port) {
    return byPort.getOrDefault(Key.of(service, port), List.of());
  }
}
