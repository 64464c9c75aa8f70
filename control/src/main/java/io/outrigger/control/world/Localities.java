package io.outrigger.control.world;

import io.outrigger.control.kubernetes.Pod;
import io.outrigger.control.resource.Resource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Where pods run: their node's region and zone, unless a label of their own says otherwise. */
final class Localities {
  /** A pod's own word, with dots for slashes, which labels can't have. */
  private static final String OWN = "istio-locality";

  private final Map<String, Locality> byNode = new HashMap<>();

  Localities(List<Resource> nodes) {
    for (Resource node : nodes) {
      byNode.put(
          node.name(),
          new Locality(
              node.labels().getOrDefault(Locality.REGION, ""),
              node.labels().getOrDefault(Locality.ZONE, ""),
              node.labels().getOrDefault(Locality.SUB_ZONE, "")));
    }
  }

  /**
   * Of a pod, or of what is known to be in a zone.
   *
   * @param zone what the slice says, where the node says nothing
   */
  Locality of(@Nullable Resource pod, @Nullable String zone) {
    if (pod != null) {
      String own = pod.labels().get(OWN);
      if (own != null) {
        return Locality.parse(own.replace('.', '/'));
      }
      String node = ((Pod) pod.spec()).nodeName();
      Locality known = node == null ? null : byNode.get(node);
      if (known != null && !known.equals(Locality.NONE)) {
        return known;
      }
    }
    return zone == null || zone.isEmpty() ? Locality.NONE : new Locality("", zone, "");
  }
}
