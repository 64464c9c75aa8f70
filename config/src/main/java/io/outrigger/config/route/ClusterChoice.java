package io.outrigger.config.route;

import io.outrigger.config.filter.RouteFilterConfig;
import io.outrigger.config.http.HeaderName;
import io.outrigger.config.http.Headers;
import io.outrigger.config.metadata.Metadata;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How a route names its cluster. */
public sealed interface ClusterChoice {
  /**
   * The cluster's name for this request, or null: the header that names it is not there.
   *
   * @param random the request's own number, the same each time
   */
  @Nullable String name(Headers headers, long random);

  /** Always this cluster. */
  record Single(String cluster) implements ClusterChoice {
    @Override
    public String name(Headers headers, long random) {
      return cluster;
    }
  }

  /** The cluster that a request header names. */
  record FromHeader(HeaderName header) implements ClusterChoice {
    @Override
    public @Nullable String name(Headers headers, long random) {
      return headers.value(header);
    }
  }

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

    @Override
    public @Nullable String name(Headers headers, long random) {
      return pick(headers, random).name(headers);
    }

    /** The cluster that the named header's number falls on, or this random number. */
    public ClusterWeight pick(Headers headers, long random) {
      String text = randomHeader == null ? null : headers.value(randomHeader);
      if (text != null) {
        try {
          return pick(Long.parseUnsignedLong(text));
        } catch (NumberFormatException e) {
          // as if it were not there
        }
      }
      return pick(random);
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

    /** The name, or what the request's header says; null: it has none. */
    public @Nullable String name(Headers headers) {
      return clusterHeader != null && cluster.isEmpty() ? headers.value(clusterHeader) : cluster;
    }
  }
}
