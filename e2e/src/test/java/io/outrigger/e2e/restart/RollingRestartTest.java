package io.outrigger.e2e.restart;

import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.e2e.Installed;
import io.outrigger.testkit.EchoUpstream;
import io.outrigger.testkit.FreePorts;
import io.outrigger.testkit.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Upstreams that are replaced one by one under 1,000 requests a second, without retries: a new one
 * joins, an old one leaves the endpoints, and ends as soon as nobody is connected to it.
 */
final class RollingRestartTest {
  private static final int RESTARTS = 20;
  private static final int REPLICAS = 3;
  private static final int PER_SECOND = 1000;

  @TempDir private Path directory;
  private final Deque<EchoUpstream> upstreams = new ArrayDeque<>();
  private int admin;

  @Test
  void noRequestIsLost() throws Exception {
    List<Integer> free = FreePorts.find(2);
    admin = free.get(0);
    int in = free.get(1);
    for (int i = 0; i < REPLICAS; i++) {
      upstreams.add(EchoUpstream.start("a"));
    }
    endpoints();
    Files.writeString(directory.resolve("proxy.yaml"), bootstrap(in));
    try (Program proxy =
            Program.start(
                "proxy",
                List.of(
                    Installed.outrigger(),
                    "proxy",
                    "-c",
                    directory.resolve("proxy.yaml").toString(),
                    "--concurrency",
                    "1",
                    "--disable-hot-restart"),
                Map.of("OUTRIGGER_BUILD", "never"),
                directory.resolve("log"));
        Load load = new Load()) {
      RunningProxy.await(proxy, "it is ready", () -> RunningProxy.sum(admin, "server.live") == 1);
      load.steady(in, 20, PER_SECOND);
      RunningProxy.await(proxy, "the load runs", () -> load.requests() > PER_SECOND);
      long begin = System.nanoTime();
      int before = load.requests();
      for (int i = 0; i < RESTARTS; i++) {
        EchoUpstream old = upstreams.remove();
        upstreams.add(EchoUpstream.start("a"));
        endpoints();
        RunningProxy.await(
            proxy, "nobody is connected to the old one", () -> old.connections() == 0);
        old.close();
        int seen = load.requests();
        RunningProxy.await(
            proxy, "the load goes on", () -> load.requests() > seen + PER_SECOND / 4);
      }
      double seconds = (System.nanoTime() - begin) / 1e9;
      int all = load.requests() - before;
      load.close();
      assertThat(load.failures()).as(proxy.output()).isEmpty();
      assertThat(all / seconds).as("requests a second").isGreaterThan(PER_SECOND * 0.9);
      assertThat(RunningProxy.sum(admin, "cluster.a.upstream_rq_retry")).isZero();
    } finally {
      upstreams.forEach(EchoUpstream::close);
    }
  }

  private void endpoints() throws IOException {
    String hosts =
        upstreams.stream()
            .map(
                upstream ->
                    "{endpoint: {address: {socket_address: {address: 127.0.0.1, port_value: "
                        + upstream.port()
                        + "}}}}")
            .collect(Collectors.joining(", "));
    Path next = directory.resolve("next");
    Files.writeString(
        next,
        """
        resources:
        - "@type": type.googleapis.com/envoy.config.endpoint.v3.ClusterLoadAssignment
          cluster_name: a
          endpoints: [{lb_endpoints: [%s]}]
        """
            .formatted(hosts));
    Files.move(next, directory.resolve("eds.yaml"), StandardCopyOption.ATOMIC_MOVE);
  }

  private String bootstrap(int in) {
    return """
        node: {id: rolling, cluster: test}
        admin: {address: {socket_address: {address: 127.0.0.1, port_value: %1$d}}}
        static_resources:
          listeners:
          - name: in
            address: {socket_address: {address: 127.0.0.1, port_value: %2$d}}
            filter_chains:
            - filters:
              - name: http
                typed_config:
                  "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
                  stat_prefix: in
                  route_config: {virtual_hosts: [{name: v, domains: ['*'], routes: [{match: {prefix: /}, route: {cluster: a}}]}]}
                  http_filters: [{name: envoy.filters.http.router, typed_config: {'@type': type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}}]
          clusters:
          - name: a
            type: EDS
            eds_cluster_config: {eds_config: {path_config_source: {path: %3$s/eds.yaml}, resource_api_version: V3}}
        """
        .formatted(admin, in, directory);
  }
}
