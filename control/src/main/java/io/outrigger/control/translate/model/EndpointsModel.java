package io.outrigger.control.translate.model;

import io.outrigger.control.world.Endpoint;
import io.outrigger.control.world.Locality;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The endpoints of a cluster, in a stable order. */
public record EndpointsModel(String cluster, List<Group> groups) {
  /**
   * Endpoints of one locality.
   *
   * @param priority 0 is used first
   * @param weight among the groups of its priority
   * @param endpoints {@code sidecar} says whether mutual TLS is spoken to one
   */
  public record Group(Locality locality, int priority, int weight, List<Endpoint> endpoints) {
    /** A group a locality, of one priority, each weighing what its endpoints do. */
    public static List<Group> byLocality(List<Endpoint> endpoints) {
      Map<Locality, List<Endpoint>> byLocality = new TreeMap<>();
      for (Endpoint endpoint : endpoints) {
        byLocality.computeIfAbsent(endpoint.locality(), l -> new ArrayList<>()).add(endpoint);
      }
      List<Group> out = new ArrayList<>();
      byLocality.forEach(
          (locality, some) ->
              out.add(
                  new Group(
                      locality,
                      0,
                      some.stream().mapToInt(Endpoint::weight).sum(),
                      List.copyOf(some))));
      return List.copyOf(out);
    }
  }
}
