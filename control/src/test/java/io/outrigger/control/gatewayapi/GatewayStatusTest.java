package io.outrigger.control.gatewayapi;

import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.api.yaml.Place;
import io.outrigger.control.istio.MeshConfig;
import io.outrigger.control.kubernetes.TlsSecret;
import io.outrigger.control.resource.Kind;
import io.outrigger.control.resource.Resource;
import io.outrigger.control.resource.ResourceId;
import io.outrigger.control.source.ParsedFile;
import io.outrigger.control.world.WorldBuilder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What Gateways, their listeners and the routes of these are told. */
class GatewayStatusTest {
  private static final String BASE =
      """
      {apiVersion: gateway.networking.k8s.io/v1, kind: GatewayClass, metadata: {name: outrigger}, spec: {controllerName: outrigger.io/gateway-controller}}
      ---
      {apiVersion: v1, kind: Namespace, metadata: {name: shop, labels: {team: shop}}}
      ---
      {apiVersion: v1, kind: Service, metadata: {name: a, namespace: shop}, spec: {ports: [{port: 80, name: http}]}}
      ---
      {apiVersion: gateway.networking.k8s.io/v1, kind: ReferenceGrant, metadata: {name: g, namespace: store}, spec: {from: [{group: gateway.networking.k8s.io, kind: Gateway, namespace: infra}], to: [{group: "", kind: Secret, name: shared}]}}
      ---
      """;

  private static GatewayApi api(String text) {
    ParsedFile parsed = ParsedFile.parse("f.yaml", (BASE + text).getBytes(StandardCharsets.UTF_8));
    List<Resource> resources = new ArrayList<>();
    parsed.documents().forEach(read -> resources.add(Objects.requireNonNull(read.resource())));
    resources.add(secret("infra", "own", "key"));
    resources.add(secret("infra", "keyless", null));
    resources.add(secret("store", "shared", "key"));
    resources.add(secret("store", "kept", "key"));
    return WorldBuilder.build(1, MeshConfig.DEFAULT, resources).gatewayApi();
  }

  private static Resource secret(String namespace, String name, String key) {
    return new Resource(
        new ResourceId(Kind.SECRET, namespace, name),
        Map.of(),
        Map.of(),
        Instant.EPOCH,
        new Place("f.yaml", 1, 1),
        new TlsSecret(key == null ? null : "certificate", key, "authorities"));
  }

  private static String listeners(String listeners) {
    return "{apiVersion: gateway.networking.k8s.io/v1, kind: Gateway, metadata: {name: edge,"
        + " namespace: infra, generation: 4}, spec: {gatewayClassName: outrigger, listeners: ["
        + listeners
        + "]}}\n---\n";
  }

  private static Status.OfGateway gateway(GatewayApi api) {
    return (Status.OfGateway)
        Objects.requireNonNull(
            api.statuses().get(new ResourceId(Kind.API_GATEWAY, "infra", "edge")));
  }

  private static String told(List<Condition> conditions) {
    return String.join(
        ", ", conditions.stream().map(c -> c.type() + "=" + c.holds() + " " + c.reason()).toList());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{name: l, port: 80, protocol: HTTP} | Accepted=true Accepted, ResolvedRefs=true ResolvedRefs, Conflicted=false NoConflicts | Accepted=true Accepted | 2",
        "{name: l, port: 80, protocol: x.io/y} | Accepted=false UnsupportedProtocol, ResolvedRefs=true ResolvedRefs, Conflicted=false NoConflicts | Accepted=false ListenersNotValid | 0",
        "{name: l, port: 80, protocol: HTTP, allowedRoutes: {kinds: [{kind: FooRoute}]}} | Accepted=true Accepted, ResolvedRefs=false InvalidRouteKinds, Conflicted=false NoConflicts | Accepted=true Accepted | 0",
        "{name: l, port: 80, protocol: HTTP, allowedRoutes: {kinds: [{kind: FooRoute}, {kind: HTTPRoute}]}} | Accepted=true Accepted, ResolvedRefs=false InvalidRouteKinds, Conflicted=false NoConflicts | Accepted=true Accepted | 1",
        "{name: l, port: 80, protocol: HTTP}, {name: m, port: 80, protocol: HTTP} | Accepted=false HostnameConflict, ResolvedRefs=true ResolvedRefs, Conflicted=true HostnameConflict | Accepted=false ListenersNotValid | 2",
        "{name: l, port: 80, protocol: HTTP, hostname: a.b}, {name: m, port: 80, protocol: HTTP} | Accepted=true Accepted, ResolvedRefs=true ResolvedRefs, Conflicted=false NoConflicts | Accepted=true Accepted | 2",
        "{name: l, port: 80, protocol: HTTP, hostname: a.b}, {name: m, port: 80, protocol: HTTPS, tls: {certificateRefs: [{name: own}]}} | Accepted=false ProtocolConflict, ResolvedRefs=true ResolvedRefs, Conflicted=true ProtocolConflict | Accepted=false ListenersNotValid | 2",
        "{name: l, port: 80, protocol: HTTP}, {name: m, port: 90, protocol: x.io/y} | Accepted=true Accepted, ResolvedRefs=true ResolvedRefs, Conflicted=false NoConflicts | Accepted=true ListenersNotValid | 2",
        "{name: l, port: 443, protocol: HTTPS, tls: {certificateRefs: [{name: own}]}} | Accepted=true Accepted, ResolvedRefs=true ResolvedRefs, Conflicted=false NoConflicts | Accepted=true Accepted | 2",
        "{name: l, port: 443, protocol: HTTPS, tls: {certificateRefs: [{name: none}]}} | Accepted=true Accepted, ResolvedRefs=false InvalidCertificateRef, Conflicted=false NoConflicts | Accepted=true Accepted | 2",
        "{name: l, port: 443, protocol: HTTPS, tls: {certificateRefs: [{name: keyless}]}} | Accepted=true Accepted, ResolvedRefs=false InvalidCertificateRef, Conflicted=false NoConflicts | Accepted=true Accepted | 2",
        "{name: l, port: 443, protocol: HTTPS, tls: {certificateRefs: [{group: x.io, kind: Secret, name: own}]}} | Accepted=true Accepted, ResolvedRefs=false InvalidCertificateRef, Conflicted=false NoConflicts | Accepted=true Accepted | 2",
        "{name: l, port: 443, protocol: HTTPS, tls: {certificateRefs: [{name: shared, namespace: store}]}} | Accepted=true Accepted, ResolvedRefs=true ResolvedRefs, Conflicted=false NoConflicts | Accepted=true Accepted | 2",
        "{name: l, port: 443, protocol: HTTPS, tls: {certificateRefs: [{name: kept, namespace: store}]}} | Accepted=true Accepted, ResolvedRefs=false RefNotPermitted, Conflicted=false NoConflicts | Accepted=true Accepted | 2",
      })
  void ofListeners(String listeners, String first, String gateway, int kinds) {
    Status.OfGateway told = gateway(api(listeners(listeners)));
    assertThat(told.generation()).isEqualTo(4);
    assertThat(told(told.conditions())).isEqualTo(gateway);
    assertThat(told(told.listeners().getFirst().conditions())).isEqualTo(first);
    assertThat(told.listeners().getFirst().kinds()).hasSize(kinds);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{name: edge, namespace: infra} | [] | true Accepted | 1 1 0",
        "{name: edge, namespace: infra, sectionName: own} | [] | false NotAllowedByListeners | 0 0 0",
        "{name: edge, namespace: infra, sectionName: none} | [] | false NoMatchingParent | 0 0 0",
        "{name: edge, namespace: infra, port: 81} | [] | true Accepted | 0 1 0",
        "{name: edge, namespace: infra, sectionName: any, port: 81} | [] | false NoMatchingParent | 0 0 0",
        "{name: edge, namespace: infra} | [a.example.com] | true Accepted | 1 1 0",
        "{name: edge, namespace: infra} | [a.example.org] | true Accepted | 1 0 0",
        "{name: edge, namespace: infra, port: 81} | [a.example.org] | false NoMatchingListenerHostname | 0 0 0",
        "{name: edge, namespace: infra, port: 81} | ['*.com'] | true Accepted | 0 1 0",
        "{name: edge, namespace: infra, port: 81} | [example.com] | false NoMatchingListenerHostname | 0 0 0",
      })
  void ofRoutes(String parent, String hostnames, String expected, String attached) {
    GatewayApi api =
        api(
            listeners(
                    "{name: any, port: 80, protocol: HTTP, allowedRoutes: {namespaces: {from: All}}},"
                        + "{name: some, port: 81, protocol: HTTP, hostname: '*.example.com',"
                        + " allowedRoutes: {namespaces: {from: Selector, selector:"
                        + " {matchExpressions: [{key: team, operator: In, values: [shop]}]}}}},"
                        + "{name: own, port: 82, protocol: HTTP}")
                + "{apiVersion: gateway.networking.k8s.io/v1, kind: HTTPRoute, metadata: {name: r,"
                + " namespace: shop}, spec: {parentRefs: ["
                + parent
                + "], hostnames: "
                + hostnames
                + ", rules: [{backendRefs: [{name: a, port: 80}]}]}}");
    Status.OfRoute route =
        (Status.OfRoute)
            Objects.requireNonNull(
                api.statuses().get(new ResourceId(Kind.HTTP_ROUTE, "shop", "r")));
    Condition accepted = route.parents().getFirst().conditions().getFirst();
    assertThat(accepted.holds() + " " + accepted.reason()).isEqualTo(expected);
    assertThat(
            String.join(
                " ",
                gateway(api).listeners().stream()
                    .map(one -> Integer.toString(one.attachedRoutes()))
                    .toList()))
        .isEqualTo(attached);
  }

  @Test
  void namesThatAreTooLongForAServiceAreCut() {
    String name = "a".repeat(253);
    GatewayApi api = api(listeners("{name: l, port: 80, protocol: HTTP}").replace("edge", name));
    Deployed deployed = api.deployed().getFirst();
    assertThat(deployed.gateway()).isEqualTo(name);
    assertThat(deployed.name()).hasSizeLessThanOrEqualTo(63);
    assertThat(deployed.label()).hasSizeLessThanOrEqualTo(63).isNotEqualTo(deployed.name());
  }
}
