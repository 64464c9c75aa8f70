package io.outrigger.config.route;

import java.util.Set;

/** The cluster names in a forward action. */
final class ClusterReferences {
  private ClusterReferences() {}

  static void collect(ForwardAction action, Set<String> names) {
    ClusterChoice choice = action.cluster();
    if (choice instanceof ClusterChoice.Single single) {
      names.add(single.cluster());
    } else if (choice instanceof ClusterChoice.Weighted weighted) {
      for (ClusterChoice.ClusterWeight cluster : weighted.clusters()) {
        if (!cluster.cluster().isEmpty()) {
          names.add(cluster.cluster());
        }
      }
    } else if (!(choice instanceof ClusterChoice.FromHeader)) {
      throw new IllegalStateException("unknown ClusterChoice: " + choice);
    }
    for (MirrorPolicy mirror : action.mirrorPolicies()) {
      if (!mirror.cluster().isEmpty()) {
        names.add(mirror.cluster());
      }
    }
  }
}
