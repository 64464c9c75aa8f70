package io.outrigger.proxy.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.config.bootstrap.StatsOptions;
import io.outrigger.proxy.stats.StatStore;
import io.outrigger.proxy.worker.Transport;
import io.outrigger.proxy.worker.Workers;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AdminServerTest {
  private final Workers workers = new Workers(Transport.best(), 1);
  private final StatStore stats = new StatStore(1);
  private final AdminPages pages = new AdminPages();
  private final AdminServer server =
      new AdminServer(workers.main(), workers.transport(), pages, Clock.systemUTC());

  @BeforeEach
  void bind() throws IOException {
    stats.counter("a.b").add(1, 3);
    new StatsPages(stats, StatsOptions.DEFAULT, () -> {}).register(pages);
    LoggingPage.register(pages);
    pages.get(
        "/broken",
        "",
        List.of(),
        request -> {
          throw new IllegalStateException("no");
        });
    server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), List.of());
  }

  @AfterEach
  void close() {
    server.close();
    workers.close();
  }

  /** Sends bytes and gives all that comes back until the server closes, or resets. */
  private String exchange(String request) throws IOException {
    InetSocketAddress address = Objects.requireNonNull(server.address());
    try (Socket socket = new Socket(address.getAddress(), address.getPort())) {
      ByteArrayOutputStream answer = new ByteArrayOutputStream();
      try {
        socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
        socket.getInputStream().transferTo(answer);
      } catch (SocketException reset) {
        // a server that closes before it has read all resets the connection
      }
      return answer.toString(StandardCharsets.UTF_8);
    }
  }

  private String get(String target) throws IOException {
    return exchange("GET " + target + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  }

  @Test
  void answersAsEnvoyDoes() throws IOException {
    assertThat(get("/stats"))
        .startsWith("HTTP/1.1 200 OK\r\ncontent-type: text/plain; charset=UTF-8\r\n")
        .contains("cache-control: no-cache, max-age=0\r\nx-content-type-options: nosniff\r\n")
        .endsWith("\r\n\r\na.b: 3\n");
    assertThat(get("/stats?filter=%5Ec")).endsWith("\r\n\r\n");
    assertThat(get("/stats?filter=%5B")).startsWith("HTTP/1.1 400").contains("Invalid re2 regex");
    assertThat(get("/nope"))
        .startsWith("HTTP/1.1 404 Not Found")
        .contains("invalid path. admin commands are:\n  /: Admin home page\n");
    assertThat(get("/logging"))
        .startsWith("HTTP/1.1 405 Method Not Allowed")
        .endsWith("Method GET not allowed, POST required.");
    assertThat(get("/broken")).startsWith("HTTP/1.1 500");
  }

  @Test
  void takesSeveralRequestsOnAConnectionWithBodiesSkipped() throws IOException {
    String answers =
        exchange(
            "POST /reset_counters HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello"
                + "GET /stats HTTP/1.1\r\nHost: a\r\n\r\n"
                + "HEAD /stats HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    assertThat(answers).contains("\r\n\r\nOK\n").contains("a.b: 0\n");
    assertThat(answers.split("HTTP/1.1 200 OK", -1)).hasSize(4);
  }

  @Test
  void changesLogLevels() throws IOException {
    String post = "POST /logging?%s HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
    assertThat(exchange(post.formatted("dns=debug"))).contains("  dns: debug\n");
    assertThat(exchange(post.formatted("paths=dns:info,nope:info")))
        .startsWith("HTTP/1.1 400")
        .contains("error: unknown logger name")
        .contains("  dns: debug\n");
    assertThat(exchange(post.formatted("paths=dns:info"))).contains("  dns: info\n");
  }

  @Test
  void closesOnWhatIsNoHttp() throws IOException {
    assertThat(exchange("\u0016\u0003\u0001 nonsense\r\n\r\n")).startsWith("HTTP/1.1 400");
    assertThat(exchange("GET /stats HTTP/1.1\r\nx: " + "y".repeat(20_000))).isEmpty();
    assertThat(exchange("POST /stats HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"))
        .startsWith("HTTP/1.1 413");
    assertThat(get("/stats")).startsWith("HTTP/1.1 200");
  }
}
