package io.outrigger.config.listener;

import io.outrigger.config.hcm.RouteSource;
import io.outrigger.config.metadata.Metadata;
import io.outrigger.config.tcp.TcpStatsConfig;
import io.outrigger.config.tls.DownstreamTls;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is done with a connection.
 *
 * @param name may be empty
 * @param tls null: plaintext
 * @param tcpStats what is counted of its connections beside what all have; null: nothing
 * @param transportSocketConnectTimeoutMillis limit on the TLS handshake; 0: none
 * @param networkFilters the last one is terminal
 */
public record FilterChain(
    String name,
    FilterChainMatch match,
    @Nullable DownstreamTls tls,
    @Nullable TcpStatsConfig tcpStats,
    long transportSocketConnectTimeoutMillis,
    List<NetworkFilter> networkFilters,
    Metadata metadata) {
  public FilterChain {
    networkFilters = List.copyOf(networkFilters);
  }

  /** A network filter and its name. */
  public record NetworkFilter(String name, NetworkFilterConfig config) {}

  /** The filter that ends the chain: the connection manager, the TCP proxy, ...; null: none. */
  public @Nullable NetworkFilterConfig terminal() {
    return networkFilters.isEmpty() ? null : networkFilters.getLast().config();
  }

  void addRouteTables(Set<String> names) {
    for (NetworkFilter filter : networkFilters) {
      if (filter.config() instanceof NetworkFilterConfig.Http http) {
        for (RouteSource source : http.config().routes().parts()) {
          if (source instanceof RouteSource.Rds rds) {
            names.add(rds.name());
          }
        }
      }
    }
  }

  void addClusters(Set<String> names) {
    for (NetworkFilter filter : networkFilters) {
      if (filter.config() instanceof NetworkFilterConfig.Http http) {
        for (RouteSource source : http.config().routes().parts()) {
          if (source instanceof RouteSource.Inline inline) {
            names.addAll(inline.table().referencedClusters());
          }
        }
      } else if (filter.config() instanceof NetworkFilterConfig.Tcp tcp) {
        names.addAll(tcp.config().referencedClusters());
      }
    }
  }
}
