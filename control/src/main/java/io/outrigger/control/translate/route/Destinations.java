package io.outrigger.control.translate.route;

import io.envoyproxy.envoy.config.route.v3.RouteAction;
import io.envoyproxy.envoy.config.route.v3.WeightedCluster;
import io.outrigger.control.istio.HeaderOperations;
import io.outrigger.control.translate.Values;
import io.outrigger.control.translate.model.RouteModel;
import java.util.List;

/** Where a route's requests go: one cluster, or several by weight. */
final class Destinations {
  private Destinations() {}

  static void apply(RouteAction.Builder action, RouteModel.Rule model) {
    List<RouteModel.WeightedCluster> clusters = model.clusters();
    if (clusters.size() == 1 && clusters.getFirst().headers().equals(HeaderOperations.NONE)) {
      action.setCluster(clusters.getFirst().cluster());
      return;
    }
    WeightedCluster.Builder weighted = WeightedCluster.newBuilder();
    for (RouteModel.WeightedCluster cluster : clusters) {
      WeightedCluster.ClusterWeight.Builder one =
          WeightedCluster.ClusterWeight.newBuilder()
              .setName(cluster.cluster())
              .setWeight(Values.number(clusters.size() == 1 ? 100 : cluster.weight()));
      HeaderTranslator.apply(one, cluster.headers());
      weighted.addClusters(one);
    }
    action.setWeightedClusters(weighted);
  }
}
