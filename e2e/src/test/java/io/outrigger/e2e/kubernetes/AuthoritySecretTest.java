package io.outrigger.e2e.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.outrigger.e2e.Installed;
import io.outrigger.identity.AuthorityPem;
import io.outrigger.testkit.Await;
import io.outrigger.testkit.FreePorts;
import io.outrigger.testkit.Program;
import io.outrigger.testkit.RawClient;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;

/**
 * An authority in a real cluster's Secret, under Istio's name for it, which changes while the
 * control plane runs. Needs {@code OUTRIGGER_TEST_KUBECONFIG}; leaves nothing behind.
 */
@EnabledIfEnvironmentVariable(named = "OUTRIGGER_TEST_KUBECONFIG", matches = ".+")
class AuthoritySecretTest {
  private static final String NAMESPACE = "outrigger-authority-test";
  private static final Duration LIMIT = Duration.ofSeconds(60);

  @TempDir private Path directory;
  private final TestCluster cluster = new TestCluster();
  private final KubernetesClient admin = cluster.admin();
  private final AuthorityPem a = AuthorityPem.create("cluster.local", Instant.now());
  private final AuthorityPem b = AuthorityPem.create("cluster.local", Instant.now());

  @BeforeEach
  void namespace() {
    cluster.delete(List.of(NAMESPACE), LIMIT);
    cluster.create(NAMESPACE, Map.of());
  }

  @AfterEach
  void nothingIsLeft() throws IOException {
    cluster.delete(List.of(NAMESPACE), LIMIT);
    cluster.close();
  }

  @Test
  void oneRootFollowsAnother() throws Exception {
    put(a.roots(), a.key());
    List<Integer> ports = FreePorts.find(3);
    int pages = ports.get(2);
    try (Program control =
        Program.start(
            "control",
            List.of(
                Installed.outrigger(),
                "control",
                "--kubeconfig",
                cluster.kubeconfig().toString(),
                "--ca-secret",
                NAMESPACE + "/outrigger-ca",
                "--state-dir",
                directory.resolve("control").toString(),
                "--port",
                ports.get(0).toString(),
                "--plaintext-port",
                ports.get(1).toString(),
                "--monitoring-port",
                ports.get(2).toString()),
            Map.of("OUTRIGGER_BUILD", "never"),
            directory.resolve("control.log"))) {
      await(control, "the first is trusted", () -> roots().equals(a.roots()));
      assertThat(control.output()).contains("Secret " + NAMESPACE + "/cacerts: signs by ");

      put(a.roots() + b.roots(), a.key());
      await(control, "both are trusted", () -> roots().equals(a.roots() + b.roots()));
      put(b.roots() + a.roots(), a.key());
      await(
          control,
          "a key of another root is refused",
          () -> RawClient.get(pages, "/metrics").contains("outrigger_authority_stale 1\n"));
      assertThat(roots()).isEqualTo(a.roots() + b.roots());
      put(b.roots() + a.roots(), b.key());
      await(control, "the next signs", () -> roots().equals(b.roots() + a.roots()));
      put(b.roots(), b.key());
      await(control, "it alone is trusted", () -> roots().equals(b.roots()));
      assertThat(RawClient.get(pages, "/metrics"))
          .contains("outrigger_authority_changes 3\n", "outrigger_authority_stale 0\n");
    }
  }

  private void put(String roots, String key) {
    admin
        .resource(
            new SecretBuilder()
                .withNewMetadata()
                .withName("cacerts")
                .withNamespace(NAMESPACE)
                .endMetadata()
                .withData(Map.of("root-cert.pem", encoded(roots), "ca-key.pem", encoded(key)))
                .build())
        .forceConflicts()
        .serverSideApply();
  }

  private static String encoded(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Those that pods of the namespace are given to trust. */
  private String roots() {
    ConfigMap map = admin.configMaps().inNamespace(NAMESPACE).withName("istio-ca-root-cert").get();
    return map == null ? "" : map.getData().getOrDefault("root-cert.pem", "");
  }

  private static void await(Program control, String what, Await.Condition condition)
      throws IOException {
    try {
      Await.until(what, LIMIT, condition);
    } catch (AssertionError e) {
      throw new AssertionError(e.getMessage() + "\n" + control.output(), e);
    }
  }
}
