package io.outrigger.e2e.house;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.outrigger.api.yaml.Yaml;
import io.outrigger.api.yaml.YamlException;
import io.outrigger.control.inject.JsonTree;
import io.outrigger.control.resource.Kind;
import io.outrigger.control.source.ResourceReader;
import io.outrigger.e2e.Installed;
import io.outrigger.e2e.Manifest;
import io.outrigger.testkit.Program;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The chart's definitions are what the readers ask for, so both take the same resources. */
class DefinitionsTest {
  private static final Set<Kind> DEFINED =
      Arrays.stream(Kind.values()).filter(Kind::needsDefinition).collect(Collectors.toSet());

  @TempDir private Path directory;

  @Test
  void filesAreWhatTheReadersAskFor() throws Exception {
    try (Program crds =
        Program.start(
            "bin/crds --check",
            List.of(Installed.home().resolve("bin/crds").toString(), "--check"),
            Map.of("OUTRIGGER_BUILD", "never"),
            directory.resolve("crds.log"))) {
      assertThat(crds.awaitExit(Duration.ofSeconds(120))).as(crds.output()).isZero();
    }
  }

  @Test
  void whatIsReadIsTaken() throws Exception {
    Set<Kind> seen = EnumSet.noneOf(Kind.class);
    List<String> refused = new ArrayList<>();
    List<Manifest> all = Manifest.all();
    for (Manifest manifest : all) {
      seen.add(manifest.kind());
      for (String problem : DefinedSchema.of(manifest.kind()).problems(manifest.spec())) {
        refused.add(manifest + ": " + problem);
      }
    }
    assertThat(refused).isEmpty();
    assertThat(seen).isEqualTo(DEFINED);
    assertThat(all).hasSizeGreaterThan(60);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          GATEWAY | {servers: [{port: {number: 70000, name: a, protocol: HTTP}, hosts: [a]}]} | number: must have a maximum value of 65535
          GATEWAY | {servers: [{hosts: [a]}]} | required property 'port' not found
          GATEWAY | {servers: [{port: {number: 80, name: a, protocol: HTTP}, hosts: []}]} | hosts: must have at least 1 items
          GATEWAY | {servers: [{port: {number: 443, name: a, protocol: TLS}, hosts: [a], tls: {mode: PASSTROUGH}}]} | mode: does not have a value in the enumeration
          VIRTUAL_SERVICE | {hosts: a} | hosts: string found, array expected
          VIRTUAL_SERVICE | {http: [{retrys: {}}]} | property 'retrys' is not defined
          VIRTUAL_SERVICE | {http: [{timeout: 5}]} | timeout: integer found, string expected
          VIRTUAL_SERVICE | {http: [{timeout: soon}]} | timeout: does not match the regex pattern
          VIRTUAL_SERVICE | {http: [{route: [{weight: 1}]}]} | required property 'destination' not found
          VIRTUAL_SERVICE | {http: [{match: [{uri: {exact: /a, prefix: /b}}]}]} | uri: must be valid to one and only one schema
          VIRTUAL_SERVICE | {http: [{match: [{headers: {h: {exact: 1}}}]}]} | exact: integer found, string expected
          VIRTUAL_SERVICE | {http: [{redirect: {derivePort: FROM_ANYWHERE}}]} | derivePort: does not have a value in the enumeration
          VIRTUAL_SERVICE | {http: [{redirect: {derivePort: FROM_REQUEST_PORT, port: 80}}]} | redirect: must be valid to one and only one schema
          VIRTUAL_SERVICE | {http: [{fault: {abort: {httpStatus: 500, grpcStatus: INTERNAL}}}]} | abort: must be valid to one and only one schema
          VIRTUAL_SERVICE | {http: [{fault: {abort: {httpStatus: 500, percentage: {value: 101}}}}]} | value: must have a maximum value of 100
          DESTINATION_RULE | {trafficPolicy: {}} | required property 'host' not found
          DESTINATION_RULE | {host: ''} | host: must be at least 1 characters long
          DESTINATION_RULE | {host: a, trafficPolicy: {loadBalancer: {simple: RANDOMLY}}} | simple: does not have a value in the enumeration
          DESTINATION_RULE | {host: a, trafficPolicy: {loadBalancer: {simple: RANDOM, consistentHash: {useSourceIp: true}}}} | loadBalancer: must be valid to one and only one schema
          DESTINATION_RULE | {host: a, trafficPolicy: {loadBalancer: {consistentHash: {useSourceIp: true, httpHeaderName: a}}}} | consistentHash: must be valid to one and only one schema
          DESTINATION_RULE | {host: a, trafficPolicy: {loadBalancer: {consistentHash: {useSourceIp: true, ringHash: {}, maglev: {}}}}} | consistentHash: must be valid to one and only one schema
          DESTINATION_RULE | {host: a, subsets: [{name: b, trafficPolicy: {portLevelSettings: [{port: {number: 80}, tls: {mode: SIMPEL}}]}}]} | mode: does not have a value in the enumeration
          SERVICE_ENTRY | {hosts: []} | hosts: must have at least 1 items
          SERVICE_ENTRY | {hosts: [a], resolution: DNSS} | resolution: does not have a value in the enumeration
          SERVICE_ENTRY | {hosts: [a], endpoints: [{address: 1.2.3.4}], workloadSelector: {labels: {a: b}}} | must be valid to one and only one schema
          WORKLOAD_ENTRY | {address: a, ports: {http: eighty}} | http: string found, integer expected
          AUTHORIZATION_POLICY | {action: PERMIT} | action: does not have a value in the enumeration
          AUTHORIZATION_POLICY | {rules: [{when: [{values: [a]}]}]} | required property 'key' not found
          PEER_AUTHENTICATION | {mtls: {mode: strict}} | mode: does not have a value in the enumeration
          PEER_AUTHENTICATION | {portLevelMtls: {80: {mode: ON}}} | mode: does not have a value in the enumeration
          REQUEST_AUTHENTICATION | {jwtRules: [{issuer: a, jwks: b, jwksUri: c}]} | must be valid to one and only one schema
          RATE_LIMIT | {limits: []} | limits: must have at least 1 items
          RATE_LIMIT | {limits: [{requests: 0, per: 1s}]} | requests: must have a minimum value of 1
          RATE_LIMIT | {scope: mesh, limits: [{requests: 1, per: 1s}]} | scope: does not have a value in the enumeration
          """)
  void whatIsWrongIsRefused(Kind kind, String spec, String expected) throws Exception {
    assertThat(DefinedSchema.of(kind).problems(json(spec)))
        .anySatisfy(problem -> assertThat(problem).contains(expected));
  }

  /** So that the message is the control plane's, which says that it isn't supported yet. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          GATEWAY | {servers: [{port: {number: 443, name: a, protocol: TLS}, hosts: [a], tls: {mode: AUTO_PASSTHROUGH}}]}
          SERVICE_ENTRY | {hosts: ['*.a'], ports: [{number: 80, name: http}], resolution: DYNAMIC_DNS}
          VIRTUAL_SERVICE | {http: [{delegate: {name: a, namespace: b}}]}
          DESTINATION_RULE | {host: a, trafficPolicy: {tunnel: {protocol: CONNECT, targetHost: b, targetPort: 1}}}
          AUTHORIZATION_POLICY | {targetRefs: [{kind: Gateway, group: gateway.networking.k8s.io, name: a}]}
          """)
  void whatIsNotSupportedIsLeftToTheControlPlane(Kind kind, String spec) throws Exception {
    assertThat(DefinedSchema.of(kind).problems(json(spec))).isEmpty();
    String resource =
        "{apiVersion: %s/%s, kind: %s, metadata: {name: a}, spec: %s}"
            .formatted(
                kind.group(), ResourceReader.versions(kind).getFirst(), kind.kindName(), spec);
    assertThat(ResourceReader.read(Yaml.parse("resource", resource)).getFirst().problems())
        .anySatisfy(problem -> assertThat(problem.message()).contains("supported yet"));
  }

  private static JsonNode json(String text) throws YamlException {
    return JsonTree.of(Yaml.parse("spec", text));
  }
}
