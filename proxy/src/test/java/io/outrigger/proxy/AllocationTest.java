package io.outrigger.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.netty.util.ResourceLeakDetector;
import io.outrigger.testkit.EchoUpstream;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a steady request allocates on the heap, with statistics and an access log: the gate of the
 * build. Counted on the worker's thread, which does all of a request's work, once it is compiled.
 */
final class AllocationTest {
  private static final int LIMIT = 256;
  private static final int WINDOW = 4000;

  /** Code that isn't compiled yet allocates what its compiled form does not. */
  private static final int WINDOWS = 12;

  @TempDir Path directory;
  private ResourceLeakDetector.Level leaks;
  private EchoUpstream upstream;
  private Proxy proxy;

  /** The metadata of a workload without properties. */
  private static final String PEER =
      "x-envoy-peer-metadata-id: a\r\nx-envoy-peer-metadata: CgoKBkxBQkVMUxIA\r\n";

  private static final String ISTIO =
      "{name: peers, typed_config: {'@type': type.googleapis.com/io.istio.http.peer_metadata.Config,"
          + " downstream_discovery: [{istio_headers: {}}], upstream_discovery: [{istio_headers: {}}],"
          + " upstream_propagation: [{istio_headers: {}}]}}, {name: stats, typed_config: {'@type':"
          + " type.googleapis.com/stats.PluginConfig}}, ";

  /**
   * A hundred rules that don't apply, by what a request says, and those that allow, in the shadow.
   */
  private static final String POLICIES =
      "{name: rbac, typed_config: {'@type':"
          + " type.googleapis.com/envoy.extensions.filters.http.rbac.v3.RBAC, rules: {action: DENY,"
          + " policies: {"
          + IntStream.range(0, 100)
              .mapToObj(
                  i ->
                      "p%1$d: {permissions: [{and_rules: {rules: [{header: {name: ':method', exact_match: GET}},"
                          + " {url_path: {path: {prefix: /secret/%1$d}}}]}}], principals: [{not_id: {remote_ip:"
                          + " {address_prefix: 10.0.0.0, prefix_len: 8}}}]}".formatted(i))
              .collect(Collectors.joining(", "))
          + "}}, shadow_rules: {policies: {all: {permissions: [{any: true}], principals: [{remote_ip:"
          + " {address_prefix: 127.0.0.0, prefix_len: 8}}]}}}}}, ";

  private static final String TRACING =
      "tracing: {random_sampling: {value: 0}, provider: {name: otel, typed_config: {'@type':"
          + " type.googleapis.com/envoy.config.trace.v3.OpenTelemetryConfig, grpc_service:"
          + " {envoy_grpc: {cluster_name: up}}}}}, ";

  private interface Client {
    void request() throws IOException;
  }

  @BeforeEach
  void start() throws IOException, StartException {
    leaks = ResourceLeakDetector.getLevel();
    ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.DISABLED); // it allocates itself
    upstream = EchoUpstream.start("up");
    Path file = directory.resolve("bootstrap.yaml");
    Files.writeString(file, bootstrap());
    proxy = Proxy.start(new ProxyOptions().config(file.toString(), "").concurrency(1));
  }

  @AfterEach
  void stop() {
    proxy.close();
    upstream.close();
    ResourceLeakDetector.setLevel(leaks);
  }

  @Test
  void ofHttp1() throws Exception {
    assertHttp1Steady("http1");
  }

  /** Peers' metadata read and sent, and Istio's metrics kept. */
  @Test
  void ofHttp1WithIstiosMetrics() throws Exception {
    assertHttp1Steady("istio");
  }

  /** Traced in principle, and not sampled. */
  @Test
  void ofHttp1NotSampled() throws Exception {
    assertHttp1Steady("unsampled");
  }

  /** Policies that every request passes. */
  @Test
  void ofHttp1WithAHundredPolicies() throws Exception {
    assertHttp1Steady("rbac");
  }

  private void assertHttp1Steady(String listener) throws Exception {
    try (Socket socket =
        new Socket(InetAddress.getLoopbackAddress(), ListenerPort.of(proxy, listener))) {
      socket.setTcpNoDelay(true);
      InputStream in = new BufferedInputStream(socket.getInputStream());
      byte[] request =
          ("GET /x HTTP/1.1\r\nhost: a.example\r\naccept: */*\r\n"
                  + (listener.equals("istio") ? PEER : "")
                  + "\r\n")
              .getBytes(StandardCharsets.ISO_8859_1);
      assertSteady(
          1,
          () -> {
            socket.getOutputStream().write(request);
            assertThat(line(in)).isEqualTo("HTTP/1.1 200 OK");
            int length = 0;
            for (String field = line(in); !field.isEmpty(); field = line(in)) {
              if (field.startsWith("content-length: ")) {
                length = Integer.parseInt(field.substring(16));
              }
            }
            in.skipNBytes(length);
          });
    }
  }

  private static String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int b = in.read(); b != '\n'; b = in.read()) {
      line.append((char) b);
    }
    return line.substring(0, line.length() - 1);
  }

  /** HTTP/2 from the client, and between two hops of this one worker. */
  @Test
  void ofHttp2() throws Exception {
    try (Socket socket =
        new Socket(InetAddress.getLoopbackAddress(), ListenerPort.of(proxy, "http2"))) {
      socket.setTcpNoDelay(true);
      Http2Client client = new Http2Client(socket);
      assertSteady(2, client::request);
    }
  }

  private static void assertSteady(int hops, Client client) throws IOException {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long worker =
        Arrays.stream(threads.getThreadInfo(threads.getAllThreadIds()))
            .filter(
                thread -> thread != null && thread.getThreadName().startsWith("outrigger-worker"))
            .findFirst()
            .orElseThrow()
            .getThreadId();
    long least = Long.MAX_VALUE;
    for (int i = 0; i < WINDOWS && least > LIMIT; i++) {
      long before = threads.getThreadAllocatedBytes(worker);
      for (int k = 0; k < WINDOW; k++) {
        client.request();
      }
      long each = (threads.getThreadAllocatedBytes(worker) - before) / WINDOW / hops;
      least = Math.min(least, each);
    }
    assertThat(least).as("bytes a request and hop").isLessThanOrEqualTo(LIMIT);
  }

  /** One stream at a time, in frames made beforehand. */
  private static final class Http2Client {
    private static final int END_STREAM = 1;
    private final DataInputStream in;
    private final OutputStream out;
    private final byte[] payload = new byte[1 << 14];
    private final byte[] headers;
    private int stream = 1;

    Http2Client(Socket socket) throws IOException {
      in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
      out = socket.getOutputStream();
      out.write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1));
      // SETTINGS_INITIAL_WINDOW_SIZE and the connection's window: all that there is
      out.write(frame(6, 4, 0, 0, new byte[] {0, 4, 0x7f, -1, -1, -1}));
      out.write(frame(4, 8, 0, 0, new byte[] {0x7f, -1, 0, 0}));
      // GET http / with :authority a, by HPACK's static table, and one literal
      headers = frame(6, 1, 5, 1, new byte[] {(byte) 0x82, (byte) 0x86, (byte) 0x84, 0x41, 1, 'a'});
    }

    private static byte[] frame(int length, int type, int flags, int stream, byte[] payload) {
      byte[] frame = new byte[9 + length];
      frame[2] = (byte) length;
      frame[3] = (byte) type;
      frame[4] = (byte) flags;
      frame[8] = (byte) stream;
      System.arraycopy(payload, 0, frame, 9, length);
      return frame;
    }

    void request() throws IOException {
      headers[5] = (byte) (stream >> 24);
      headers[6] = (byte) (stream >> 16);
      headers[7] = (byte) (stream >> 8);
      headers[8] = (byte) stream;
      out.write(headers);
      boolean ended = false;
      while (!ended) {
        int length = in.readUnsignedShort() << 8 | in.readUnsignedByte();
        int type = in.readUnsignedByte();
        int flags = in.readUnsignedByte();
        int on = in.readInt();
        in.readFully(payload, 0, length);
        if (type == 4 && (flags & 1) == 0) {
          out.write(frame(0, 4, 1, 0, payload));
        }
        assertThat(type).as("a frame's type: no RST_STREAM, no GOAWAY").isNotIn(3, 7);
        ended = on == stream && (flags & END_STREAM) != 0 && type <= 1;
      }
      stream += 2;
    }
  }

  private String bootstrap() {
    return """
        node: {id: n, cluster: c}
        admin: {address: {socket_address: {address: 127.0.0.1, port_value: 0}}}
        static_resources:
          listeners:
          - name: http1
            address: {socket_address: {address: 127.0.0.1, port_value: 0}}
            filter_chains: [{filters: [{name: hcm, typed_config: %1$s}]}]
          - name: http2
            address: {socket_address: {address: 127.0.0.1, port_value: 0}}
            filter_chains: [{filters: [{name: hcm, typed_config: %2$s}]}]
          - name: istio
            traffic_direction: INBOUND
            address: {socket_address: {address: 127.0.0.1, port_value: 0}}
            filter_chains: [{filters: [{name: hcm, typed_config: %5$s}]}]
          - name: unsampled
            address: {socket_address: {address: 127.0.0.1, port_value: 0}}
            filter_chains: [{filters: [{name: hcm, typed_config: %6$s}]}]
          - name: rbac
            address: {socket_address: {address: 127.0.0.1, port_value: 0}}
            filter_chains: [{filters: [{name: hcm, typed_config: %7$s}]}]
          - name: between
            address: {pipe: {path: %4$s/between}}
            filter_chains: [{filters: [{name: hcm, typed_config: %1$s}]}]
          clusters:
          - name: up
            load_assignment: {cluster_name: up, endpoints: [{lb_endpoints: [{endpoint: {address: {socket_address: {address: 127.0.0.1, port_value: %3$d}}}}]}]}
          - name: between
            load_assignment: {cluster_name: between, endpoints: [{lb_endpoints: [{endpoint: {address: {pipe: {path: %4$s/between}}}}]}]}
            typed_extension_protocol_options:
              envoy.extensions.upstreams.http.v3.HttpProtocolOptions:
                "@type": type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions
                explicit_http_config: {http2_protocol_options: {}}
        """
        .formatted(
            manager("up", "", ""),
            manager("between", "", ""),
            upstream.port(),
            directory,
            manager("up", "", ISTIO),
            manager("up", TRACING, ""),
            manager("up", "", POLICIES));
  }

  private String manager(String cluster, String more, String filters) {
    return """
        {"@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager,
          stat_prefix: %1$s, %3$s
          access_log: [{name: file, typed_config: {"@type": type.googleapis.com/envoy.extensions.access_loggers.file.v3.FileAccessLog, path: %2$s/access.log}}],
          route_config: {virtual_hosts: [{name: all, domains: "*", routes: [{match: {prefix: /}, route: {cluster: %1$s}}]}]},
          http_filters: [%4$s{name: router, typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}}]}\
        """
        .formatted(cluster, directory, more, filters);
  }
}
