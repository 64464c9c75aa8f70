package io.outrigger.e2e.restart;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.netty.NettyChannelBuilder;
import io.outrigger.e2e.Installed;
import io.outrigger.e2e.clients.GrpcEcho;
import io.outrigger.testkit.EchoUpstream;
import io.outrigger.testkit.FreePorts;
import io.outrigger.testkit.Program;
import io.outrigger.testkit.RawClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Conversations that go on while everything around them changes: 1,000 WebSockets and 100 gRPC
 * streams through 200 changes of routes, clusters, endpoints and listeners, and a hot restart.
 */
final class LongLivedTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int SOCKETS = 1000;
  private static final int STREAMS = 100;
  private static final int CHANGES = 200;

  @TempDir private Path directory;
  private final Queue<String> broken = new ConcurrentLinkedQueue<>();
  private final AtomicLong echoes = new AtomicLong();
  private final AtomicLong answers = new AtomicLong();
  private volatile boolean over;
  private int admin;
  private int in;
  private int other;
  private int echoPort;
  private int grpcPort;

  @Test
  void nothingThatIsOpenBreaks() throws Exception {
    List<Integer> free = FreePorts.find(3);
    admin = free.get(0);
    in = free.get(1);
    other = free.get(2);
    Server grpc = GrpcEcho.start();
    grpcPort = grpc.getPort();
    List<Thread> conversations = new ArrayList<>();
    List<ManagedChannel> channels = new ArrayList<>();
    try (EchoUpstream upstream = EchoUpstream.start("a")) {
      echoPort = upstream.port();
      for (String kind : List.of("lds", "cds", "rds", "eds")) {
        put(kind, 0);
      }
      Files.writeString(directory.resolve("proxy.yaml"), bootstrap());
      try (Program first = proxy(0)) {
        RunningProxy.await(
            first, "the first process serves", () -> RunningProxy.sum(admin, "server.live") == 1);
        for (int i = 0; i < SOCKETS; i++) {
          RawClient socket = webSocket();
          conversations.add(Thread.ofVirtual().start(() -> talk(socket)));
        }
        for (int i = 0; i < STREAMS / 25; i++) {
          ManagedChannel channel =
              NettyChannelBuilder.forAddress("127.0.0.1", in).usePlaintext().build();
          channels.add(channel);
          for (int k = 0; k < 25; k++) {
            conversations.add(Thread.ofVirtual().start(() -> talk(channel)));
          }
        }
        RunningProxy.await(
            first, "all of them talk", () -> echoes.get() >= SOCKETS && answers.get() >= STREAMS);
        change(first);
        assertThat(broken).isEmpty();
        try (Program second = proxy(1)) {
          RunningProxy.await(
              second,
              "the second process serves",
              () -> RunningProxy.sum(admin, "server.hot_restart_epoch") == 1);
          round(second);
          assertThat(first.alive()).isTrue();
          assertThat(broken).isEmpty();
          over = true;
          for (Thread conversation : conversations) {
            conversation.join(PATIENCE);
          }
          assertThat(broken).isEmpty();
        }
      }
    } finally {
      over = true;
      channels.forEach(ManagedChannel::shutdownNow);
      grpc.shutdownNow();
    }
  }

  private void change(Program proxy) throws Exception {
    List<String> kinds = List.of("rds", "eds", "cds", "lds");
    List<String> counters =
        List.of(
            "http.*rds.r.update_success",
            "cluster.a.update_success",
            "cluster_manager.cds.update_success",
            "listener_manager.lds.update_success");
    for (int i = 0; i < CHANGES; i++) {
      int kind = i % kinds.size();
      long before = RunningProxy.sum(admin, counters.get(kind));
      put(kinds.get(kind), i / kinds.size() + 1);
      RunningProxy.await(
          proxy,
          "change " + i + " is in force",
          () -> RunningProxy.sum(admin, counters.get(kind)) > before);
    }
    round(proxy);
  }

  /** Waits until everyone has had time to say something since now, and has. */
  private void round(Program proxy) throws Exception {
    long echoed = echoes.get() + 2 * SOCKETS;
    long answered = answers.get() + 2 * STREAMS;
    RunningProxy.await(
        proxy, "everyone goes on talking", () -> echoes.get() > echoed && answers.get() > answered);
  }

  private RawClient webSocket() throws IOException {
    RawClient client = new RawClient(in);
    client.send(
        "GET /ws HTTP/1.1\r\nhost: h\r\nconnection: upgrade\r\nupgrade: websocket\r\n"
            + "x-fake-upgrade: 1\r\n\r\n");
    assertThat(client.response(true)).startsWith("HTTP/1.1 101");
    return client;
  }

  private void talk(RawClient socket) {
    try (socket) {
      for (int i = 0; !over; i++) {
        socket.send("m" + i + "\n");
        String line = socket.line();
        if (!line.equals("echo m" + i)) {
          broken.add("a WebSocket got '" + line + "'");
          return;
        }
        echoes.incrementAndGet();
        LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(1));
      }
    } catch (IOException e) {
      broken.add("a WebSocket broke: " + e);
    }
  }

  private void talk(ManagedChannel channel) {
    GrpcEcho.Conversation conversation = new GrpcEcho.Conversation(channel);
    try {
      for (int i = 0; !over; i++) {
        String answer = conversation.say("m" + i);
        if (!("re m" + i).equals(answer)) {
          broken.add("a gRPC stream got '" + answer + "'");
          return;
        }
        answers.incrementAndGet();
        LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(1));
      }
      String last = conversation.end();
      if (!"end".equals(last)) {
        broken.add("a gRPC stream ended with '" + last + "'");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Program proxy(int epoch) throws IOException {
    return Program.start(
        "proxy " + epoch,
        List.of(
            Installed.outrigger(),
            "proxy",
            "-c",
            directory.resolve("proxy.yaml").toString(),
            "--concurrency",
            "1",
            "--base-id",
            Integer.toString(admin),
            "--restart-epoch",
            Integer.toString(epoch),
            "--drain-time-s",
            "600",
            "--parent-shutdown-time-s",
            "900"),
        Map.of("OUTRIGGER_BUILD", "never"),
        directory.resolve("log" + epoch));
  }

  /** Renames a new version into place. */
  private void put(String kind, int version) throws IOException {
    Path next = directory.resolve("next");
    Files.writeString(next, resources(kind, version));
    Files.move(next, directory.resolve(kind + ".yaml"), StandardCopyOption.ATOMIC_MOVE);
  }

  private String resources(String kind, int version) {
    String head = "version_info: '" + version + "'\nresources:\n";
    return switch (kind) {
      case "rds" -> head + routes(version);
      case "eds" -> head + endpoints(version);
      case "cds" -> head + clusters(version);
      default -> head + listeners(version);
    };
  }

  private static String routes(int version) {
    return """
        - "@type": type.googleapis.com/envoy.config.route.v3.RouteConfiguration
          name: r
          virtual_hosts:
          - name: v
            domains: ['*']
            response_headers_to_add: [{header: {key: x-version, value: '%1$d'}}]
            routes:
            - {match: {prefix: /gone-%1$d}, direct_response: {status: 410}}
            - {match: {prefix: /, grpc: {}}, route: {cluster: grpc, timeout: 0s}}
            - {match: {prefix: /}, route: {cluster: a, timeout: 0s}}
        """
        .formatted(version);
  }

  /** The endpoint that is used, and one that comes and goes. */
  private String endpoints(int version) {
    String more =
        version % 2 == 0
            ? ""
            : ", {load_balancing_weight: %d, endpoint: {address: {socket_address: {address: 127.0.0.2, port_value: %d}}}}"
                .formatted(version, echoPort);
    return """
        - "@type": type.googleapis.com/envoy.config.endpoint.v3.ClusterLoadAssignment
          cluster_name: a
          endpoints: [{lb_endpoints: [{load_balancing_weight: %d, endpoint: {address: {socket_address: {address: 127.0.0.1, port_value: %d}}}}%s]}]
        """
        .formatted(1 + version % 5, echoPort, more);
  }

  private String clusters(int version) {
    return """
        - "@type": type.googleapis.com/envoy.config.cluster.v3.Cluster
          name: a
          type: EDS
          eds_cluster_config: {eds_config: {path_config_source: {path: %1$s/eds.yaml}, resource_api_version: V3}}
        - "@type": type.googleapis.com/envoy.config.cluster.v3.Cluster
          name: grpc
          load_assignment: {cluster_name: grpc, endpoints: [{lb_endpoints: [{endpoint: {address: {socket_address: {address: 127.0.0.1, port_value: %2$d}}}}]}]}
          typed_extension_protocol_options:
            envoy.extensions.upstreams.http.v3.HttpProtocolOptions:
              "@type": type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions
              explicit_http_config: {http2_protocol_options: {}}
        - "@type": type.googleapis.com/envoy.config.cluster.v3.Cluster
          name: other-%3$d
          connect_timeout: %4$ds
          load_assignment: {cluster_name: o, endpoints: [{lb_endpoints: [{endpoint: {address: {socket_address: {address: 127.0.0.1, port_value: 1}}}}]}]}
        """
        .formatted(directory, grpcPort, version % 3, 1 + version);
  }

  /** The listener that is used gets another chain beside its own; a second comes and goes. */
  private String listeners(int version) {
    String hcm =
        """
        {name: http, typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager,
              stat_prefix: %s, upgrade_configs: [{upgrade_type: websocket}],
              rds: {route_config_name: r, config_source: {path_config_source: {path: %s/rds.yaml}, resource_api_version: V3}},
              http_filters: [{name: envoy.filters.http.router, typed_config: {'@type': type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}}]}}
        """;
    String used =
        """
        - "@type": type.googleapis.com/envoy.config.listener.v3.Listener
          name: in
          address: {socket_address: {address: 127.0.0.1, port_value: %d}}
          filter_chains:
          - name: used
            filters:
            - %s
          - name: beside
            filter_chain_match: {source_prefix_ranges: [{address_prefix: 10.%d.0.0, prefix_len: 16}]}
            filters:
            - %s
        """
            .formatted(
                in,
                hcm.formatted("in", directory),
                version % 250,
                hcm.formatted("beside" + version % 3, directory));
    String second =
        """
        - "@type": type.googleapis.com/envoy.config.listener.v3.Listener
          name: second
          address: {socket_address: {address: 127.0.0.1, port_value: %d}}
          filter_chains:
          - filters:
            - %s
        """
            .formatted(other, hcm.formatted("second", directory));
    return version % 2 == 0 ? used : used + second;
  }

  private String bootstrap() {
    return """
        node: {id: long-lived, cluster: test}
        admin: {address: {socket_address: {address: 127.0.0.1, port_value: %1$d}}}
        dynamic_resources:
          lds_config: {path_config_source: {path: %2$s/lds.yaml}, resource_api_version: V3}
          cds_config: {path_config_source: {path: %2$s/cds.yaml}, resource_api_version: V3}
        """
        .formatted(admin, directory);
  }
}
