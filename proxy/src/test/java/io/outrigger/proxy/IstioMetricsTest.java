package io.outrigger.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.outrigger.proxy.stats.PrometheusPage;
import io.outrigger.proxy.stats.StatsFilter;
import io.outrigger.testkit.Await;
import io.outrigger.testkit.EchoUpstream;
import io.outrigger.testkit.RawClient;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Istio's metrics of a caller's listener in front of a called one, in one proxy. */
final class IstioMetricsTest {
  @TempDir Path directory;
  private EchoUpstream upstream;
  private Proxy proxy;

  @BeforeEach
  void start() throws IOException, StartException {
    upstream = EchoUpstream.start("up");
    Path file = directory.resolve("bootstrap.yaml");
    Files.writeString(file, bootstrap());
    proxy = Proxy.start(new ProxyOptions().config(file.toString(), "").concurrency(2));
  }

  @AfterEach
  void stop() {
    proxy.close();
    upstream.close();
  }

  @Test
  void tellWhoAskedWhomOnBothSides() throws Exception {
    assertThat(ask("out", "GET /a HTTP/1.1\r\nhost: shop:80\r\n\r\n"))
        .doesNotContain("x-envoy-peer-metadata");
    assertThat(ask("out", "GET /b HTTP/1.1\r\nhost: shop:80\r\n\r\n")).contains("200 OK");
    await(
        "istio_requests_total{reporter=\"source\",source_workload=\"web-v1\","
            + "source_canonical_service=\"web\",source_canonical_revision=\"v1\","
            + "source_workload_namespace=\"ns\",source_principal=\"unknown\",source_app=\"web\","
            + "source_version=\"\",source_cluster=\"c1\",destination_workload=\"web-v1\","
            + "destination_workload_namespace=\"ns\",destination_principal=\"unknown\","
            + "destination_app=\"web\",destination_version=\"unknown\","
            + "destination_service=\"shop.ns.svc.cluster.local\","
            + "destination_canonical_service=\"web\",destination_canonical_revision=\"v1\","
            + "destination_service_name=\"shop\",destination_service_namespace=\"ns\","
            + "destination_cluster=\"c1\",request_protocol=\"http\",response_code=\"200\","
            + "grpc_response_status=\"\",response_flags=\"-\","
            + "connection_security_policy=\"unknown\"} 2\n");
    // no metadata names the service behind the inner listener, so the host header does
    await(
        "istio_requests_total{reporter=\"destination\",source_workload=\"web-v1\","
            + "source_canonical_service=\"web\",source_canonical_revision=\"v1\","
            + "source_workload_namespace=\"ns\",source_principal=\"unknown\",source_app=\"web\","
            + "source_version=\"unknown\",source_cluster=\"c1\",destination_workload=\"web-v1\","
            + "destination_workload_namespace=\"ns\",destination_principal=\"unknown\","
            + "destination_app=\"web\",destination_version=\"\",destination_service=\"shop:80\","
            + "destination_canonical_service=\"web\",destination_canonical_revision=\"v1\","
            + "destination_service_name=\"shop:80\",destination_service_namespace=\"ns\","
            + "destination_cluster=\"c1\",request_protocol=\"http\",response_code=\"200\","
            + "grpc_response_status=\"\",response_flags=\"-\","
            + "connection_security_policy=\"none\"} 2\n");
    assertThat(page())
        .contains("# TYPE istio_requests_total counter\n")
        .contains("istio_build{component=\"proxy\",tag=\"1.32.0\"} 1\n")
        .containsPattern(
            "istio_request_duration_milliseconds_count\\{reporter=\"source\"[^}]*\\} 2")
        .containsPattern("istio_request_bytes_bucket\\{[^}]*le=\"10000\"\\} 2")
        .containsPattern("istio_response_bytes_sum\\{reporter=\"source\"[^}]*\\} [1-9]");
  }

  @Test
  void takeACallersWordOnceAndKeepWhatCannotBeReadOut() throws Exception {
    String other =
        Base64.getEncoder()
            .encodeToString(
                Struct.newBuilder()
                    .putFields("WORKLOAD_NAME", Value.newBuilder().setStringValue("cart").build())
                    .build()
                    .toByteArray());
    String head = "GET / HTTP/1.1\r\nhost: h\r\nx-envoy-peer-metadata-id: x\r\n";
    String told = ask("in", head + "x-envoy-peer-metadata: " + other + "\r\n\r\n");
    // who tells is told, and the application sees neither header
    assertThat(told).contains("x-envoy-peer-metadata-id: n").doesNotContain(other);
    ask("in", head + "x-envoy-peer-metadata: !!!\r\n\r\n");
    await("reporter=\"destination\",source_workload=\"cart\",source_canonical_service=\"unknown\"");
    await("reporter=\"destination\",source_workload=\"unknown\"");
  }

  @Test
  void dropMetricsAndChangeLabelsAsConfigured() throws Exception {
    ask("changed", "GET / HTTP/1.1\r\nhost: h\r\n\r\n");
    await(",connection_security_policy=\"unknown\",zone=\"east\"} 1\n");
    String page = page();
    String line = page.lines().filter(l -> l.contains("zone=\"east\"")).findFirst().orElseThrow();
    assertThat(line).startsWith("istio_requests_total{").doesNotContain("destination_app");
    assertThat(line).contains("source_app=\"fixed\"");
    assertThat(page).doesNotContain("istio_request_bytes_count{reporter=\"source\"");
  }

  @Test
  void countMessagesOfGrpc() throws Exception {
    byte[] two = {0, 0, 0, 0, 1, 'a', 0, 0, 0, 0, 2, 'b', 'c'};
    String request =
        "POST /s/m HTTP/1.1\r\nhost: h\r\ncontent-type: application/grpc\r\ncontent-length: 13\r\n\r\n";
    try (RawClient client = new RawClient(ListenerPort.of(proxy, "in"))) {
      client.send(request + new String(two, StandardCharsets.ISO_8859_1));
      client.response(false);
    }
    awaitMatch("istio_request_messages_total\\{reporter=\"destination\"[^}]*\\} 2\n");
    assertThat(page())
        .containsPattern("istio_requests_total\\{[^}]*request_protocol=\"grpc\"[^}]*\\} 1\n");
  }

  @Test
  void countConnectionsAndTheirBytes() throws Exception {
    try (RawClient client = new RawClient(ListenerPort.of(proxy, "tcp"))) {
      client.send("GET / HTTP/1.1\r\nhost: h\r\n\r\n");
      client.response(false);
    }
    awaitMatch(
        "istio_tcp_connections_closed_total\\{reporter=\"source\"[^}]*request_protocol=\"tcp\","
            + "response_flags=\"-\",connection_security_policy=\"unknown\"\\} 1\n");
    assertThat(page())
        .containsPattern("istio_tcp_connections_opened_total\\{[^}]*\\} 1\n")
        .containsPattern("istio_tcp_received_bytes_total\\{[^}]*\\} 27\n")
        .containsPattern("istio_tcp_sent_bytes_total\\{[^}]*\\} [1-9]");
  }

  private String page() {
    StringBuilder out = new StringBuilder();
    PrometheusPage.text(proxy.stats(), StatsFilter.ALL, List.of(), List.of())
        .lines()
        .filter(line -> line.contains("istio"))
        .forEach(line -> out.append(line).append('\n'));
    return out.toString();
  }

  private void await(String text) {
    awaitMatch(Pattern.quote(text));
  }

  private void awaitMatch(String pattern) {
    Pattern compiled = Pattern.compile(pattern);
    try {
      Await.until(pattern, Duration.ofSeconds(10), () -> compiled.matcher(page()).find());
    } catch (AssertionError e) {
      throw new AssertionError(e.getMessage() + "\n" + page(), e);
    }
  }

  private String ask(String listener, String request) throws Exception {
    try (RawClient client = new RawClient(ListenerPort.of(proxy, listener))) {
      client.send(request);
      return client.response(false);
    }
  }

  private static final String STATS =
      "{name: istio.stats, typed_config: {'@type': type.googleapis.com/stats.PluginConfig%s}}";

  private static final String OUT_PEERS =
      "{name: peers, typed_config: {'@type': type.googleapis.com/udpa.type.v1.TypedStruct, type_url:"
          + " type.googleapis.com/io.istio.http.peer_metadata.Config, value: {upstream_discovery:"
          + " [{istio_headers: {}}], upstream_propagation: [{istio_headers: {}}]}}}";

  private static final String IN_PEERS =
      "{name: peers, typed_config: {'@type': type.googleapis.com/io.istio.http.peer_metadata.Config,"
          + " downstream_discovery: [{istio_headers: {}}], downstream_propagation: [{istio_headers:"
          + " {}}]}}";

  private String bootstrap() {
    String plain = STATS.formatted("");
    String changed =
        STATS.formatted(
            ", metrics: [{name: requests_total, dimensions: {zone: \"'east'\", source_app:"
                + " \"'fixed'\"}, tags_to_remove: [destination_app]}, {name: request_bytes, drop:"
                + " true}]");
    return """
        node:
          id: n
          cluster: c
          metadata: {WORKLOAD_NAME: web-v1, NAMESPACE: ns, CLUSTER_ID: c1, ISTIO_VERSION: 1.32.0,
            LABELS: {app: web, service.istio.io/canonical-name: web, service.istio.io/canonical-revision: v1}}
        admin: {address: {socket_address: {address: 127.0.0.1, port_value: 0}}}
        static_resources:
          listeners:
          - name: out
            traffic_direction: OUTBOUND
            address: {socket_address: {address: 127.0.0.1, port_value: 0}}
            filter_chains: [{filters: [{name: hcm, typed_config: %1$s}]}]
          - name: changed
            traffic_direction: OUTBOUND
            address: {socket_address: {address: 127.0.0.1, port_value: 0}}
            filter_chains: [{filters: [{name: hcm, typed_config: %2$s}]}]
          - name: in
            traffic_direction: INBOUND
            address: {socket_address: {address: 127.0.0.1, port_value: 0}}
            filter_chains: [{filters: [{name: hcm, typed_config: %3$s}]}]
          - name: between
            traffic_direction: INBOUND
            address: {pipe: {path: %4$s/between}}
            filter_chains: [{filters: [{name: hcm, typed_config: %3$s}]}]
          - name: tcp
            traffic_direction: OUTBOUND
            address: {socket_address: {address: 127.0.0.1, port_value: 0}}
            filter_chains: [{filters: [%5$s, {name: tcp, typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy, stat_prefix: t, cluster: up}}]}]
          clusters:
          - name: up
            load_assignment: {cluster_name: up, endpoints: [{lb_endpoints: [{endpoint: {address: {socket_address: {address: 127.0.0.1, port_value: %6$d}}}}]}]}
          - name: between
            metadata: {filter_metadata: {istio: {services: [{host: shop.ns.svc.cluster.local, name: shop, namespace: ns}]}}}
            load_assignment: {cluster_name: between, endpoints: [{lb_endpoints: [{endpoint: {address: {pipe: {path: %4$s/between}}}}]}]}
        """
        .formatted(
            manager("between", OUT_PEERS + ", " + plain),
            manager("between", changed),
            manager("up", IN_PEERS + ", " + plain),
            directory,
            plain,
            upstream.port());
  }

  private static String manager(String cluster, String filters) {
    return """
        {"@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager,
          stat_prefix: %1$s,
          route_config: {virtual_hosts: [{name: all, domains: "*", routes: [{match: {prefix: /}, route: {cluster: %1$s}}]}]},
          http_filters: [%2$s, {name: router, typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}}]}\
        """
        .formatted(cluster, filters);
  }
}
