package io.outrigger.proxy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Starts a proxy in this process that does no more than to route to one cluster. */
final class RoutingProxy {
  private RoutingProxy() {}

  /**
   * Its listener is called http and its cluster up, of one host on loopback.
   *
   * @param directory where its bootstrap goes
   * @param more fields of the one route, each after a comma
   */
  static Proxy start(Path directory, int upstream, String more) throws IOException, StartException {
    Path file = directory.resolve("bootstrap.yaml");
    Files.writeString(
        file,
        """
        static_resources:
          listeners:
          - name: http
            address: {socket_address: {address: 127.0.0.1, port_value: 0}}
            filter_chains:
            - filters:
              - name: hcm
                typed_config:
                  "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
                  stat_prefix: in
                  route_config: {virtual_hosts: [{name: all, domains: "*", routes: [{match: {prefix: /}, route: {cluster: up%s}}]}]}
                  http_filters: [{name: router, typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}}]
          clusters:
          - name: up
            load_assignment: {cluster_name: up, endpoints: [{lb_endpoints: [{endpoint: {address: {socket_address: {address: 127.0.0.1, port_value: %d}}}}]}]}
        """
            .formatted(more, upstream));
    return Proxy.start(new ProxyOptions().config(file.toString(), "").concurrency(1));
  }
}
