package io.outrigger.e2e.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.e2e.Installed;
import io.outrigger.e2e.mesh.TestMesh;
import io.outrigger.testkit.EchoUpstream;
import io.outrigger.testkit.FreePorts;
import io.outrigger.testkit.RawClient;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Routes of the Gateway API at a gateway: our proxy, and a real Envoy, answer by its rules. */
class GatewayApiTest {
  @TempDir private Path directory;
  private int http;

  @ParameterizedTest
  @ValueSource(strings = {"outrigger", "envoy"})
  void requestsAreRoutedAsTheGatewayApiSays(String proxy) throws Exception {
    List<Integer> ports = FreePorts.find(5);
    http = ports.get(0);
    int admin = ports.get(4);
    try (EchoUpstream one = EchoUpstream.start("one");
        EchoUpstream two = EchoUpstream.start("two");
        TestMesh mesh = new TestMesh(directory, resources(one, two))) {
      mesh.readyControl(ports.get(1), ports.get(2), ports.get(3));
      if (proxy.equals("envoy")) {
        Path bootstrap =
            EnvoyRouter.write(directory, directory.resolve("control"), ports.get(1), admin);
        mesh.start(
            "envoy",
            List.of(),
            List.of(
                Installed.envoy(),
                "-c",
                bootstrap.toString(),
                "--concurrency",
                "1",
                "--disable-hot-restart",
                "-l",
                "warning"));
      } else {
        mesh.gateway(
            "edge",
            "127.0.0.1:" + ports.get(1),
            List.of(
                "--label",
                "gateway.networking.k8s.io/gateway-name=edge",
                "--admin-port",
                Integer.toString(admin)));
      }
      mesh.await("the gateway is live", () -> RawClient.get(admin, "/ready").contains("LIVE"));
      mesh.await("a route is there", () -> ask("/").contains("GET / "));

      routed();
      refused();
      rewritten();
      redirected();
      assertThat(RawClient.get(ports.get(3), "/debug/syncz")).doesNotContain("\"nack\"");
    }
  }

  private String resources(EchoUpstream one, EchoUpstream two) throws Exception {
    try (InputStream in =
        Objects.requireNonNull(getClass().getResourceAsStream("/gateway/routes.yaml"))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .replace("{{http}}", Integer.toString(http))
          .replace("{{one}}", Integer.toString(one.port()))
          .replace("{{two}}", Integer.toString(two.port()));
    }
  }

  private String ask(String path, String... options) throws Exception {
    return Curl.get("http://a.example.com:" + http + path, options);
  }

  private void routed() throws Exception {
    assertThat(ask("/")).startsWith("HTTP/1.1 200").contains("one\n");
    assertThat(ask("/v2")).contains("two\n");
    assertThat(ask("/v2/x")).contains("two\n");
    assertThat(ask("/v2x")).contains("one\n");
    assertThat(ask("/", "-H", "Version: two")).contains("two\n");
  }

  private void refused() throws Exception {
    assertThat(ask("/gone")).startsWith("HTTP/1.1 500");
    assertThat(ask("/nothing")).startsWith("HTTP/1.1 500");
    List<String> half = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      half.add(ask("/half").substring(0, 12));
    }
    assertThat(half).contains("HTTP/1.1 200", "HTTP/1.1 500");
    // the listener of that host name has no route, and another's isn't for it
    assertThat(Curl.get("http://own.example.com:" + http + "/")).startsWith("HTTP/1.1 404");
  }

  private void rewritten() throws Exception {
    assertThat(ask("/strip")).contains("GET / ");
    assertThat(ask("/strip/a?q=1")).contains("GET /a?q=1 ");
    assertThat(ask("/change/a")).contains("GET /new/a ").contains("host: h.example.com");
    assertThat(ask("/change")).contains("GET /new ");
    assertThat(ask("/whole/a?q=1")).contains("GET /all?q=1 ");
    assertThat(ask("/headers", "-H", "X-Remove: r", "-H", "X-Set: t"))
        .contains("x-set: s")
        .doesNotContain("x-remove", "x-set: t");
  }

  private void redirected() throws Exception {
    assertThat(ask("/host/a?q=1"))
        .startsWith("HTTP/1.1 302")
        .contains("location: http://example.org:" + http + "/host/a?q=1");
    assertThat(ask("/prefix"))
        .startsWith("HTTP/1.1 301")
        .contains("location: http://a.example.com:" + http + "/\r\n");
    assertThat(ask("/prefix/a")).contains("location: http://a.example.com:" + http + "/a\r\n");
    assertThat(ask("/secure"))
        .startsWith("HTTP/1.1 308")
        .contains("location: https://example.org/secure\r\n");
  }
}
