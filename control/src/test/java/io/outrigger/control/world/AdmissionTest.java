package io.outrigger.control.world;

import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.control.istio.MeshConfig;
import io.outrigger.control.resource.Resource;
import io.outrigger.control.resource.ResourceId;
import io.outrigger.control.source.ParsedFile;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Whatever order files are saved in, no route in force leads to nothing. */
class AdmissionTest {
  private static final String SERVICE =
      """
      apiVersion: v1
      kind: Service
      metadata: {name: reviews}
      spec: {ports: [{name: http, port: 9080}]}
      """;

  private static String rule(String... subsets) {
    StringBuilder out =
        new StringBuilder(
            """
            apiVersion: networking.istio.io/v1
            kind: DestinationRule
            metadata: {name: reviews}
            spec:
              host: reviews
              subsets:
            """);
    for (String subset : subsets) {
      out.append("  - {name: %s, labels: {version: %s}}\n".formatted(subset, subset));
    }
    return out.toString();
  }

  private static String route(String subset) {
    return """
        apiVersion: networking.istio.io/v1
        kind: VirtualService
        metadata: {name: reviews}
        spec:
          hosts: [reviews]
          http: [{route: [{destination: {host: reviews, subset: %s}}]}]
        """
        .formatted(subset);
  }

  private static List<Resource> read(String... documents) {
    ParsedFile file =
        ParsedFile.parse(
            "mesh.yaml", String.join("---\n", documents).getBytes(StandardCharsets.UTF_8));
    assertThat(file.problems()).isEmpty();
    List<Resource> out = new ArrayList<>();
    file.documents().forEach(read -> out.add(Objects.requireNonNull(read.resource())));
    return out;
  }

  private static Map<ResourceId, Resource> force(String... documents) {
    Map<ResourceId, Resource> out = new TreeMap<>();
    read(documents).forEach(resource -> out.put(resource.id(), resource));
    return out;
  }

  private static Admission.Admitted admit(Map<ResourceId, Resource> inForce, String... documents) {
    return Admission.admit(inForce, read(documents), MeshConfig.DEFAULT);
  }

  private static void assertSame(Admission.Admitted admitted, Map<ResourceId, Resource> expected) {
    assertThat(admitted.resources().keySet()).isEqualTo(expected.keySet());
    admitted
        .resources()
        .forEach((id, resource) -> assertThat(resource.sameContent(expected.get(id))).isTrue());
  }

  @Test
  void aNewRouteWaitsForItsSubset() {
    Admission.Admitted first = admit(force(SERVICE), SERVICE, route("v2"));
    assertThat(first.held())
        .extracting(Held::toString)
        .singleElement()
        .asString()
        .contains("VirtualService default/reviews", "subset \"v2\"");
    assertThat(first.resources()).hasSize(1);
    Admission.Admitted second = admit(first.resources(), SERVICE, route("v2"), rule("v2"));
    assertThat(second.held()).isEmpty();
    assertThat(second.resources()).hasSize(3);
  }

  @Test
  void aChangedRouteKeepsItsVersionBefore() {
    Map<ResourceId, Resource> inForce = force(SERVICE, rule("v1"), route("v1"));
    Admission.Admitted admitted = admit(inForce, SERVICE, rule("v1"), route("v2"));
    assertThat(admitted.held()).hasSize(1);
    assertSame(admitted, inForce);
  }

  @Test
  void aSubsetStaysWhileARouteLeadsThere() {
    Map<ResourceId, Resource> inForce = force(SERVICE, rule("v1"), route("v1"));
    Admission.Admitted first = admit(inForce, SERVICE, rule("v2"), route("v1"));
    assertThat(first.held())
        .extracting(held -> held.resource().kind().kindName())
        .containsExactly("DestinationRule");
    assertSame(first, inForce);
    Admission.Admitted second = admit(first.resources(), SERVICE, rule("v2"), route("v2"));
    assertThat(second.held()).isEmpty();
    assertSame(second, force(SERVICE, rule("v2"), route("v2")));
  }

  @Test
  void aDeletedRuleStaysWhileARouteLeadsThere() {
    Map<ResourceId, Resource> inForce = force(SERVICE, rule("v1"), route("v1"));
    Admission.Admitted first = admit(inForce, SERVICE, route("v1"));
    assertThat(first.held()).hasSize(1);
    assertSame(first, inForce);
    assertSame(admit(first.resources(), SERVICE), force(SERVICE));
  }

  @Test
  void aRouteWaitsForItsHost() {
    Admission.Admitted admitted = admit(force(rule("v1")), rule("v1"), route("v1"));
    assertThat(admitted.held().getFirst().reason())
        .contains("host reviews.default.svc.cluster.local");
  }

  @Test
  void inTheFirstWorldNothingWaits() {
    Admission.Admitted admitted = admit(Map.of(), SERVICE, route("v9"));
    assertThat(admitted.held()).isEmpty();
    assertThat(admitted.resources()).hasSize(2);
  }

  @Test
  void whatDanglesFromTheStartIsNotHeld() {
    Map<ResourceId, Resource> inForce = force(SERVICE, route("v9"));
    Admission.Admitted admitted = admit(inForce, SERVICE, route("v9"), rule("v1"));
    assertThat(admitted.held()).isEmpty();
    assertThat(admitted.resources()).hasSize(3);
  }
}
