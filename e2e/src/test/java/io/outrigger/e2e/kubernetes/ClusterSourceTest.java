package io.outrigger.e2e.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.api.model.authentication.TokenRequestBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.outrigger.e2e.Installed;
import io.outrigger.testkit.Await;
import io.outrigger.testkit.EchoUpstream;
import io.outrigger.testkit.FreePorts;
import io.outrigger.testkit.Program;
import io.outrigger.testkit.RawClient;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;

/**
 * The control plane on a real cluster: what it watches, what it keeps while the API server is away,
 * and whose tokens it believes. Needs {@code OUTRIGGER_TEST_KUBECONFIG}, with an administrator's
 * rights; it leaves nothing behind.
 */
@EnabledIfEnvironmentVariable(named = "OUTRIGGER_TEST_KUBECONFIG", matches = ".+")
class ClusterSourceTest {
  private static final String NAMESPACE = "outrigger-source-test";
  private static final Duration LIMIT = Duration.ofSeconds(90);

  private static final String DEFINITION =
      TestCluster.definition("networking.istio.io", "VirtualService");

  private static final String SERVICE =
      """
      apiVersion: v1
      kind: Service
      metadata: {name: reviews, namespace: outrigger-source-test}
      spec: {ports: [{name: http, port: 9080}]}
      ---
      apiVersion: discovery.k8s.io/v1
      kind: EndpointSlice
      metadata:
        name: reviews-1
        namespace: outrigger-source-test
        labels: {kubernetes.io/service-name: reviews}
      addressType: IPv4
      endpoints: [{addresses: [192.0.2.%d], conditions: {ready: true}}]
      ports: [{name: http, port: 9080, protocol: TCP}]
      """;

  private static final String ROUTE =
      """
      apiVersion: networking.istio.io/v1
      kind: VirtualService
      metadata: {name: reviews, namespace: outrigger-source-test}
      spec:
        hosts: [reviews]
        http: [{timeout: %s, route: [{destination: {host: reviews}}]}]
      """;

  private static final String SECRET =
      """
      apiVersion: v1
      kind: Secret
      metadata: {name: %s, namespace: outrigger-source-test}
      type: kubernetes.io/tls
      stringData: {tls.crt: none, tls.key: none}
      """;

  @TempDir private Path directory;
  private final List<Program> programs = new ArrayList<>();
  private final TestCluster cluster = new TestCluster();
  private final KubernetesClient admin = cluster.admin();
  private Forwarder apiServer;
  private Program control;
  private int port;
  private int pages;

  @BeforeEach
  void controlPlaneOnTheCluster() throws Exception {
    URI server = admin.getMasterUrl().toURI();
    apiServer = new Forwarder(server.getHost(), server.getPort());
    Path through = directory.resolve("kubeconfig");
    Files.writeString(
        through,
        Files.readString(cluster.kubeconfig().toPath())
            .replace(server.getHost() + ":" + server.getPort(), "127.0.0.1:" + apiServer.port()));
    cluster.delete(List.of(NAMESPACE), LIMIT);
    cluster.create(NAMESPACE, Map.of());
    cluster.apply(DEFINITION);
    cluster.apply(SERVICE.formatted(1));
    List<Integer> ports = FreePorts.find(3);
    port = ports.get(0);
    pages = ports.get(2);
    control =
        start(
            "control",
            "control",
            "--kubeconfig",
            through.toString(),
            "--state-dir",
            directory.resolve("control").toString(),
            "--port",
            Integer.toString(port),
            "--plaintext-port",
            Integer.toString(ports.get(1)),
            "--monitoring-port",
            Integer.toString(pages));
    await("it is ready", () -> RawClient.get(pages, "/ready").contains("ready"));
  }

  @AfterEach
  void nothingIsLeft() throws IOException {
    programs.reversed().forEach(Program::close);
    cluster.delete(List.of(NAMESPACE), LIMIT);
    cluster.deleteDefinition("virtualservices.networking.istio.io");
    cluster.close();
    apiServer.close();
  }

  @Test
  void whatChangesInTheClusterIsServed() throws Exception {
    assertThat(endpoints()).contains("192.0.2.1");

    cluster.apply(ROUTE.formatted("1s"));
    await("the route is read", () -> resources().contains("VirtualService " + NAMESPACE));
    cluster.apply(SERVICE.formatted(2));
    await("the endpoint moved", () -> endpoints().contains("192.0.2.2"));
    assertThat(endpoints()).doesNotContain("192.0.2.1\"");

    // one that the API server takes, and a mesh does not: the last good one stays, and it is said
    cluster.apply(ROUTE.formatted("soon"));
    await("the refusal is said", () -> control.output().contains("refused kubernetes"));
    assertThat(control.output())
        .contains("refused kubernetes VirtualService " + NAMESPACE + "/reviews")
        .contains("http[0].timeout")
        .contains("soon");
    assertThat(resources()).contains("VirtualService " + NAMESPACE);

    // the definition goes, and its resources with it
    cluster.deleteDefinition("virtualservices.networking.istio.io");
    await("the route is gone", () -> !resources().contains("VirtualService " + NAMESPACE));
  }

  @Test
  void whatWasSeenLastStaysWhileTheApiServerIsAway() throws Exception {
    await("all is seen", () -> metrics().contains("outrigger_kubernetes_stale_seconds 0\n"));
    assertThat(metrics()).contains("outrigger_kubernetes_reachable 1\n");
    String token = ownToken();

    apiServer.cut();
    await("it is said", () -> control.output().contains(" is away since "));
    assertThat(control.output())
        .contains("the API server 127.0.0.1:" + apiServer.port() + " is away since ")
        .contains("ConnectException")
        .contains("Proxies go on with what they have");
    isStale();
    changesMeanwhile(3);
    assertThat(endpoints()).contains("192.0.2.1").doesNotContain("192.0.2.3");
    try (EchoUpstream app = EchoUpstream.start("reviews")) {
      int admin = sidecar("meanwhile", app.port(), token);
      await("one that comes is served", () -> RawClient.get(admin, "/ready").contains("LIVE"));
      assertThat(RawClient.get(admin, "/clusters")).contains("192.0.2.1:9080");

      apiServer.mend();
      await(
          "what changed meanwhile reaches it",
          () -> RawClient.get(admin, "/clusters").contains("192.0.2.3:9080"));
    }
    isWellAgain();
  }

  @Test
  void oneThatHangsIsSaidToBeAway() throws Exception {
    await("all is seen", () -> metrics().contains("outrigger_kubernetes_stale_seconds 0\n"));
    apiServer.hang(); // as when its process is stopped, or a network loses all
    await("it is said", () -> control.output().contains(" is away since "));
    assertThat(control.output()).contains("no answer to GET /readyz in 5 s");
    isStale();
    changesMeanwhile(4);
    assertThat(endpoints()).contains("192.0.2.1").doesNotContain("192.0.2.4");

    apiServer.mend();
    await("what changed meanwhile is seen", () -> endpoints().contains("192.0.2.4"));
    isWellAgain();
  }

  @Test
  void whatTheApiServerRefusesIsOneLine() throws Exception {
    await("it is said", () -> control.output().contains("LeaderElector"));
    // the namespace of its Lease isn't there
    assertThat(control.output()).contains("namespaces \"outrigger-system\" not found (404)");
    assertThat(count("not found (404)")).isEqualTo(1);
    noTraces();
  }

  private void isStale() throws IOException {
    assertThat(metrics())
        .contains("outrigger_kubernetes_reachable 0\n")
        .doesNotContain("outrigger_kubernetes_stale_seconds 0\n");
    assertThat(RawClient.get(pages, "/debug/sources"))
        .contains("services v1: STALE, since 20")
        .contains("pods v1: STALE, since 20")
        .doesNotContain("watched");
  }

  private void isWellAgain() throws IOException {
    await("nothing is stale", () -> metrics().contains("outrigger_kubernetes_stale_seconds 0\n"));
    assertThat(metrics()).contains("outrigger_kubernetes_reachable 1\n");
    assertThat(RawClient.get(pages, "/debug/sources")).doesNotContain("STALE");
    assertThat(count(" is away since ")).isEqualTo(1);
    assertThat(count(" is back; it was away for ")).isEqualTo(1);
    assertThat(count("can't be")).isZero();
    noTraces();
  }

  private void noTraces() throws IOException {
    assertThat(control.output()).doesNotContain("\tat ").doesNotContain("io.fabric8");
  }

  private int count(String sentence) throws IOException {
    return control.output().split(Pattern.quote(sentence), -1).length - 1;
  }

  private void changesMeanwhile(int host) {
    cluster.apply(SERVICE.formatted(host));
    admin
        .services()
        .inNamespace(NAMESPACE)
        .withName("reviews")
        .edit(
            service -> {
              service.getMetadata().setLabels(Map.of("moved", "yes"));
              return service;
            });
  }

  /** A token that the control plane itself makes, for which no API server is asked. */
  private String ownToken() throws Exception {
    Program made =
        start(
            "token",
            "token",
            "--state-dir",
            directory.resolve("control").toString(),
            "--namespace",
            NAMESPACE,
            "--service-account",
            "reviews");
    await("a token is made", () -> !made.alive());
    return made.output().strip();
  }

  @Test
  void theAuthoritysSecretsAreNotEvenRead() throws Exception {
    for (String name : List.of("cacerts", "outrigger-ca", "shop")) {
      cluster.apply(SECRET.formatted(name));
    }
    await("the last one is read", () -> control.output().contains(NAMESPACE + "/shop"));
    assertThat(control.output()).doesNotContain("/cacerts").doesNotContain("/outrigger-ca");
  }

  @Test
  void theRootIsInEachNamespaceAndIsPutBack() throws Exception {
    String root = Files.readString(directory.resolve("control/root-cert.pem"));
    await("the root is there", () -> root.equals(rootOf(NAMESPACE)));
    admin.configMaps().inNamespace(NAMESPACE).withName("istio-ca-root-cert").delete();
    await("it is back", () -> root.equals(rootOf(NAMESPACE)));
    admin
        .configMaps()
        .inNamespace(NAMESPACE)
        .withName("istio-ca-root-cert")
        .edit(
            map -> {
              map.setData(Map.of("root-cert.pem", "somebody else's"));
              return map;
            });
    await("it is mended", () -> root.equals(rootOf(NAMESPACE)));
  }

  @Test
  void theApiServerSaysWhoASidecarIs() throws Exception {
    admin
        .resource(
            new ServiceAccountBuilder()
                .withNewMetadata()
                .withName("reviews")
                .withNamespace(NAMESPACE)
                .endMetadata()
                .build())
        .create();
    try (EchoUpstream app = EchoUpstream.start("reviews")) {
      int good = sidecar("good", app.port(), token("istio-ca"));
      await("it is live", () -> RawClient.get(good, "/ready").contains("LIVE"));
      assertThat(RawClient.get(good, "/certs"))
          .contains("spiffe://cluster.local/ns/" + NAMESPACE + "/sa/reviews");

      sidecar("other", app.port(), token("somebody-else"));
      Program other = programs.getLast();
      await("it is refused", () -> other.output().contains("doesn't vouch for the token"));
    }
  }

  private int sidecar(String name, int appPort, String token) throws IOException {
    List<Integer> ports = FreePorts.find(3);
    Path file = directory.resolve(name + ".token");
    Files.writeString(file, token);
    start(
        name,
        "sidecar",
        "--service",
        "reviews",
        "--namespace",
        NAMESPACE,
        "--service-account",
        "reviews",
        "--app-port",
        Integer.toString(appPort),
        "--inbound-port",
        Integer.toString(ports.get(0)),
        "--http-proxy-port",
        Integer.toString(ports.get(1)),
        "--admin-port",
        Integer.toString(ports.get(2)),
        "--control",
        "127.0.0.1:" + port,
        "--control-name",
        "localhost",
        "--ca-file",
        directory.resolve("control/root-cert.pem").toString(),
        "--token-file",
        file.toString(),
        "--state-dir",
        directory.resolve(name).toString());
    return ports.get(2);
  }

  private String token(String audience) {
    return admin
        .serviceAccounts()
        .inNamespace(NAMESPACE)
        .withName("reviews")
        .tokenRequest(
            new TokenRequestBuilder()
                .withNewSpec()
                .withAudiences(audience)
                .withExpirationSeconds(3600L)
                .endSpec()
                .build())
        .getStatus()
        .getToken();
  }

  private String endpoints() throws IOException {
    return RawClient.get(pages, "/debug/endpointz");
  }

  private String resources() throws IOException {
    return RawClient.get(pages, "/debug/configz");
  }

  private String metrics() throws IOException {
    return RawClient.get(pages, "/metrics");
  }

  private String rootOf(String namespace) {
    ConfigMap map = admin.configMaps().inNamespace(namespace).withName("istio-ca-root-cert").get();
    return map == null ? "" : map.getData().getOrDefault("root-cert.pem", "");
  }

  private Program start(String name, String... command) throws IOException {
    List<String> all = new ArrayList<>(List.of(Installed.outrigger()));
    all.addAll(List.of(command));
    Program program =
        Program.start(
            name, all, Map.of("OUTRIGGER_BUILD", "never"), directory.resolve(name + ".log"));
    programs.add(program);
    return program;
  }

  private void await(String what, Await.Condition condition) throws IOException {
    try {
      Await.until(what, LIMIT, condition);
    } catch (AssertionError e) {
      StringBuilder logs = new StringBuilder(String.valueOf(e.getMessage()));
      for (Program program : programs) {
        logs.append("\n---- ").append(program.output());
      }
      throw new AssertionError(logs.toString(), e);
    }
  }
}
