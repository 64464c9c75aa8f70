package io.outrigger.config.route;

import io.envoyproxy.envoy.config.route.v3.RouteAction;
import io.envoyproxy.envoy.config.route.v3.WeightedCluster;
import io.outrigger.config.compile.Problems;
import io.outrigger.config.compile.Unsigned;
import io.outrigger.config.filter.RouteFilterCompiler;
import io.outrigger.config.http.HeaderName;
import io.outrigger.config.http.HeaderText;
import io.outrigger.config.match.HeaderNames;
import io.outrigger.config.metadata.Metadata;
import io.outrigger.config.route.ClusterChoice.ClusterWeight;
import java.util.ArrayList;
import java.util.List;

/** Compiles a route action's cluster_specifier. */
final class ClusterChoiceCompiler {
  private ClusterChoiceCompiler() {}

  /** The choice; {@code level} is the route's, which weighted clusters add to. */
  static ClusterChoice compile(RouteAction proto, RouteLevel level, Problems problems) {
    return switch (proto.getClusterSpecifierCase()) {
      case CLUSTER -> {
        if (proto.getCluster().isEmpty()) {
          problems.error("cluster", "is empty; a cluster's name is required");
        }
        yield new ClusterChoice.Single(proto.getCluster());
      }
      case CLUSTER_HEADER -> {
        HeaderNames.check(proto.getClusterHeader(), problems.at("cluster_header"));
        yield new ClusterChoice.FromHeader(HeaderName.of(proto.getClusterHeader()).inRequests());
      }
      case WEIGHTED_CLUSTERS ->
          weighted(proto.getWeightedClusters(), level, problems.at("weighted_clusters"));
      case CLUSTER_SPECIFIER_PLUGIN -> {
        problems.unsupported("cluster_specifier_plugin");
        yield new ClusterChoice.Single("");
      }
      case INLINE_CLUSTER_SPECIFIER_PLUGIN -> {
        problems.unsupported("inline_cluster_specifier_plugin");
        yield new ClusterChoice.Single("");
      }
      case CLUSTERSPECIFIER_NOT_SET -> {
        problems.error("one of cluster, cluster_header or weighted_clusters is required");
        yield new ClusterChoice.Single("");
      }
    };
  }

  private static ClusterChoice weighted(
      WeightedCluster proto, RouteLevel level, Problems problems) {
    if (!proto.getRuntimeKeyPrefix().isEmpty()) {
      problems.ignored("runtime_key_prefix");
    }
    List<ClusterWeight> clusters = new ArrayList<>(proto.getClustersCount());
    long total = 0;
    for (int i = 0; i < proto.getClustersCount(); i++) {
      ClusterWeight cluster = weight(proto.getClusters(i), level, problems.at("clusters", i));
      clusters.add(cluster);
      total += cluster.weight();
    }
    if (total == 0) {
      problems.error("Sum of weights in the weighted_cluster must be greater than 0.");
      total = 1;
    } else if (total > 0xffff_ffffL) {
      problems.error("The sum of weights of all weighted clusters exceeds 4294967295");
    }
    return new ClusterChoice.Weighted(
        clusters,
        total,
        proto.hasHeaderName() && !proto.getHeaderName().isEmpty()
            ? HeaderName.of(proto.getHeaderName()).inRequests()
            : null);
  }

  private static ClusterWeight weight(
      WeightedCluster.ClusterWeight proto, RouteLevel level, Problems problems) {
    if (proto.getName().isEmpty() == proto.getClusterHeader().isEmpty()) {
      problems.error("exactly one of name and cluster_header is required");
    }
    HeaderMutations request =
        HeaderMutationsCompiler.request(
            proto.getRequestHeadersToAddList(), proto.getRequestHeadersToRemoveList(), problems);
    HeaderMutations response =
        HeaderMutationsCompiler.response(
            proto.getResponseHeadersToAddList(), proto.getResponseHeadersToRemoveList(), problems);
    // A weighted cluster's mutations come first, whatever most_specific_header_mutations_wins says.
    return new ClusterWeight(
        proto.getName(),
        proto.getClusterHeader().isEmpty()
            ? null
            : HeaderName.of(proto.getClusterHeader()).inRequests(),
        proto.hasWeight() ? Unsigned.toLong(proto.getWeight().getValue()) : 0,
        Metadata.of(proto.getMetadataMatch()),
        HeaderText.of(proto.getHostRewriteLiteral()),
        request.then(level.requestHeaders()),
        response.then(level.responseHeaders()),
        RouteFilterCompiler.compile(
            proto.getTypedPerFilterConfigMap(), level.filterConfigs(), problems));
  }
}
