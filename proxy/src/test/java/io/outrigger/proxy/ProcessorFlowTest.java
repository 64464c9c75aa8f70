package io.outrigger.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.testkit.Await;
import io.outrigger.testkit.EchoUpstream;
import io.outrigger.testkit.RawClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A processor that takes its time holds back who sends: what the proxy keeps is bounded. */
class ProcessorFlowTest {
  private static final int SIZE = 8 << 20;
  private static final int LIMIT = 1 << 16;

  /** The limit, and what comes by one read that goes beyond it. */
  private static final int MOST = 4 * LIMIT;

  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "request_body_mode: STREAMED",
        "request_body_mode: FULL_DUPLEX_STREAMED, request_trailer_mode: SEND"
      })
  void aSlowProcessorHoldsTheClientBack(String mode) throws Exception {
    try (EchoUpstream upstream = EchoUpstream.start("a");
        SlowProcessor processor = new SlowProcessor();
        Proxy proxy = start(upstream.port(), processor.port(), mode);
        RawClient client = new RawClient(ListenerPort.of(proxy, "http"))) {
      client.send("POST / HTTP/1.1\r\nhost: h\r\ncontent-length: " + SIZE + "\r\n\r\n");
      CompletableFuture<Void> sent =
          CompletableFuture.runAsync(
              () -> {
                try {
                  client.send("x".repeat(SIZE));
                } catch (IOException e) {
                  throw new java.io.UncheckedIOException(e);
                }
              });
      holdsBack(proxy, processor);
      processor.release();
      assertThat(client.response(false)).startsWith("HTTP/1.1 200 ").contains("body " + SIZE);
      assertThat(processor.bytes()).isEqualTo(SIZE);
      sent.join();
    }
  }

  @Test
  void aSlowProcessorHoldsTheUpstreamBack() throws Exception {
    try (EchoUpstream upstream = EchoUpstream.start("a");
        SlowProcessor processor = new SlowProcessor();
        Proxy proxy = start(upstream.port(), processor.port(), "response_body_mode: STREAMED");
        RawClient client = new RawClient(ListenerPort.of(proxy, "http"))) {
      client.send("GET / HTTP/1.1\r\nhost: h\r\nx-fake-body: " + SIZE + "\r\n\r\n");
      holdsBack(proxy, processor);
      processor.release();
      assertThat(client.response(false)).startsWith("HTTP/1.1 200 ").endsWith("x".repeat(SIZE));
    }
  }

  /** The worker has had the time to read on, if it did, when it has served others meanwhile. */
  private static void holdsBack(Proxy proxy, SlowProcessor processor) throws Exception {
    Await.until("a part", Duration.ofSeconds(10), () -> processor.bytes() > 0);
    try (RawClient other = new RawClient(ListenerPort.of(proxy, "http"))) {
      for (int i = 0; i < 20; i++) {
        other.send("HEAD / HTTP/1.1\r\nhost: h\r\n\r\n");
        assertThat(other.response(true)).startsWith("HTTP/1.1 200 ");
      }
    }
    assertThat(processor.bytes()).isLessThan(MOST);
    assertThat(proxy.stats().counter("http.in.downstream_cx_rx_bytes_total").value())
        .isLessThan(SIZE / 2);
  }

  private Proxy start(int upstream, int processor, String mode) throws IOException, StartException {
    Path file = directory.resolve("bootstrap.yaml");
    Files.writeString(
        file,
        """
        static_resources:
          listeners:
          - name: http
            address: {socket_address: {address: 127.0.0.1, port_value: 0}}
            per_connection_buffer_limit_bytes: %d
            filter_chains:
            - filters:
              - name: hcm
                typed_config:
                  "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
                  stat_prefix: in
                  route_config: {virtual_hosts: [{name: all, domains: "*", routes: [{match: {prefix: /}, route: {cluster: up}}]}]}
                  http_filters:
                  - name: proc
                    typed_config:
                      "@type": type.googleapis.com/envoy.extensions.filters.http.ext_proc.v3.ExternalProcessor
                      grpc_service: {envoy_grpc: {cluster_name: proc}}
                      message_timeout: 60s
                      processing_mode: {%s}
                  - {name: router, typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}}
          clusters:
          - name: up
            load_assignment: {cluster_name: up, endpoints: [{lb_endpoints: [{endpoint: {address: {socket_address: {address: 127.0.0.1, port_value: %d}}}}]}]}
          - name: proc
            typed_extension_protocol_options:
              envoy.extensions.upstreams.http.v3.HttpProtocolOptions:
                "@type": type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions
                explicit_http_config: {http2_protocol_options: {}}
            load_assignment: {cluster_name: proc, endpoints: [{lb_endpoints: [{endpoint: {address: {socket_address: {address: 127.0.0.1, port_value: %d}}}}]}]}
        """
            .formatted(LIMIT, mode, upstream, processor));
    return Proxy.start(new ProxyOptions().config(file.toString(), "").concurrency(1));
  }
}
