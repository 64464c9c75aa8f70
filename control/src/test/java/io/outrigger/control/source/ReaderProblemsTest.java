package io.outrigger.control.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.outrigger.control.istio.InterceptionMode;
import io.outrigger.control.istio.MeshConfig;
import io.outrigger.control.istio.VirtualService;
import io.outrigger.control.resource.Problem;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Wrong resources, and what is said about them. */
class ReaderProblemsTest {
  private static final String VIRTUAL_SERVICE =
      """
      apiVersion: networking.istio.io/v1
      kind: VirtualService
      metadata: {name: a}
      spec:
        hosts: [a]
        http:
        - %s
      """;
  private static final String DESTINATION_RULE =
      """
      apiVersion: networking.istio.io/v1beta1
      kind: DestinationRule
      metadata: {name: a}
      spec:
        host: a
        trafficPolicy: {%s}
      """;

  private static List<ResourceReader.Read> read(String text) {
    return ParsedFile.parse("f.yaml", text.getBytes(StandardCharsets.UTF_8)).documents();
  }

  private static void refuses(String text, String expected) {
    ResourceReader.Read read = read(text).getFirst();
    assertThat(read.resource()).isNull();
    assertThat(read.problems().stream().filter(Problem::error).map(Problem::toString))
        .anySatisfy(line -> assertThat(line).contains(expected));
  }

  private static final String MESH =
      """
      apiVersion: mesh.istio.io/v1alpha1
      kind: MeshConfig
      metadata: {name: mesh}
      spec: {defaultConfig: {%s}}
      """;

  @Test
  void theMeshsDefaultForSidecars() {
    assertThat(read(MESH.formatted("interceptionMode: TPROXY")).getFirst().resource())
        .satisfies(
            resource ->
                assertThat(resource.spec())
                    .asInstanceOf(type(MeshConfig.class))
                    .extracting(MeshConfig::interceptionMode)
                    .isEqualTo(InterceptionMode.TPROXY));
    refuses(
        MESH.formatted("interceptionMode: tproxy"),
        "spec.defaultConfig.interceptionMode: found \"tproxy\"; must be one of REDIRECT, TPROXY");
    refuses(MESH.formatted("concurrency: 2"), "spec.defaultConfig.concurrency: unknown field");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{rout: [{destination: {host: a}}]} | f.yaml:7:6: error: VirtualService default/a: spec.http[0].rout: unknown field; did you mean \"route\"?",
        "{route: [{destination: {host: a}, weight: -1}]} | spec.http[0].route[0].weight: found \"-1\"; must be a whole number from 0",
        "{route: [{destination: {host: a}, weight: 0}, {destination: {host: b}, weight: 0}]} | spec.http[0].route: the weights add up to 0",
        "{timeout: 5, route: [{destination: {host: a}}]} | spec.http[0].timeout: found \"5\"; must be a duration such as 1.5s",
        "{match: [{uri: {regex: \"a(?=b)\"}}], route: [{destination: {host: a}}]} | isn't a regular expression of RE2",
        "{match: [{uri: {exact: /a, prefix: /b}}], route: [{destination: {host: a}}]} | must have one of exact, prefix and regex, has 2",
        "{} | spec.http[0]: must have one of route, redirect and directResponse, has 0",
        "{redirect: {redirectCode: 305}} | must be one of 301, 302, 303, 307, 308",
        "{fault: {abort: {}}, route: [{destination: {host: a}}]} | must have one of httpStatus and grpcStatus",
        "{retries: {attempts: 2, retryOn: \"5xx,conect-failure\"}, route: [{destination: {host: a}}]} | did you mean \"connect-failure\"?",
        "{delegate: {name: b}} | spec.http[0].delegate: isn't supported yet; remove it",
        "{route: [{destination: {host: a, port: {number: 99999}}}]} | spec.http[0].route[0].destination.port.number: found \"99999\"; must be a whole number from 1 to 65535",
        "{route: [{destination: {}}]} | spec.http[0].route[0].destination.host: must not be empty",
        "{route: a} | spec.http[0].route: found \"a\"; must be a list",
        "{route: [{}]} | spec.http[0].route[0].destination: must be given",
        "{fault: {abort: {httpStatus: 500, grpcStatus: INTERNAL}}, route: [{destination: {host: a}}]} | must have one of httpStatus and grpcStatus",
        "{redirect: {derivePort: FROM_ANYWHERE}} | derivePort: found \"FROM_ANYWHERE\"; must be one of FROM_PROTOCOL_DEFAULT, FROM_REQUEST_PORT",
        "{redirect: {derivePort: FROM_REQUEST_PORT, port: 80}} | spec.http[0].redirect.port: can't stand beside derivePort",
        "{mirror: {host: b}, mirror_percent: 101, route: [{destination: {host: a}}]} | spec.http[0].mirror_percent: found \"101\"",
      })
  void virtualServices(String rule, String expected) {
    refuses(VIRTUAL_SERVICE.formatted(rule), expected);
  }

  @Test
  void oldNamesAreRead() {
    ResourceReader.Read read =
        read(VIRTUAL_SERVICE.formatted(
                "{mirror: {host: b}, mirror_percent: 25, route: [{destination: {host: a}}]}"))
            .getFirst();
    assertThat(read.problems()).isEmpty();
    assertThat(read.resource().spec())
        .isInstanceOfSatisfying(
            VirtualService.class,
            spec ->
                assertThat(spec.http().getFirst().mirrors().getFirst().percentage()).isEqualTo(25));
  }

  @Test
  void whatHasNoEffectIsSaid() {
    String rule =
        """
        apiVersion: networking.istio.io/v1
        kind: VirtualService
        metadata: {name: a}
        spec: {hosts: [a], tcp: [{match: [{sourceSubnet: 10.0.0.0/8}], route: [{destination: {host: a}}]}]}
        """;
    ResourceReader.Read read = read(rule).getFirst();
    assertThat(read.resource()).isNotNull();
    assertThat(read.problems().toString())
        .contains("warning: VirtualService default/a: spec.tcp[0].match[0].sourceSubnet");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "loadBalancer: {simple: ROUND_ROBBIN} | found \"ROUND_ROBBIN\"; must be one of LEAST_REQUEST, RANDOM, ROUND_ROBIN, PASSTHROUGH, UNSPECIFIED, LEAST_CONN; did you mean \"ROUND_ROBIN\"?",
        "loadBalancer: {consistentHash: {}} | must have one of httpHeaderName, httpCookie, useSourceIp",
        "loadBalancer: {consistentHash: {httpHeaderName: a, useSourceIp: false}} | must have one of httpHeaderName, httpCookie, useSourceIp and httpQueryParameterName, has 2",
        "loadBalancer: {consistentHash: {useSourceIp: false}} | consistentHash.useSourceIp: must be true, or left out",
        "loadBalancer: {simple: RANDOM, consistentHash: {useSourceIp: true}} | can't have both simple and consistentHash",
        "loadBalancer: {consistentHash: {useSourceIp: true, maglev: {tableSize: 100}}} | must be a prime number",
        "tls: {mode: MUTUAL} | mode MUTUAL needs clientCertificate and privateKey",
        "tls: {mode: ISTIO_MUTAL} | did you mean \"ISTIO_MUTUAL\"?",
        "connectionPool: {http: {h2UpgradePolicy: yes}} | spec.trafficPolicy.connectionPool.http.h2UpgradePolicy: found \"yes\"; must be one of DEFAULT, DO_NOT_UPGRADE, UPGRADE",
        "tunnel: {} | spec.trafficPolicy.tunnel: isn't supported yet",
        "portLevelSettings: [{port: {number: 80}}, {port: {number: 80}}] | port 80 stands here twice",
      })
  void destinationRules(String policy, String expected) {
    refuses(DESTINATION_RULE.formatted(policy), expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "action: CUSTOM | spec.provider: must be given with CUSTOM",
        "provider: {name: p} | spec.provider: is for CUSTOM alone",
        "action: DENNY | found \"DENNY\"; must be one of ALLOW, DENY, AUDIT, CUSTOM; did you mean \"DENY\"?",
        "rules: [{from: []}] | spec.rules[0].from: is empty; leave it out to match all",
        "rules: [{from: [{source: {}}]}] | spec.rules[0].from[0].source: is empty; leave it out to match all",
        "rules: [{from: [{source: {principals: []}}]}] | spec.rules[0].from[0].source.principals: is empty",
        "rules: [{from: [{source: {requestPrincipals: ['']}}]}] | isn't a principal of a token",
        "rules: [{from: [{source: {ipBlocks: [10.0.0.0/33]}}]}] | \"10.0.0.0/33\" isn't an IP address or a range",
        "rules: [{from: [{source: {serviceAccounts: [a], namespaces: [b]}}]}] | can't stand beside principals or namespaces",
        "rules: [{to: [{operation: {ports: [http]}}]}] | spec.rules[0].to[0].operation.ports: \"http\" isn't a port",
        "rules: [{to: [{operation: {paths: ['/a/{b}']}}]}] | \"/a/{b}\" isn't a path",
        "rules: [{to: [{operation: {method: [GET]}}]}] | unknown field; did you mean \"methods\"?",
        "rules: [{when: [{key: source.ip}]}] | spec.rules[0].when[0]: must have values or notValues",
        "rules: [{when: [{key: request.auth.claims, values: [a]}]}] | isn't known",
        "rules: [{when: [{key: source.ips, values: [a]}]}] | \"source.ips\" isn't known",
        "rules: [{when: [{key: destination.port, values: [x]}]}] | \"x\" isn't a value of destination.port",
      })
  void authorizationPolicies(String spec, String expected) {
    refuses(
        "{apiVersion: security.istio.io/v1, kind: AuthorizationPolicy, metadata: {name: a}, spec: {"
            + spec
            + "}}",
        expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{} | spec.servers: must have at least one server",
        "{servers: [{port: {number: 80, name: http, protocol: HTTP}}]} | spec.servers[0].hosts: must name at least one host",
        "{servers: [{hosts: ['*']}]} | spec.servers[0].port: must be given",
        "{servers: [{port: {number: 80, name: a, protocol: HTPP}, hosts: ['*']}]} | spec.servers[0].port.protocol: found \"HTPP\"; must be HTTP, HTTPS, HTTP2",
        "{servers: [{port: {number: 70000, name: a, protocol: TCP}, hosts: ['*']}]} | spec.servers[0].port.number: found \"70000\"; must be a whole number from 1",
        "{servers: [{port: {number: 80, name: a, protocol: TCP}, hosts: ['*']}, {port: {number: 81, name: a, protocol: TCP}, hosts: ['*']}]} | spec.servers: two ports are named \"a\"",
        "{servers: [{port: {number: 80, name: a, protocol: TCP}, hosts: ['A_B/x']}]} | \"A_B/x\" must begin with a namespace",
        "{servers: [{port: {number: 80, name: a, protocol: TCP}, hosts: ['a b']}]} | spec.servers[0].hosts: \"a b\" isn't a host",
        "{servers: [{port: {number: 443, name: a, protocol: HTTPS}, hosts: ['*']}]} | spec.servers[0].tls: must be given where the protocol is HTTPS",
        "{servers: [{port: {number: 80, name: a, protocol: HTTP}, hosts: ['*'], tls: {mode: SIMPLE, credentialName: c}}]} | spec.servers[0].tls: only httpsRedirect may stand here",
        "{servers: [{port: {number: 443, name: a, protocol: HTTPS}, hosts: ['*'], tls: {mode: SIMPEL}}]} | did you mean \"SIMPLE\"?",
        "{servers: [{port: {number: 443, name: a, protocol: HTTPS}, hosts: ['*'], tls: {mode: SIMPLE}}]} | spec.servers[0].tls: mode SIMPLE needs credentialName",
        "{servers: [{port: {number: 443, name: a, protocol: HTTPS}, hosts: ['*'], tls: {mode: MUTUAL, serverCertificate: a, privateKey: b}}]} | spec.servers[0].tls.caCertificates: must be given with mode MUTUAL",
        "{servers: [{port: {number: 443, name: a, protocol: HTTPS}, hosts: ['*'], tls: {mode: SIMPLE, serverCertificate: a}}]} | serverCertificate and privateKey go together",
        "{servers: [{port: {number: 443, name: a, protocol: HTTPS}, hosts: ['*'], tls: {mode: ISTIO_MUTUAL, credentialName: a}}]} | uses the mesh's certificates; name no others",
        "{servers: [{port: {number: 443, name: a, protocol: TLS}, hosts: ['*'], tls: {mode: AUTO_PASSTHROUGH}}]} | AUTO_PASSTHROUGH isn't supported yet",
        "{servers: [{port: {number: 443, name: a, protocol: HTTPS}, hosts: ['*'], tls: {mode: SIMPLE, credentialName: c, minProtocolVersion: TLSV1_3, maxProtocolVersion: TLSV1_2}}]} | minProtocolVersion: is greater",
        "{servers: [{port: {number: 443, name: a, protocol: HTTPS}, hosts: ['*'], tls: {mode: MUTUAL, credentialName: c, verifyCertificateHash: [xx]}}]} | \"xx\" isn't a hexadecimal SHA-256",
        "{servers: [{port: {number: 80, name: a, protocol: TCP}, hosts: ['*'], bind: x}]} | spec.servers[0].bind: \"x\" isn't an IP address",
      })
  void gateways(String spec, String expected) {
    refuses(
        "{apiVersion: networking.istio.io/v1, kind: Gateway, metadata: {name: a}, spec: "
            + spec
            + "}",
        expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "scope: mesh, limits: [{requests: 1, per: 1s}] | spec.scope: found \"mesh\"; must be local",
        "scope: mesh, limits: [{requests: 1, per: 1s}] | spec.scope: each sidecar counts for itself",
        "limits: [] | spec.limits: must have a limit, such as {requests: 100, per: 1s}",
        "limits: [{request: 5, per: 1s}] | spec.limits[0].request: unknown field; did you mean \"requests\"?",
        "limits: [{requests: 0, per: 1s}] | spec.limits[0].requests: found \"0\"; must be a whole number from 1",
        "limits: [{requests: 1}] | spec.limits[0].per: must be given, such as 1s or 1m",
        "limits: [{requests: 1, per: 10ms}] | spec.limits[0].per: must be from 50ms to 24h",
        "limits: [{requests: 1, per: 1s, to: []}] | spec.limits[0].to: is empty; leave it out to match all",
        "limits: [{requests: 1, per: 1s, to: [{}]}] | spec.limits[0].to[0]: is empty; leave it out to match all",
        "limits: [{requests: 1, per: 1s, to: [{methods: [get]}]}] | spec.limits[0].to[0].methods: \"get\" isn't a method",
        "limits: [{requests: 1, per: 1s, to: [{paths: ['/a/{b}']}]}] | spec.limits[0].to[0].paths: \"/a/{b}\" isn't a path",
        "limits: [{requests: 1, per: 1s, by: identiy}] | found \"identiy\"; must be identity, address, or a mapping {header: NAME}; did you mean \"identity\"?",
        "limits: [{requests: 1, per: 1s, by: [identity]}] | spec.limits[0].by: found a list; must be identity",
        "limits: [{requests: 1, per: 1s, by: {header: 'a b'}}] | spec.limits[0].by.header: \"a b\" isn't a header's name",
      })
  void rateLimits(String spec, String expected) {
    refuses(
        "{apiVersion: outrigger.io/v1alpha1, kind: RateLimit, metadata: {name: a}, spec: {"
            + spec
            + "}}",
        expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{apiVersion: networking.istio.io/v1, kind: VirtualServce, metadata: {name: a}} | unknown kind \"VirtualServce\"; did you mean \"VirtualService\"?",
        "{apiVersion: outrigger.io/v1alpha1, kind: RateLimits, metadata: {name: a}} | unknown kind \"RateLimits\"; did you mean \"RateLimit\"?",
        "{apiVersion: networking.istio.io/v1, kind: Sidecar, metadata: {name: a}} | Sidecar of networking.istio.io isn't supported yet",
        "{apiVersion: security.istio.io/v1, kind: RequestAuthentication, metadata: {name: a}, spec: {jwtRules: [{issuer: i, jwksUri: 'ftp://k'}]}} | spec.jwtRules[0].jwksUri: must begin with http:// or https://",
        "{apiVersion: security.istio.io/v1, kind: RequestAuthentication, metadata: {name: a}, spec: {jwtRules: [{issuer: i}]}} | spec.jwtRules[0].issuer: is no http:// or https:// address",
        "{apiVersion: security.istio.io/v1, kind: RequestAuthentication, metadata: {name: a}, spec: {jwtRules: [{issuer: i, jwks: '{}'}]}} | spec.jwtRules[0].jwks: isn't a JWKS",
        "{apiVersion: networking.istio.io/v2, kind: VirtualService, metadata: {name: a}, spec: {}} | version \"v2\" isn't read; must be one of v1, v1beta1, v1alpha3",
        "{apiVersion: v1, kind: Service, metadata: {}, spec: {}} | metadata.name: must not be empty",
        "{apiVersion: v1, kind: Service, metadata: {name: a}} | spec: must be given",
        "{apiVersion: v1, kind: Service, metadata: {name: a}, spec: {ports: [{port: 80}, {port: 80}]}} | port 80 stands here twice",
        "{apiVersion: security.istio.io/v1, kind: PeerAuthentication, metadata: {name: a}, spec: {portLevelMtls: {80: {mode: STRICT}}}} | spec.portLevelMtls: needs a selector",
        "{apiVersion: networking.istio.io/v1, kind: ServiceEntry, metadata: {name: a}, spec: {hosts: [a.b], resolution: STATIC, ports: [{number: 80, name: http, protocol: HTPP}], endpoints: [{address: 1.2.3.4}]}} | did you mean \"HTTP\"?",
        "{apiVersion: networking.istio.io/v1, kind: ServiceEntry, metadata: {name: a}, spec: {hosts: [a.b], resolution: STATIC, ports: [{number: 80, name: http}], endpoints: [{address: x.example}]}} | \"x.example\" isn't an IP address",
        "{apiVersion: networking.istio.io/v1, kind: WorkloadEntry, metadata: {name: a}, spec: {address: 1.2.3.4, ports: {http: x}}} | spec.ports.http: found \"x\"; must be a whole number",
      })
  void others(String document, String expected) {
    refuses(document, expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{apiVersion: v1, kind: ConfigMap, metadata: {name: a}, data: {x: y}}",
        "{apiVersion: apps/v1, kind: Deployment, metadata: {name: a}}",
      })
  void otherOwnersResourcesAreLeftAlone(String document) {
    assertThat(read(document)).isEmpty();
  }
}
