package io.outrigger.control.translate;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.outrigger.control.istio.MeshConfig;
import io.outrigger.control.resource.Problem;
import io.outrigger.control.resource.Resource;
import io.outrigger.control.source.ParsedFile;
import io.outrigger.control.source.ResourceReader;
import io.outrigger.control.world.WorldBuilder;
import io.outrigger.identity.CertificateAuthority;
import io.outrigger.identity.KeyPairs;
import io.outrigger.identity.Pem;
import io.outrigger.identity.SpiffeId;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Secrets of gateways: who is sent which, and what is said of those that are no use. */
class GatewaySecretsTest {
  private static final String GATEWAY =
      """
      apiVersion: networking.istio.io/v1
      kind: Gateway
      metadata: {name: g, namespace: %s}
      spec:
        servers:
        - {port: {number: 80, name: http, protocol: HTTP}, hosts: ["*"]}
        - port: {number: 443, name: a, protocol: HTTPS}
          hosts: [a.example.com]
          tls: {mode: %s, credentialName: a}
        - port: {number: 443, name: b, protocol: HTTPS}
          hosts: [b.example.com]
          tls: {mode: SIMPLE, credentialName: b}
      ---
      """;

  @TempDir private Path directory;
  private CertificateAuthority authority;
  private String certificate;
  private String key;

  @BeforeEach
  void certify() throws Exception {
    authority = CertificateAuthority.open(directory, "test", InstantSource.system());
    KeyPair keys = KeyPairs.ecP256();
    certificate =
        Pem.certificate(
            authority
                .issueServer(
                    keys,
                    new SpiffeId("test", "edge", "a"),
                    List.of("a.example.com"),
                    List.of(),
                    Duration.ofHours(1))
                .getFirst());
    key = Pem.privateKey(keys.getPrivate());
  }

  private static String secret(String namespace, String name, String... data) {
    StringBuilder out =
        new StringBuilder(
            "{apiVersion: v1, kind: Secret, metadata: {name: %s, namespace: %s}, data: {"
                .formatted(name, namespace));
    for (int i = 0; i < data.length; i += 2) {
      byte[] bytes = data[i + 1].getBytes(StandardCharsets.UTF_8);
      out.append(i == 0 ? "" : ", ")
          .append(data[i] + ": \"" + Base64.getEncoder().encodeToString(bytes) + "\"");
    }
    return out + "}}\n---\n";
  }

  private static List<ResourceReader.Read> read(String yaml) {
    return ParsedFile.parse("mesh.yaml", yaml.getBytes(StandardCharsets.UTF_8)).documents();
  }

  private static Translation translate(String yaml, String type, boolean proven) {
    List<Resource> resources = new ArrayList<>();
    read(yaml)
        .forEach(
            read -> {
              Resource resource = read.resource();
              if (resource != null) {
                resources.add(resource);
              }
            });
    Struct.Builder metadata = Struct.newBuilder();
    metadata.putFields("SERVICE_ACCOUNT", Value.newBuilder().setStringValue("gateway").build());
    Node node =
        Node.newBuilder()
            .setId(type + "~10.0.0.1~edge.edge~edge.svc.cluster.local")
            .setMetadata(metadata)
            .build();
    return new Translator()
        .translate(
            WorldBuilder.build(1, MeshConfig.DEFAULT, resources), ProxyNodes.of(node, proven));
  }

  @Test
  void aRouterIsSentWhatItsGatewaysName() {
    Translation made =
        translate(
            GATEWAY.formatted("edge", "SIMPLE")
                + secret("edge", "a", "tls.crt", certificate, "tls.key", key)
                + secret("edge", "unasked", "tls.crt", certificate, "tls.key", key)
                + secret("edge", "b", "cert", certificate, "key", key),
            "router",
            true);
    assertThat(made.secrets().keySet()).containsExactly("kubernetes://a", "kubernetes://b");
    assertThat(made.ofType(Translation.SECRET)).isEqualTo(made.secrets());
    assertThat(made.problems()).isEmpty();
  }

  @Test
  void neitherASidecarNorOneWithoutACertificateIsSentAny() {
    String all =
        GATEWAY.formatted("edge", "SIMPLE")
            + secret("edge", "a", "tls.crt", certificate, "tls.key", key)
            + secret("edge", "b", "tls.crt", certificate, "tls.key", key);
    assertThat(translate(all, "sidecar", true).secrets()).isEmpty();
    Translation unproven = translate(all, "router", false);
    assertThat(unproven.secrets()).isEmpty();
    assertThat(unproven.listeners().keySet()).containsExactly("0.0.0.0_80");
    assertThat(unproven.problems())
        .allSatisfy(
            problem -> assertThat(problem).contains("only to proxies that ask with a certificate"));
  }

  private static String pod(String name, String account, String labels) {
    return "{apiVersion: v1, kind: Pod, metadata: {name: %s, namespace: edge, labels: {%s}},"
            .formatted(name, labels)
        + " spec: {serviceAccountName: %s}}\n---\n".formatted(account);
  }

  @Test
  void whereAClusterKnowsThePodsItIsHeldToItsOwn() {
    String all =
        GATEWAY.formatted("edge", "SIMPLE").replace("spec:\n", "spec:\n  selector: {app: edge}\n")
            + secret("edge", "a", "tls.crt", certificate, "tls.key", key)
            + secret("edge", "b", "tls.crt", certificate, "tls.key", key);
    String own = pod("edge", "gateway", "app: edge");
    assertThat(translate(all + own, "router", true).secrets()).hasSize(2);

    Translation otherAccount = translate(all + pod("edge", "x", "app: edge"), "router", true);
    assertThat(otherAccount.secrets()).isEmpty();
    assertThat(otherAccount.problems())
        .anySatisfy(
            problem ->
                assertThat(problem).contains("edge/edge runs as x, and its proxy as gateway"));
    Translation noPod = translate(all + pod("other", "gateway", "app: edge"), "router", true);
    assertThat(noPod.secrets()).isEmpty();
    Translation otherLabels = translate(all + pod("edge", "gateway", "app: x"), "router", true);
    assertThat(otherLabels.secrets()).isEmpty();
    assertThat(otherLabels.listeners()).isEmpty();
  }

  @Test
  void oneOfAnotherNamespaceIsNot() {
    Translation made =
        translate(
            GATEWAY.formatted("other", "SIMPLE")
                + secret("other", "a", "tls.crt", certificate, "tls.key", key)
                + secret("edge", "b", "tls.crt", certificate, "tls.key", key),
            "router",
            true);
    assertThat(made.secrets().keySet()).containsExactly("kubernetes://b");
    assertThat(made.problems())
        .containsExactly(
            "Gateway other/g port 443 (a) isn't served: secret edge/a is missing or can't be used");
  }

  @Test
  void aServerWhoseSecretIsMissingIsLeftOutAndOthersAreServed() throws Exception {
    Translation made =
        translate(
            GATEWAY.formatted("edge", "SIMPLE")
                + secret("edge", "b", "tls.crt", certificate, "tls.key", key),
            "router",
            true);
    assertThat(made.listeners().keySet()).containsExactly("0.0.0.0_443", "0.0.0.0_80");
    assertThat(
            io.envoyproxy.envoy.config.listener.v3.Listener.parseFrom(
                    made.listeners().get("0.0.0.0_443").resource().getValue())
                .getFilterChainsList())
        .extracting(io.envoyproxy.envoy.config.listener.v3.FilterChain::getName)
        .containsExactly("https.443.b.g.edge");
  }

  @Test
  void authoritiesComeFromTheSecretOrTheOneBesideIt() {
    String b = secret("edge", "b", "tls.crt", certificate, "tls.key", key);
    String root = authority.rootPem();
    Translation own =
        translate(
            GATEWAY.formatted("edge", "MUTUAL")
                + secret("edge", "a", "tls.crt", certificate, "tls.key", key, "ca.crt", root)
                + b,
            "router",
            true);
    Translation beside =
        translate(
            GATEWAY.formatted("edge", "OPTIONAL_MUTUAL")
                + secret("edge", "a", "tls.crt", certificate, "tls.key", key)
                + secret("edge", "a-cacert", "cacert", root)
                + b,
            "router",
            true);
    Translation none =
        translate(
            GATEWAY.formatted("edge", "MUTUAL")
                + secret("edge", "a", "tls.crt", certificate, "tls.key", key)
                + b,
            "router",
            true);
    Stream.of(own, beside)
        .forEach(
            made ->
                assertThat(made.secrets().keySet())
                    .containsExactly("kubernetes://a", "kubernetes://a-cacert", "kubernetes://b"));
    assertThat(none.problems())
        .containsExactly(
            "Gateway edge/g port 443 (a) isn't served: secret edge/a has no ca.crt to check"
                + " clients by");
  }

  @Test
  void badOnesAreRefusedWithoutAWordOfThem() {
    String other = Pem.privateKey(KeyPairs.ecP256().getPrivate());
    refuses(
        secret("n", "a", "tls.crt", certificate, "tls.key", other),
        "data.tls.key: isn't the key of the certificate");
    refuses(
        secret("n", "a", "tls.crt", "x", "tls.key", key),
        "data.tls.crt: isn't one or more certificates in PEM");
    refuses(
        secret("n", "a", "tls.crt", certificate, "tls.key", "x"),
        "data.tls.key: isn't a key of the certificate's kind in PEM");
    refuses(
        "{apiVersion: v1, kind: Secret, metadata: {name: a}, type: kubernetes.io/tls, data: {tls.crt: YQ==}}",
        "data: must have tls.key");
    refuses(
        "{apiVersion: v1, kind: Secret, metadata: {name: a}, stringData: {tls.crt: [a], tls.key: b}}",
        "stringData.tls.crt: must be a text");
  }

  private void refuses(String yaml, String expected) {
    ResourceReader.Read read = read(yaml).getFirst();
    assertThat(read.resource()).isNull();
    String said = String.join("\n", read.problems().stream().map(Problem::toString).toList());
    assertThat(said).contains(expected).doesNotContain(key.lines().toList().get(1));
  }

  @Test
  void otherSecretsAreOfNoInterest() {
    ResourceReader.Read read = read(secret("n", "a", "password", "x")).getFirst();
    assertThat(read.id()).isNull();
    assertThat(read.problems()).isEmpty();
  }

  @Test
  void aKeyIsInNoText() {
    String line = key.lines().toList().get(1);
    Resource resource =
        read(secret("edge", "a", "tls.crt", certificate, "tls.key", key)).getFirst().resource();
    assertThat(String.valueOf(resource)).doesNotContain(line);
  }
}
