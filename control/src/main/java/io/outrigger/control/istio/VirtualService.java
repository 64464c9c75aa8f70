package io.outrigger.control.istio;

import io.outrigger.control.resource.Spec;
import java.util.ArrayList;
import java.util.List;

/** How requests to hosts are routed. */
public record VirtualService(
    List<String> hosts,
    List<String> gateways,
    List<HttpRoute> http,
    List<L4Route> tls,
    List<L4Route> tcp,
    List<String> exportTo)
    implements Spec {

  /** The word that stands for all sidecars in a list of gateways. */
  public static final String MESH = "mesh";

  /** Whether sidecars heed it: no gateways, or {@code mesh} among them. */
  public boolean forMesh() {
    return gateways.isEmpty() || gateways.contains(MESH);
  }

  /** Every destination that any of its rules names, mirrors among them. */
  public List<Destination> destinations() {
    List<Destination> all = new ArrayList<>();
    for (HttpRoute rule : http) {
      rule.route().forEach(to -> all.add(to.destination()));
      rule.mirrors().forEach(mirror -> all.add(mirror.destination()));
    }
    for (L4Route rule : tls) {
      rule.route().forEach(to -> all.add(to.destination()));
    }
    for (L4Route rule : tcp) {
      rule.route().forEach(to -> all.add(to.destination()));
    }
    return all;
  }
}
