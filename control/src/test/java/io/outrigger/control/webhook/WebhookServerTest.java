package io.outrigger.control.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.zjsonpatch.JsonPatch;
import io.outrigger.control.ca.ServerIdentity;
import io.outrigger.control.istio.InterceptionMode;
import io.outrigger.identity.CertificateAuthority;
import io.outrigger.identity.SpiffeId;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What an API server gets from the webhooks, over HTTPS under the mesh's root. */
class WebhookServerTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path directory;
  private WebhookServer server;
  private HttpClient client;

  @BeforeEach
  void serve() throws Exception {
    InstantSource clock = InstantSource.system();
    CertificateAuthority authority = CertificateAuthority.open(directory, "cluster.local", clock);
    SpiffeId id = new SpiffeId("cluster.local", "outrigger-system", "outrigger-control");
    Path settings = Files.writeString(directory.resolve("injection.yaml"), "{image: 'sidecar:1'}");
    server =
        new WebhookServer(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            new ServerIdentity(() -> authority, id, List.of("localhost"), clock));
    server.on(
        "/inject",
        new PodReviewer(
            new SettingsFile(settings),
            name -> {
              if (name.equals("gone")) {
                throw new IllegalStateException("there is no namespace gone");
              }
              return name.equals("shop") ? Map.of("istio-injection", "enabled") : Map.of();
            },
            () -> true,
            () -> InterceptionMode.REDIRECT));
    server.on("/validate", new ResourceReviewer());
    server.start();
    KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
    trusted.load(null);
    trusted.setCertificateEntry("root", authority.root());
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(trusted);
    SSLContext tls = SSLContext.getInstance("TLS");
    tls.init(null, trust.getTrustManagers(), null);
    client = HttpClient.newBuilder().sslContext(tls).build();
  }

  @AfterEach
  void close() {
    client.close();
    server.close();
  }

  private HttpResponse<String> post(String path, byte[] body) throws Exception {
    return client.send(
        HttpRequest.newBuilder(URI.create("https://localhost:" + server.port() + path))
            .timeout(Duration.ofSeconds(30))
            .POST(BodyPublishers.ofByteArray(body))
            .build(),
        BodyHandlers.ofString());
  }

  private HttpResponse<String> post(String path, String body) throws Exception {
    return post(path, body.getBytes(java.nio.charset.StandardCharsets.UTF_8));
  }

  private static String review(String namespace, String object) {
    return """
        {"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "request": {
          "uid": "u-1", "namespace": "%s", "operation": "CREATE", "object": %s}}
        """
        .formatted(namespace, object);
  }

  private JsonNode answer(String path, String body) throws Exception {
    HttpResponse<String> response = post(path, body);
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    JsonNode answer = JSON.readTree(response.body());
    assertThat(answer.get("apiVersion").asText()).isEqualTo("admission.k8s.io/v1");
    assertThat(answer.at("/response/uid").asText()).isEqualTo("u-1");
    return answer.get("response");
  }

  private static final String POD =
      "{\"metadata\": {\"name\": \"a\"}, \"spec\": {\"containers\": [{\"name\": \"app\"}]}}";

  @Test
  void aPodOfAMeshedNamespaceIsPatched() throws Exception {
    JsonNode response = answer("/inject", review("shop", POD));
    assertThat(response.get("allowed").asBoolean()).isTrue();
    assertThat(response.get("patchType").asText()).isEqualTo("JSONPatch");
    JsonNode patch = JSON.readTree(Base64.getDecoder().decode(response.get("patch").asText()));
    JsonNode pod = JsonPatch.apply(patch, JSON.readTree(POD));
    assertThat(pod.at("/spec/initContainers/1/name").asText()).isEqualTo("istio-proxy");
    assertThat(pod.at("/spec/initContainers/1/image").asText()).isEqualTo("sidecar:1");
  }

  @Test
  void aPodOfAnotherNamespaceIsLeftAlone() throws Exception {
    JsonNode response = answer("/inject/cluster/a", review("elsewhere", POD));
    assertThat(response.get("allowed").asBoolean()).isTrue();
    assertThat(response.has("patch")).isFalse();
  }

  @Test
  void aBadAnnotationRefusesThePodByItsName() throws Exception {
    String pod =
        POD.replace("\"name\": \"a\"", "\"annotations\": {\"sidecar.istio.io/proxyCPU\": \"x\"}");
    JsonNode response = answer("/inject", review("shop", pod));
    assertThat(response.get("allowed").asBoolean()).isFalse();
    assertThat(response.at("/status/message").asText())
        .isEqualTo(
            "metadata.annotations[sidecar.istio.io/proxyCPU]: found \"x\"; must be an amount such"
                + " as 100m, 2, 128Mi or 1Gi");
  }

  @Test
  void whatHasNoEffectIsAWarning() throws Exception {
    String pod =
        POD.replace(
            "\"name\": \"a\"", "\"annotations\": {\"sidecar.istio.io/agentLogLevel\": \"x\"}");
    assertThat(answer("/inject", review("shop", pod)).at("/warnings/0").asText())
        .isEqualTo("metadata.annotations[sidecar.istio.io/agentLogLevel]: has no effect");
  }

  @Test
  void resourcesAreCheckedAsTheControlPlaneReadsThem() throws Exception {
    String route =
        """
        {"apiVersion": "networking.istio.io/v1", "kind": "VirtualService",
         "metadata": {"name": "r", "namespace": "shop"},
         "spec": {"hosts": ["r"], "http": [{"timeout": "%s", "route": [{"destination": {"host": "r"}}]}]}}
        """;
    assertThat(
            answer("/validate", review("shop", route.formatted("1s"))).get("allowed").asBoolean())
        .isTrue();
    JsonNode refused = answer("/validate", review("shop", route.formatted("soon")));
    assertThat(refused.get("allowed").asBoolean()).isFalse();
    assertThat(refused.at("/status/message").asText())
        .isEqualTo(
            "spec.http[0].timeout: found \"soon\"; must be a duration such as 1.5s, 250ms or 1h30m");
    String other =
        "{\"apiVersion\": \"example.com/v1\", \"kind\": \"Thing\", \"metadata\": {\"name\": \"t\"}}";
    assertThat(answer("/validate", review("shop", other)).get("allowed").asBoolean()).isTrue();
  }

  @Test
  void kindsThatAreNotReadAreAllowedWithAWarning() throws Exception {
    String filter =
        """
        {"apiVersion": "networking.istio.io/v1alpha3", "kind": "EnvoyFilter",
         "metadata": {"name": "f", "namespace": "shop"}, "spec": {}}
        """;
    JsonNode response = answer("/validate", review("shop", filter));
    assertThat(response.get("allowed").asBoolean()).isTrue();
    assertThat(response.at("/warnings/0").asText()).contains("has no effect");
  }

  @Test
  void whatIsWrongMayGo() throws Exception {
    String route =
        """
        {"apiVersion": "networking.istio.io/v1", "kind": "VirtualService",
         "metadata": {"name": "r", "namespace": "shop", "deletionTimestamp": "2026-01-01T00:00:00Z"},
         "spec": {"http": 1}}
        """;
    assertThat(answer("/validate", review("shop", route)).get("allowed").asBoolean()).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {         | 400 | the body isn't JSON
          []        | 400 | must be AdmissionReview of admission.k8s.io/v1
          {"apiVersion": "admission.k8s.io/v1beta1", "kind": "AdmissionReview"} | 400 | found admission.k8s.io/v1beta1
          {"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview"} | 400 | request.uid must be given
          {"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "request": {"uid": "1", "object": []}} | 400 | request.object must be the object
          """)
  void hostileBodiesAreAnsweredBy400(String body, int status, String message) throws Exception {
    HttpResponse<String> response = post("/inject", body);
    assertThat(response.statusCode()).isEqualTo(status);
    assertThat(response.body()).contains(message);
  }

  @Test
  void deepAndHugeBodiesAreRefused() throws Exception {
    assertThat(post("/inject", "[".repeat(100_000)).statusCode()).isEqualTo(400);
    int status;
    try {
      status = post("/inject", new byte[WebhookServer.MOST + 1000]).statusCode();
    } catch (IOException closedWhileSending) {
      status = 413;
    }
    assertThat(status).isEqualTo(413);
  }

  @Test
  void aFaultIsNoYes() throws Exception {
    assertThat(post("/inject", review("gone", POD)).statusCode()).isEqualTo(500);
    assertThat(post("/nowhere", "{}").statusCode()).isEqualTo(404);
  }
}
