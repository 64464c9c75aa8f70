package io.outrigger.control.translate;

import static org.assertj.core.api.Assertions.assertThat;

import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.outrigger.config.cluster.ClusterCompiler;
import io.outrigger.config.cluster.EndpointsCompiler;
import io.outrigger.config.compile.Compiled;
import io.outrigger.config.listener.ListenerCompiler;
import io.outrigger.config.route.RouteConfigurationCompiler;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the control plane makes goes straight into the proxy's compilers, which take all of it. */
class SimulationTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "bookshop-sidecar",
        "bookshop-laptop",
        "policy",
        "l4",
        "authorization",
        "gateway-api-mesh"
      })
  void theProxyTakesAllOfIt(String folder) throws Exception {
    Translation made = GoldenTest.translate(Path.of("src/test/resources/golden", folder));
    for (Built built : made.clusters().values()) {
      accepted(built, ClusterCompiler.compile(Cluster.parseFrom(built.resource().getValue())));
    }
    for (Built built : made.endpoints().values()) {
      accepted(
          built,
          EndpointsCompiler.compile(ClusterLoadAssignment.parseFrom(built.resource().getValue())));
    }
    for (Built built : made.listeners().values()) {
      accepted(built, ListenerCompiler.compile(Listener.parseFrom(built.resource().getValue())));
    }
    for (Built built : made.routes().values()) {
      accepted(
          built,
          RouteConfigurationCompiler.compile(
              RouteConfiguration.parseFrom(built.resource().getValue())));
    }
  }

  private static void accepted(Built built, Compiled<?> compiled) {
    assertThat(compiled.problems()).as(built.name()).isEmpty();
    assertThat(compiled.value()).as(built.name()).isNotNull();
  }
}
