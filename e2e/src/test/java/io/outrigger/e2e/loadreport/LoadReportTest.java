package io.outrigger.e2e.loadreport;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Duration;
import io.envoyproxy.envoy.service.load_stats.v3.LoadStatsRequest;
import io.envoyproxy.envoy.service.load_stats.v3.LoadStatsResponse;
import io.grpc.Status;
import io.outrigger.e2e.differential.ProxyUnderTest;
import io.outrigger.testkit.Await;
import io.outrigger.testkit.EchoUpstream;
import io.outrigger.testkit.FreePorts;
import io.outrigger.testkit.RawClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same requests through ours and a real Envoy: the same load is reported. */
class LoadReportTest {
  private static final java.time.Duration SOON = java.time.Duration.ofSeconds(20);
  private static final LoadStatsResponse SOME =
      LoadStatsResponse.newBuilder()
          .addAllClusters(List.of("a", "limited", "dropping", "later"))
          .setLoadReportingInterval(Duration.newBuilder().setNanos(200_000_000))
          .setReportEndpointGranularity(true)
          .build();

  @TempDir private Path directory;

  /** What a run showed, with ports by their names. */
  private record Outcome(List<String> firsts, Map<String, Double> told, String stats) {}

  @Test
  void reportsWhatEnvoyDoes() throws Exception {
    Outcome theirs = run("envoy");
    Outcome ours = run("outrigger");
    assertThat(theirs.told)
        .containsEntry("a priority 0 r/z success", 5.0)
        .containsEntry("a priority 0 r/z error", 2.0)
        .containsEntry("a priority 0 r/z in progress", 1.0)
        .containsEntry("a priority 0 r/z port a answers with named_metrics.queue", 2.0)
        .containsEntry("dropping dropped for lb", 3.0)
        .containsEntry("dropping is service told", 1.0);
    assertThat(ours.told).isEqualTo(theirs.told);
    assertThat(ours.firsts).isEqualTo(theirs.firsts);
    assertThat(ours.stats).isEqualTo(theirs.stats);
  }

  private Outcome run(String which) throws Exception {
    Path own = Files.createDirectories(directory.resolve(which));
    List<Integer> free = FreePorts.find(2);
    try (EchoUpstream a = EchoUpstream.start("a");
        EchoUpstream b = EchoUpstream.start("b");
        LoadServer server = new LoadServer()) {
      Map<String, Integer> ports = new LinkedHashMap<>();
      ports.put("admin", free.get(0));
      ports.put("in", free.get(1));
      ports.put("a", a.port());
      ports.put("b", b.port());
      ports.put("lrs", server.port());
      String yaml = yaml(ports, own);
      try (ProxyUnderTest proxy =
          which.equals("envoy")
              ? ProxyUnderTest.envoy(yaml, ports, own)
              : ProxyUnderTest.outrigger(yaml, ports, own)) {
        return drive(proxy, server, a, ports);
      }
    }
  }

  private static Outcome drive(
      ProxyUnderTest proxy, LoadServer server, EchoUpstream a, Map<String, Integer> ports)
      throws Exception {
    int in = proxy.port("in");
    Await.until("a stream", SOON, () -> server.firsts().size() == 1);
    ask(in, "/a", ""); // before the server said what it wants: isn't reported
    server.ask(SOME);
    Await.until("a report", SOON, () -> server.reports("a") > 0);
    ask(in, "/a", "");
    ask(
        in,
        "/a",
        "x-fake-header: endpoint-load-metrics=TEXT cpu_utilization=0.5,named_metrics.queue=3\r\n");
    ask(
        in,
        "/a",
        "x-fake-header: endpoint-load-metrics=TEXT cpu_utilization=0.25,named_metrics.queue=4\r\n");
    ask(in, "/a", "x-fake-status: 500\r\n");
    ask(in, "/a", "x-fake-id: one\r\nx-fake-status: 503,200\r\n");
    for (int i = 0; i < 3; i++) {
      ask(in, "/dropping", "");
    }
    ask(in, "/other", "");
    try (RawClient _ = request(in, "/a", "x-fake-hang: 1\r\n");
        RawClient _ = request(in, "/limited", "x-fake-hang: 1\r\n")) {
      Await.until("both hang", SOON, () -> a.requests() == 9);
      try (RawClient _ = request(in, "/limited", "")) {
        awaitStat(proxy, "cluster.limited.upstream_rq_pending_active: 1");
        ask(in, "/limited", ""); // one is served, one waits: beyond the limit
      }
      server.ask(SOME); // again, which loses nothing
      awaitTold(server, "a priority 0 r/z in progress", 1);
      awaitTold(server, "a priority 0 r/z issued", 7);
      awaitTold(server, "limited dropped", 1);
      awaitTold(server, "dropping dropped", 3);
      // an answer and nothing else to come: what comes meanwhile is told by the next stream
      int before = server.firsts().size();
      server.end(Status.UNAVAILABLE);
      ask(in, "/a", "");
      Await.until("another stream", SOON, () -> server.firsts().size() == before + 1);
      awaitTold(server, "a priority 0 r/z issued", 8);
      server.end(null);
      Await.until("one more stream", SOON, () -> server.firsts().size() == before + 2);
      server.ask(SOME.toBuilder().clearClusters().setSendAllClusters(true).build());
      Await.until("all clusters", SOON, () -> server.reports("other") > 0);
      ask(in, "/other", "");
      awaitTold(server, "other priority 0 / issued", 1);
      server.ask(SOME.toBuilder().clearClusters().build()); // nothing more
      awaitStat(proxy, "load_reporter.requests: 4");
    }
    List<String> firsts = new ArrayList<>();
    for (LoadStatsRequest first : server.firsts()) {
      firsts.add(
          first.getNode().getId()
              + " "
              + first.getNode().getClientFeaturesList()
              + " "
              + first.getClusterStatsList().stream()
                  .map(s -> s.getClusterName())
                  .sorted()
                  .toList());
    }
    String stats =
        String.join(
            "\n",
            proxy
                .admin("/stats?filter=^load_reporter")
                .lines()
                .filter(line -> line.contains("load_reporter.") && !line.contains("responses"))
                .sorted()
                .toList());
    Map<String, Double> told = new TreeMap<>();
    server.told().forEach((what, value) -> told.put(named(what, ports), value));
    return new Outcome(firsts, told, stats);
  }

  private static void awaitStat(ProxyUnderTest proxy, String line) {
    String name = line.substring(0, line.indexOf(':'));
    Await.until(line, SOON, () -> proxy.admin("/stats?filter=^" + name).contains(line));
  }

  private static void awaitTold(LoadServer server, String what, double value) {
    try {
      Await.until(what + " = " + value, SOON, () -> server.told().getOrDefault(what, 0.0) == value);
    } catch (AssertionError e) {
      throw new AssertionError(e.getMessage() + ", but " + server.told(), e);
    }
  }

  private static String named(String what, Map<String, Integer> ports) {
    String text = what;
    for (Map.Entry<String, Integer> port : ports.entrySet()) {
      text = text.replace("port " + port.getValue(), "port " + port.getKey());
    }
    return text;
  }

  private static RawClient request(int port, String path, String headers) throws IOException {
    RawClient client = new RawClient(port);
    client.send("GET " + path + " HTTP/1.1\r\nhost: h\r\n" + headers + "\r\n");
    return client;
  }

  private static void ask(int port, String path, String headers) throws IOException {
    try (RawClient client = request(port, path, headers)) {
      client.response(false);
    }
  }

  private static String yaml(Map<String, Integer> ports, Path directory) throws IOException {
    Path endpoints = directory.resolve("endpoints.yaml");
    Files.writeString(
        endpoints,
        """
        version_info: "1"
        resources:
        - "@type": type.googleapis.com/envoy.config.endpoint.v3.ClusterLoadAssignment
          cluster_name: told
          policy: {drop_overloads: [{category: lb, drop_percentage: {numerator: 100}}]}
          endpoints: [{lb_endpoints: [{endpoint: {address: {socket_address: {address: 127.0.0.1, port_value: %d}}}}]}]
        """
            .formatted(ports.get("a")));
    return """
        node: {id: reporter, cluster: c}
        admin: {address: {socket_address: {address: 127.0.0.1, port_value: %1$d}}}
        cluster_manager:
          load_stats_config: {api_type: GRPC, transport_api_version: V3, grpc_services: [{envoy_grpc: {cluster_name: lrs}}]}
        static_resources:
          listeners:
          - name: l
            address: {socket_address: {address: 127.0.0.1, port_value: %2$d}}
            filter_chains:
            - filters:
              - name: h
                typed_config:
                  "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
                  stat_prefix: h
                  http_filters: [{name: r, typed_config: {'@type': type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}}]
                  route_config:
                    name: r
                    virtual_hosts:
                    - name: v
                      domains: ['*']
                      routes:
                      - {match: {prefix: /a}, route: {cluster: a, retry_policy: {retry_on: retriable-status-codes, retriable_status_codes: [503]}}}
                      - {match: {prefix: /limited}, route: {cluster: limited}}
                      - {match: {prefix: /dropping}, route: {cluster: dropping}}
                      - {match: {prefix: /other}, route: {cluster: other}}
          clusters:
          - name: a
            connect_timeout: 1s
            lrs_report_endpoint_metrics: [named_metrics.*, cpu_utilization]
            load_assignment:
              cluster_name: a
              endpoints:
              - locality: {region: r, zone: z}
                lb_endpoints: [{endpoint: {address: {socket_address: {address: 127.0.0.1, port_value: %3$d}}}}]
              - locality: {region: r, zone: second}
                priority: 1
                lb_endpoints: [{endpoint: {address: {socket_address: {address: 127.0.0.1, port_value: %4$d}}}}]
          - name: limited
            connect_timeout: 1s
            circuit_breakers: {thresholds: [{max_requests: 1, max_connections: 1, max_pending_requests: 1}]}
            load_assignment:
              cluster_name: limited
              endpoints: [{lb_endpoints: [{endpoint: {address: {socket_address: {address: 127.0.0.1, port_value: %3$d}}}}]}]
          - name: dropping
            connect_timeout: 1s
            type: EDS
            eds_cluster_config: {service_name: told, eds_config: {resource_api_version: V3, path_config_source: {path: %6$s}}}
          - name: other
            connect_timeout: 1s
            load_assignment:
              cluster_name: other
              endpoints: [{lb_endpoints: [{endpoint: {address: {socket_address: {address: 127.0.0.1, port_value: %4$d}}}}]}]
          - name: lrs
            connect_timeout: 1s
            typed_extension_protocol_options:
              envoy.extensions.upstreams.http.v3.HttpProtocolOptions:
                "@type": type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions
                explicit_http_config: {http2_protocol_options: {}}
            load_assignment:
              cluster_name: lrs
              endpoints: [{lb_endpoints: [{endpoint: {address: {socket_address: {address: 127.0.0.1, port_value: %5$d}}}}]}]
        """
        .formatted(
            ports.get("admin"),
            ports.get("in"),
            ports.get("a"),
            ports.get("b"),
            ports.get("lrs"),
            endpoints);
  }
}
