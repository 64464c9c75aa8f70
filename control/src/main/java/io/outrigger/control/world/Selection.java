package io.outrigger.control.world;

import io.outrigger.control.resource.Resource;
import java.util.Map;

/** Which policies hold for a workload: of its own and the root namespace, by labels. */
final class Selection {
  private Selection() {}

  static boolean holds(
      Resource policy,
      Map<String, String> selector,
      String rootNamespace,
      String namespace,
      Map<String, String> labels) {
    String home = policy.namespace();
    return (home.equals(rootNamespace) || home.equals(namespace))
        && labels.entrySet().containsAll(selector.entrySet());
  }
}
