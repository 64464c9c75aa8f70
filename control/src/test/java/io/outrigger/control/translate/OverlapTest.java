package io.outrigger.control.translate;

import static org.assertj.core.api.Assertions.assertThat;

import io.envoyproxy.envoy.config.listener.v3.FilterChain;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.outrigger.config.listener.ListenerCompiler;
import io.outrigger.config.route.RouteConfigurationCompiler;
import io.outrigger.control.istio.MeshConfig;
import io.outrigger.control.resource.Resource;
import io.outrigger.control.source.ParsedFile;
import io.outrigger.control.world.World;
import io.outrigger.control.world.WorldBuilder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Resources that claim the same don't make a proxy refuse everything: the first claim counts. */
class OverlapTest {
  private static final String MESH =
      """
      {apiVersion: networking.istio.io/v1, kind: ServiceEntry, metadata: {name: one, namespace: db},
       spec: {hosts: [a.example, "*.b.example"], ports: [{number: 443, name: tls, protocol: TLS}]}}
      ---
      {apiVersion: networking.istio.io/v1, kind: ServiceEntry, metadata: {name: two, namespace: db},
       spec: {hosts: [c.example], ports: [{number: 443, name: tls, protocol: TLS}]}}
      ---
      {apiVersion: networking.istio.io/v1, kind: VirtualService, metadata: {name: one, namespace: db},
       spec: {hosts: [c.example], tls: [
         {match: [{sniHosts: [a.example, c.example]}], route: [{destination: {host: a.example}}]},
         {match: [{sniHosts: [c.example]}], route: [{destination: {host: c.example}}]}]}}
      ---
      {apiVersion: networking.istio.io/v1, kind: ServiceEntry, metadata: {name: three, namespace: db},
       spec: {hosts: [Up.example], ports: [{number: 80, name: http, protocol: HTTP}]}}
      ---
      {apiVersion: networking.istio.io/v1, kind: ServiceEntry, metadata: {name: four, namespace: db},
       spec: {hosts: [up.example], ports: [{number: 80, name: http, protocol: HTTP}]}}
      """;

  @Test
  void theFirstClaimCounts() throws Exception {
    ParsedFile file = ParsedFile.parse("mesh.yaml", MESH.getBytes(StandardCharsets.UTF_8));
    assertThat(file.problems()).isEmpty();
    List<Resource> resources = new ArrayList<>();
    file.documents().forEach(read -> resources.add(Objects.requireNonNull(read.resource())));
    World world = WorldBuilder.build(1, MeshConfig.DEFAULT, resources);
    Translation made =
        new Translator()
            .translate(world, GoldenTest.node(Path.of("src/test/resources/golden/l4/node.yaml")));
    Listener listener =
        Listener.parseFrom(
            Objects.requireNonNull(made.listeners().get("0.0.0.0_443")).resource().getValue());
    assertThat(ListenerCompiler.compile(listener).problems()).isEmpty();
    assertThat(listener.getFilterChainsList())
        .extracting(FilterChain::getName)
        .containsExactly(
            "outbound|443||*.b.example", "outbound|443||a.example", "outbound|443||c.example");
    assertThat(listener.getFilterChains(2).getFilterChainMatch().getServerNamesList())
        .containsExactly("c.example");
    RouteConfiguration routes =
        RouteConfiguration.parseFrom(
            Objects.requireNonNull(made.routes().get("80")).resource().getValue());
    assertThat(RouteConfigurationCompiler.compile(routes).problems()).isEmpty();
    assertThat(routes.getVirtualHostsCount()).isEqualTo(2);
  }
}
