package io.outrigger.proxy.sidecar;

import java.util.ArrayList;
import java.util.List;

/**
 * The two admin pages that those outside may see: whether the sidecar is ready, for a kubelet, and
 * its statistics, for a Prometheus. They are served as traffic is, by listeners of the bootstrap.
 */
final class PublicPages {
  private static final String CLUSTER = "agent";

  private PublicPages() {}

  /** The admin pages as a cluster, to follow others in a list; empty where no page is public. */
  static String cluster(SidecarOptions options) {
    return listeners(options).isEmpty()
        ? ""
        : """
          ,
              {name: %1$s, type: STATIC, connect_timeout: 1s,
               load_assignment: {cluster_name: %1$s, endpoints: [{lb_endpoints: [{endpoint: {address:
                 {socket_address: {address: 127.0.0.1, port_value: %2$d}}}}]}]}}"""
            .formatted(CLUSTER, options.adminPort());
  }

  static String listeners(SidecarOptions options) {
    List<String> out = new ArrayList<>();
    if (options.healthPort() != 0) {
      out.add(listener("health", options.healthPort(), "/healthz/ready", "/ready"));
    }
    if (options.statsPort() != 0) {
      out.add(listener("stats", options.statsPort(), "/stats/prometheus", "/stats/prometheus"));
    }
    return String.join(",", out);
  }

  /** Neither counted among the workload's requests nor traced. */
  private static String listener(String name, int port, String path, String page) {
    return """

            {name: %1$s, address: {socket_address: {address: 0.0.0.0, port_value: %2$d}},
             filter_chains: [{filters: [{name: envoy.filters.network.http_connection_manager, typed_config: {
               "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager,
               stat_prefix: %1$s,
               route_config: {name: %1$s, virtual_hosts: [{name: %1$s, domains: ["*"], routes: [
                 {match: {path: %3$s}, route: {cluster: %5$s, prefix_rewrite: %4$s, timeout: 5s}}]}]},
               http_filters: [{name: envoy.filters.http.router, typed_config: {
                 "@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}}]}}]}]}"""
        .formatted(name, port, path, page, CLUSTER);
  }
}
