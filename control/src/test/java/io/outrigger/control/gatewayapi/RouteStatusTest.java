package io.outrigger.control.gatewayapi;

import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.control.istio.MeshConfig;
import io.outrigger.control.resource.Kind;
import io.outrigger.control.resource.Resource;
import io.outrigger.control.resource.ResourceId;
import io.outrigger.control.source.ParsedFile;
import io.outrigger.control.world.WorldBuilder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a route for calls to a service is told. */
class RouteStatusTest {
  private static final String MESH =
      """
      {apiVersion: v1, kind: Service, metadata: {name: a, namespace: shop}, spec: {ports: [{port: 80, name: http}]}}
      ---
      {apiVersion: v1, kind: Service, metadata: {name: b, namespace: store}, spec: {ports: [{port: 80, name: http}]}}
      ---
      {apiVersion: v1, kind: Service, metadata: {name: out, namespace: shop}, spec: {type: ExternalName, externalName: example.com, ports: [{port: 80, name: http}]}}
      ---
      {apiVersion: gateway.networking.k8s.io/v1, kind: ReferenceGrant, metadata: {name: g, namespace: store}, spec: {from: [{group: gateway.networking.k8s.io, kind: HTTPRoute, namespace: other}], to: [{group: "", kind: Service}]}}
      ---
      apiVersion: gateway.networking.k8s.io/v1
      kind: HTTPRoute
      metadata: {name: r, namespace: shop, generation: 7}
      spec:
        parentRefs: [{group: "", kind: Service, %s}]
        rules: [{%s}]
      """;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "name: a | backendRefs: [{name: a, port: 80}] | Accepted=true Accepted, ResolvedRefs=true ResolvedRefs",
        "name: a, port: 80 | backendRefs: [] | Accepted=true Accepted, ResolvedRefs=true ResolvedRefs",
        "name: a, port: 81 | backendRefs: [] | Accepted=false NoMatchingParent, ResolvedRefs=true ResolvedRefs",
        "name: none | backendRefs: [] | Accepted=false NoMatchingParent, ResolvedRefs=true ResolvedRefs",
        "name: a | backendRefs: [{name: a, port: 81}] | Accepted=true Accepted, ResolvedRefs=false BackendNotFound",
        "name: a | backendRefs: [{name: none, port: 80}] | Accepted=true Accepted, ResolvedRefs=false BackendNotFound",
        "name: a | backendRefs: [{name: b, namespace: store, port: 80}] | Accepted=true Accepted, ResolvedRefs=false RefNotPermitted",
        "name: a | backendRefs: [{group: x.io, kind: Thing, name: a, port: 80}] | Accepted=true Accepted, ResolvedRefs=false InvalidKind",
        "name: a | backendRefs: [{name: out, port: 80}] | Accepted=true Accepted, ResolvedRefs=false InvalidKind",
        "name: a | filters: [{type: ExtensionRef, extensionRef: {group: x.io, kind: F, name: f}}] | Accepted=false UnsupportedValue, ResolvedRefs=true ResolvedRefs",
      })
  void ofAService(String parent, String rule, String expected) {
    ParsedFile parsed =
        ParsedFile.parse("f.yaml", MESH.formatted(parent, rule).getBytes(StandardCharsets.UTF_8));
    List<Resource> resources =
        parsed.documents().stream().map(read -> Objects.requireNonNull(read.resource())).toList();
    Status status =
        WorldBuilder.build(1, MeshConfig.DEFAULT, resources)
            .gatewayApi()
            .statuses()
            .get(new ResourceId(Kind.HTTP_ROUTE, "shop", "r"));
    assertThat(status).isInstanceOf(Status.OfRoute.class);
    Status.OfRoute route = (Status.OfRoute) Objects.requireNonNull(status);
    assertThat(route.generation()).isEqualTo(7);
    assertThat(route.parents())
        .singleElement()
        .satisfies(
            told ->
                assertThat(
                        String.join(
                            ", ",
                            told.conditions().stream()
                                .map(c -> c.type() + "=" + c.holds() + " " + c.reason())
                                .toList()))
                    .isEqualTo(expected));
  }
}
