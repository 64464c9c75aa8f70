package io.outrigger.e2e.clients;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.ssl.SslContextBuilder;
import io.outrigger.e2e.Installed;
import io.outrigger.e2e.differential.TestCertificates;
import io.outrigger.testkit.Program;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The table of clients: each asks the same, in plaintext and in TLS. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ClientsTest {
  private Path directory;
  private Application application;
  private ProxyPair pair;
  private Path ca;

  @BeforeAll
  void start(@TempDir Path own) throws IOException {
    directory = own;
    application = new Application();
    pair = new ProxyPair(directory, application.port(), application.port());
    ca = directory.resolve("ca.pem");
    Files.writeString(ca, TestCertificates.substitute("{{pem-ca}}"));
  }

  @AfterAll
  void stop() {
    pair.close();
    application.close();
  }

  @ParameterizedTest
  @CsvSource({
    "jdk,false",
    "jdk,true",
    "apache,false",
    "apache,true",
    "okhttp,false",
    "okhttp,true",
    "jetty,false",
    "jetty,true",
    "reactor,false",
    "reactor,true"
  })
  void libraries(String name, boolean tls) throws Exception {
    String base = pair.base(tls);
    byte[] body = "outrigger".repeat(120_000).getBytes(UTF_8);
    try (StockClient client = client(name)) {
      for (int i = 0; i < 3; i++) {
        expect(client.send("GET", base + "/hello", null, false), 200, "hello GET".getBytes(UTF_8));
      }
      expect(client.send("HEAD", base + "/hello", null, false), 200, new byte[0]);
      expect(client.send("DELETE", base + "/empty", null, false), 204, new byte[0]);
      expect(
          client.send("GET", base + "/nothing", null, false), 404, "nothing here".getBytes(UTF_8));
      expect(client.send("GET", base + "/moved", null, false), 200, "hello GET".getBytes(UTF_8));
      expect(client.send("POST", base + "/echo", body, false), 200, body);
      expect(client.send("PUT", base + "/echo", body, true), 200, body);
      expect(client.send("GET", base + "/large", null, false), 200, new byte[Application.LARGE]);
      try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
        Callable<StockClient.Answer> ask = () -> client.send("GET", base + "/hello", null, false);
        List<Future<StockClient.Answer>> all = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
          all.add(threads.submit(ask));
        }
        for (Future<StockClient.Answer> one : all) {
          expect(one.get(), 200, "hello GET".getBytes(UTF_8));
        }
      }
    }
  }

  private static StockClient client(String name) throws Exception {
    SSLContext trust = TestCertificates.client("");
    return switch (name) {
      case "jdk" -> new JdkClient(trust);
      case "apache" -> new ApacheClient(trust);
      case "okhttp" -> new OkHttpStock(trust, TestCertificates.trust());
      case "jetty" -> new JettyStock(trust);
      default ->
          new ReactorStock(
              SslContextBuilder.forClient().trustManager(TestCertificates.trust()).build());
    };
  }

  private static void expect(StockClient.Answer answer, int status, byte[] body) {
    assertThat(answer.status()).isEqualTo(status);
    assertThat(answer.body().length).isEqualTo(body.length);
    assertThat(answer.body()).isEqualTo(body);
  }

  @ParameterizedTest
  @CsvSource({
    "curl,false",
    "curl,true",
    "go,false",
    "go,true",
    "requests,false",
    "requests,true",
    "httpx,false",
    "httpx,true",
    "httpx2,true",
    "node,false",
    "node,true"
  })
  void programs(String name, boolean tls) throws Exception {
    Path own = Files.createDirectories(directory.resolve(name + tls));
    String base = pair.base(tls);
    String certificate = ca.toString();
    List<String> command =
        switch (name) {
          case "curl" -> List.of("bash", script("client.sh"), base, certificate, own.toString());
          case "go" -> List.of("go", "run", script("main.go"), base, certificate);
          case "node" -> List.of("node", script("client.mjs"), base);
          default -> List.of(Installed.python(), script("client.py"), name, base, certificate);
        };
    // the machine's own settings go before what a client's code says
    Map<String, String> environment =
        Map.of("NODE_EXTRA_CA_CERTS", certificate, "REQUESTS_CA_BUNDLE", certificate);
    try (Program program = Program.start(name, command, environment, own.resolve("log"))) {
      int code = program.awaitExit(Duration.ofMinutes(2));
      assertThat(program.output()).endsWith("ok\n");
      assertThat(code).isZero();
    }
  }

  private String script(String name) throws IOException {
    Path file = directory.resolve(name);
    if (!Files.exists(file)) {
      try (InputStream in = ClientsTest.class.getResourceAsStream("/clients/" + name)) {
        Files.write(file, in.readAllBytes());
      }
    }
    return file.toString();
  }
}
