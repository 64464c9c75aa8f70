package io.outrigger.config.route;

import java.util.Set;

/** The cluster names in a forward action. */
final class ClusterReferences {
  private ClusterReferences() {}

  static void collect(ForwardAction action, Set<String> names) {
    switch (action.cluster()) {
      case ClusterChoice.Single single -> names.add(single.cluster());
      case ClusterChoice.FromHeader _ -> {}
      case ClusterChoice.Weighted weighted -> {
        for (ClusterChoice.ClusterWeight cluster : weighted.clusters()) {
          if (!cluster.cluster().isEmpty()) {
            names.add(cluster.cluster());
          }
        }
      }
    }
    for (MirrorPolicy mirror : action.mirrorPolicies()) {
      if (!mirror.cluster().isEmpty()) {
        names.add(mirror.cluster());
      }
    }
  }
}
