package io.outrigger.config.route;

import io.outrigger.config.filter.RouteFilterConfig;
import io.outrigger.config.http.HeaderName;
import io.outrigger.config.metadata.Metadata;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How a route names its cluster. */
public sealed interface ClusterChoice {
  /** Always this cluster. */
  record Single(String cluster) implements ClusterChoice {}

  /** The cluster that a request header names. */
  record FromHeader(HeaderName header) implements ClusterChoice {}

  /**
   * One of several, by weight.
   *
   * @param randomHeader a header whose value, a number, takes the random number's place; null: none
   */
  record Weighted(List<ClusterWeight> clusters, long totalWeight, @Nullable HeaderName randomHeader)
      implements ClusterChoice {
    public Weighted {
      clusters = List.copyOf(clusters);
    }

    /** The cluster that this random number falls on. */
    public ClusterWeight pick(long random) {
      long point = Long.remainderUnsigned(random, totalWeight);
      for (int i = 0, last = clusters.size() - 1; i < last; i++) {
        ClusterWeight cluster = clusters.get(i);
        point -= cluster.weight();
        if (point < 0) {
          return cluster;
        }
      }
      return clusters.getLast();
    }
  }

  /**
   * One of a weighted set. Its mutations and filter configurations have the route's, virtual host's
   * and table's merged in already.
   *
   * @param cluster empty: {@code clusterHeader} names it
   * @param hostRewrite empty: the route's
   */
  record ClusterWeight(
      String cluster,
      @Nullable HeaderName clusterHeader,
      long weight,
      Metadata metadataMatch,
      String hostRewrite,
      HeaderMutations requestHeaders,
      HeaderMutations responseHeaders,
      Map<String, RouteFilterConfig> filterConfigs) {
    public ClusterWeight {
      filterConfigs = Map.copyOf(filterConfigs);
    }
  }
}
