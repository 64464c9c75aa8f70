package io.outrigger.control.world;

import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.api.yaml.Place;
import io.outrigger.control.istio.PeerAuthentication;
import io.outrigger.control.istio.PeerAuthentication.Mode;
import io.outrigger.control.resource.Kind;
import io.outrigger.control.resource.Resource;
import io.outrigger.control.resource.ResourceId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Port before workload before namespace before mesh; the oldest of a level; else permissive. */
class PeerAuthenticationsTest {
  private final List<Resource> resources = new ArrayList<>();

  private void add(
      String namespace, Map<String, String> selector, Mode mode, Map<Integer, Mode> ports) {
    String name = "p" + resources.size();
    resources.add(
        new Resource(
            new ResourceId(Kind.PEER_AUTHENTICATION, namespace, name),
            Map.of(),
            Map.of(),
            Instant.EPOCH.plusSeconds(resources.size()),
            new Place("f", 1, 1),
            new PeerAuthentication(selector, mode, ports)));
  }

  private Mode mode(int... ports) {
    return new PeerAuthentications(resources, "istio-system")
        .mode("shop", Map.of("app", "a", "version", "v1"), ports);
  }

  @Test
  void withoutAnyItIsPermissive() {
    assertThat(mode(80)).isEqualTo(Mode.PERMISSIVE);
  }

  @Test
  void theMeshLevel() {
    add("istio-system", Map.of(), Mode.STRICT, Map.of());
    assertThat(mode(80)).isEqualTo(Mode.STRICT);
  }

  @Test
  void theNamespaceBeforeTheMesh() {
    add("istio-system", Map.of(), Mode.STRICT, Map.of());
    add("shop", Map.of(), Mode.DISABLE, Map.of());
    add("other", Map.of(), Mode.PERMISSIVE, Map.of());
    assertThat(mode(80)).isEqualTo(Mode.DISABLE);
  }

  @Test
  void unsetAsksTheNextLevel() {
    add("istio-system", Map.of(), Mode.STRICT, Map.of());
    add("shop", Map.of(), Mode.UNSET, Map.of());
    add("shop", Map.of("app", "a"), Mode.UNSET, Map.of());
    assertThat(mode(80)).isEqualTo(Mode.STRICT);
  }

  @Test
  void theOldestOfALevel() {
    add("shop", Map.of(), Mode.STRICT, Map.of());
    add("shop", Map.of(), Mode.DISABLE, Map.of());
    assertThat(mode(80)).isEqualTo(Mode.STRICT);
  }

  @Test
  void thePortBeforeTheWorkload() {
    add("shop", Map.of("app", "a"), Mode.STRICT, Map.of(80, Mode.DISABLE, 81, Mode.UNSET));
    assertThat(mode(80)).isEqualTo(Mode.DISABLE);
    assertThat(mode(81)).isEqualTo(Mode.STRICT);
    assertThat(mode(18080, 80)).isEqualTo(Mode.DISABLE);
  }

  @Test
  void anotherWorkloadsSelectorDoesNotCount() {
    add("shop", Map.of("app", "b"), Mode.STRICT, Map.of());
    assertThat(mode(80)).isEqualTo(Mode.PERMISSIVE);
  }
}
