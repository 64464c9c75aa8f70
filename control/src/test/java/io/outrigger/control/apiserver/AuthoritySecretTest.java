package io.outrigger.control.apiserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookConfigurationBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.outrigger.control.ca.AuthorityInForce;
import io.outrigger.control.outage.Reachability;
import io.outrigger.identity.AuthorityPem;
import io.outrigger.identity.CertificateAuthority;
import io.outrigger.identity.Pem;
import io.outrigger.testkit.Await;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An authority in a Secret, which changes while control planes have it in force. */
class AuthoritySecretTest {
  private static final String SYSTEM = "outrigger-system";
  private static final String SECRET = SYSTEM + "/outrigger-ca";
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final AuthorityPem a = AuthorityPem.create("cluster.local", Instant.now());
  private final AuthorityPem b = AuthorityPem.create("cluster.local", Instant.now());
  private FakeApiServer server;
  private final Reachability reachability =
      new Reachability("test", InstantSource.system(), (level, said) -> {});
  private KubernetesClient client;

  @BeforeEach
  void open() throws IOException {
    server = new FakeApiServer();
    client = server.client();
  }

  @AfterEach
  void close() {
    client.close();
    server.close();
  }

  private void put(String name, String... entries) throws IOException {
    Map<String, String> data = new java.util.TreeMap<>();
    for (int i = 0; i < entries.length; i += 2) {
      data.put(
          entries[i],
          Base64.getEncoder().encodeToString(entries[i + 1].getBytes(StandardCharsets.UTF_8)));
    }
    server.put(
        "secrets",
        new SecretBuilder()
            .withNewMetadata()
            .withName(name)
            .withNamespace(SYSTEM)
            .endMetadata()
            .withData(data)
            .build());
  }

  private AuthorityInForce open(AuthoritySecret secret) throws IOException {
    return new AuthorityInForce(secret, "cluster.local", InstantSource.system());
  }

  private AuthoritySecret secret() throws IOException {
    return new AuthoritySecret(client, SECRET, reachability);
  }

  private static X509Certificate root(AuthorityPem pem) {
    return Pem.certificates(pem.roots()).getFirst();
  }

  @Test
  void theFirstMakesItAndAllHaveTheSame() throws Exception {
    CertificateAuthority first = open(secret()).get();
    Secret made = client.secrets().inNamespace(SYSTEM).withName("outrigger-ca").get();
    assertThat(made.getData().keySet()).containsExactlyInAnyOrder("root-cert.pem", "ca-key.pem");
    assertThat(open(secret()).get().root()).isEqualTo(first.root());
  }

  @Test
  void istiosIsTakenWhereOursIsNotThere() throws Exception {
    put(
        "cacerts",
        "root-cert.pem",
        b.roots(),
        "ca-key.pem",
        b.key(),
        "ca-cert.pem",
        b.roots(),
        "cert-chain.pem",
        b.roots());
    AuthoritySecret secret = secret();
    assertThat(open(secret).get().root()).isEqualTo(root(b));
    assertThat(secret.toString()).isEqualTo("Secret outrigger-system/cacerts");
    assertThat(client.secrets().inNamespace(SYSTEM).withName("outrigger-ca").get()).isNull();

    put("outrigger-ca", "root-cert.pem", a.roots(), "ca-key.pem", a.key());
    assertThat(open(secret()).get().root()).isEqualTo(root(a));
  }

  @Test
  void oneThatIsNoAuthorityIsRefusedAtTheStart() throws Exception {
    put("outrigger-ca", "root-cert.pem", a.roots());
    assertThatThrownBy(() -> open(secret()))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith(
            "Secret outrigger-system/outrigger-ca: there is no ca-key.pem; it needs the key of the"
                + " first certificate in root-cert.pem");
    put("outrigger-ca", "root-cert.pem", a.roots(), "ca-key.pem", b.key());
    assertThatThrownBy(() -> open(secret())).hasMessageContaining("ca-key.pem isn't the key of");
  }

  @Test
  void aChangeIsInForceAndTrustedEverywhere() throws Exception {
    put("outrigger-ca", "root-cert.pem", a.roots(), "ca-key.pem", a.key());
    for (String name : new String[] {"shop", "bank"}) {
      server.put(
          "namespaces",
          new NamespaceBuilder().withNewMetadata().withName(name).endMetadata().build());
    }
    server.put(
        "mutatingwebhookconfigurations",
        new MutatingWebhookConfigurationBuilder()
            .withNewMetadata()
            .withName("outrigger-injector")
            .endMetadata()
            .addNewWebhook()
            .withName("i.outrigger.io")
            .withNewClientConfig()
            .endClientConfig()
            .endWebhook()
            .build());
    try (AuthoritySecret secret = secret()) {
      AuthorityInForce authority = open(secret);
      try (RootConfigMaps maps =
              new RootConfigMaps(client, authority.get().rootPem(), reachability);
          WebhookTrust trust =
              new WebhookTrust(client, authority.get().rootPem(), "default", reachability)) {
        maps.start();
        trust.start();
        authority.onChanged(now -> maps.trust(now.rootPem()));
        authority.onChanged(now -> trust.trust(now.rootPem()));
        secret.watch(authority);
        everywhere(a.roots());

        put("outrigger-ca", "root-cert.pem", a.roots() + b.roots(), "ca-key.pem", a.key());
        everywhere(a.roots() + b.roots());
        assertThat(authority.get().root()).isEqualTo(root(a));

        put("outrigger-ca", "root-cert.pem", b.roots() + a.roots(), "ca-key.pem", a.key());
        Await.until("it is refused", LIMIT, () -> isStale(authority));
        assertThat(authority.get().root()).isEqualTo(root(a));

        put("outrigger-ca", "root-cert.pem", b.roots() + a.roots(), "ca-key.pem", b.key());
        everywhere(b.roots() + a.roots());
        assertThat(authority.get().root()).isEqualTo(root(b));
        assertThat(isStale(authority)).isFalse();

        server.delete("secrets", SYSTEM, "outrigger-ca");
        Await.until("it is missed", LIMIT, () -> isStale(authority));
        assertThat(authority.get().root()).isEqualTo(root(b));

        put("outrigger-ca", "root-cert.pem", b.roots(), "ca-key.pem", b.key());
        everywhere(b.roots());
        assertThat(isStale(authority)).isFalse();
      }
    }
  }

  private static boolean isStale(AuthorityInForce authority) {
    StringBuilder out = new StringBuilder();
    authority.print(out);
    return out.toString().contains("outrigger_authority_stale 1\n");
  }

  private void everywhere(String roots) {
    String encoded = Base64.getEncoder().encodeToString(roots.getBytes(StandardCharsets.UTF_8));
    for (String namespace : new String[] {"shop", "bank"}) {
      Await.until(
          "the roots are in namespace " + namespace,
          LIMIT,
          () -> {
            ConfigMap map =
                client.configMaps().inNamespace(namespace).withName(RootConfigMaps.NAME).get();
            return map != null && map.getData().equals(Map.of("root-cert.pem", roots));
          });
    }
    Await.until(
        "the API server believes the webhook",
        LIMIT,
        () ->
            client
                .admissionRegistration()
                .v1()
                .mutatingWebhookConfigurations()
                .withName("outrigger-injector")
                .get()
                .getWebhooks()
                .getFirst()
                .getClientConfig()
                .getCaBundle()
                .equals(encoded));
  }
}
