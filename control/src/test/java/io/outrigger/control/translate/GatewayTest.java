package io.outrigger.control.translate;

import static org.assertj.core.api.Assertions.assertThat;

import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.outrigger.config.listener.ListenerCompiler;
import io.outrigger.config.route.RouteConfigurationCompiler;
import io.outrigger.control.istio.MeshConfig;
import io.outrigger.control.resource.Resource;
import io.outrigger.control.source.ParsedFile;
import io.outrigger.control.world.Gateways;
import io.outrigger.control.world.WorldBuilder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a router is sent of Gateways; the golden file gateway has the whole of one. */
class GatewayTest {
  private static final Path GOLDEN = Path.of("src/test/resources/golden/gateway");

  private static Translation translate(String yaml) {
    ParsedFile file = ParsedFile.parse("mesh.yaml", yaml.getBytes(StandardCharsets.UTF_8));
    List<Resource> resources = new ArrayList<>();
    file.documents().forEach(read -> resources.add(Objects.requireNonNull(read.resource())));
    Node node = Node.newBuilder().setId("router~10.0.0.1~edge.edge~edge.svc.cluster.local").build();
    return new Translator()
        .translate(WorldBuilder.build(1, MeshConfig.DEFAULT, resources), ProxyNodes.of(node, true));
  }

  @Test
  void aProxyTakesAllOfIt() throws Exception {
    Translation made = GoldenTest.translate(GOLDEN);
    for (Built built : made.listeners().values()) {
      Listener listener = Listener.parseFrom(built.resource().getValue());
      // the certificates' files aren't here
      assertThat(ListenerCompiler.compile(listener).problems())
          .allSatisfy(problem -> assertThat(problem.toString()).contains("/etc/certs/"));
    }
    for (Built built : made.routes().values()) {
      RouteConfiguration routes = RouteConfiguration.parseFrom(built.resource().getValue());
      assertThat(RouteConfigurationCompiler.compile(routes).problems()).isEmpty();
    }
  }

  @Test
  void whatIsNotServedIsTold() throws Exception {
    assertThat(GoldenTest.translate(GOLDEN).problems())
        .containsExactly(
            "Gateway shop/more port 443 (http-wrong) isn't served: the port is TLS by Gateway"
                + " istio-system/edge");
  }

  @Test
  void aSidecarIsSentNoneOfIt() throws Exception {
    Node node =
        Node.newBuilder().setId("sidecar~10.1.0.60~web.shop~shop.svc.cluster.local").build();
    Translation made =
        new Translator().translate(GoldenTest.world(GOLDEN), ProxyNodes.of(node, true));
    assertThat(made.listeners().keySet()).doesNotContain("0.0.0.0_8443");
    assertThat(made.routes().keySet()).noneMatch(name -> name.startsWith("http"));
  }

  @Test
  void withoutAServiceBeforeItAPortIsItsOwn() {
    Translation made =
        translate(
            """
            {apiVersion: networking.istio.io/v1, kind: Gateway, metadata: {name: g, namespace: edge},
             spec: {servers: [
               {port: {number: 80, name: a, protocol: HTTP}, hosts: ["*"], bind: 127.0.0.1},
               {port: {number: 80, name: b, protocol: HTTP}, hosts: ["*"], bind: 127.0.0.2}]}}
            """);
    assertThat(made.listeners().keySet()).containsExactly("127.0.0.1_80", "127.0.0.2_80");
  }

  @ParameterizedTest
  @CsvSource({
    "edge, shop/edge",
    "./edge, shop/edge",
    "istio-system/edge, istio-system/edge",
    "edge.istio-system, istio-system/edge",
    "edge.istio-system.svc.cluster.local, istio-system/edge",
  })
  void gatewaysAreNamedInManyWays(String written, String full) {
    assertThat(Gateways.resolve(written, "shop")).isEqualTo(full);
  }
}
