package io.outrigger.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.proxy.admin.AdminServer;
import io.outrigger.proxy.agent.AgentPort;
import io.outrigger.testkit.Await;
import io.outrigger.testkit.EchoUpstream;
import io.outrigger.testkit.FreePorts;
import io.outrigger.testkit.RawClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the kubelet gets from port 15020, in a real proxy. */
class AgentPortTest {
  @TempDir private Path directory;
  private final AtomicInteger drains = new AtomicInteger();
  private final AtomicInteger quits = new AtomicInteger();
  private EchoUpstream app;
  private Proxy proxy;
  private AdminServer server;
  private int port;

  @BeforeEach
  void serve() throws Exception {
    app = EchoUpstream.start("app");
    int closed = FreePorts.find(1).getFirst();
    AgentPort agent =
        new AgentPort(
            """
            {"/app-health/app/readyz": {"timeoutSeconds": 5, "httpGet": {"path": "/ready?a=b", "port": %1$d,
               "httpHeaders": [{"name": "Host", "value": "app.example"}, {"name": "X-Probe", "value": "1"}]}},
             "/app-health/app/livez": {"timeoutSeconds": 5, "httpGet": {"port": %1$d,
               "httpHeaders": [{"name": "x-fake-status", "value": "503"}]}},
             "/app-health/moved/readyz": {"timeoutSeconds": 5, "httpGet": {"port": %1$d,
               "httpHeaders": [{"name": "x-fake-status", "value": "302"}]}},
             "/app-health/slow/readyz": {"timeoutSeconds": 1, "httpGet": {"port": %1$d,
               "httpHeaders": [{"name": "x-fake-hang", "value": "1"}]}},
             "/app-health/tcp/livez": {"timeoutSeconds": 5, "tcpSocket": {"port": %1$d}},
             "/app-health/gone/livez": {"timeoutSeconds": 5, "tcpSocket": {"port": %2$d}},
             "/app-health/grpc/livez": {"timeoutSeconds": 5, "grpc": {"port": %2$d}}}
            """
                .formatted(app.port(), closed),
            "{\"scrape\": \"true\", \"port\": \"%d\", \"path\": \"/m\"}".formatted(app.port()));
    Path file = directory.resolve("bootstrap.yaml");
    Files.writeString(
        file,
        "static_resources: {clusters: [{name: none, type: STATIC}"
            + agent.clusters("127.0.0.1")
            + "]}\n");
    proxy = Proxy.start(new ProxyOptions().config(file.toString(), "").concurrency(1));
    AgentPort.Life life =
        new AgentPort.Life() {
          @Override
          public void drain() {
            drains.incrementAndGet();
          }

          @Override
          public void quit() {
            quits.incrementAndGet();
          }
        };
    server =
        proxy.serve(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            agent.pages(proxy.main(), proxy.clusters(), proxy.adminPages(), life));
    port = Objects.requireNonNull(server.address()).getPort();
  }

  @AfterEach
  void close() throws Exception {
    server.close();
    proxy.close();
    app.close();
  }

  private String get(String path) throws IOException {
    return RawClient.get(port, path);
  }

  private String post(InetAddress from, String path) throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), port, from, 0);
    try (RawClient client = new RawClient(socket)) {
      client.send("POST " + path + " HTTP/1.1\r\nhost: a\r\ncontent-length: 0\r\n\r\n");
      return client.response(false);
    }
  }

  @Test
  void theApplicationsAnswerIsTheKubelets() throws IOException {
    assertThat(get("/healthz/ready")).contains("LIVE");
    assertThat(get("/app-health/app/readyz")).contains("the application answers 200");
    assertThat(get("/app-health/app/livez"))
        .startsWith("HTTP/1.1 503")
        .contains("the application answers 503");
    assertThat(get("/app-health/moved/readyz"))
        .startsWith("HTTP/1.1 200")
        .contains("the application answers 302");
    assertThat(get("/app-health/slow/readyz"))
        .startsWith("HTTP/1.1 503")
        .contains("doesn't answer within 1000 ms");
    assertThat(get("/app-health/tcp/livez")).contains("the application accepts");
    assertThat(get("/app-health/gone/livez"))
        .startsWith("HTTP/1.1 503")
        .contains("can't be reached");
    assertThat(get("/app-health/grpc/livez")).startsWith("HTTP/1.1 503").contains("gRPC status 14");
    assertThat(get("/app-health/nobody/livez")).startsWith("HTTP/1.1 404");
  }

  @Test
  void noProbeKeepsItsConnection() throws IOException {
    String first = get("/app-health/app/readyz");
    String second = get("/app-health/app/readyz");
    assertThat(first).isNotEmpty();
    assertThat(second).isNotEmpty();
    Await.until("none is kept", Duration.ofSeconds(10), () -> app.connections() == 0);
  }

  @Test
  void metricsOfBothAreOnOnePage() throws IOException {
    assertThat(get("/stats/prometheus"))
        .contains("GET /m HTTP/1.1")
        .contains("accept: text/plain;version=0.0.4")
        .contains("# TYPE envoy_server_live gauge");
  }

  @Test
  void itsEndIsToldFromWithinThePod() throws IOException {
    InetAddress local = InetAddress.getLoopbackAddress();
    assertThat(get("/drain")).startsWith("HTTP/1.1 405");
    assertThat(post(local, "/drain")).startsWith("HTTP/1.1 200");
    Await.until("it drains", Duration.ofSeconds(10), () -> drains.get() == 1);
    assertThat(post(local, "/quitquitquit")).startsWith("HTTP/1.1 200");
    Await.until("it quits", Duration.ofSeconds(10), () -> quits.get() == 1);
  }
}
