package io.outrigger.control.ca;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.outrigger.identity.AuthorityPem;
import io.outrigger.identity.CertificateAuthority;
import io.outrigger.identity.KeyFiles;
import io.outrigger.identity.Pem;
import io.outrigger.identity.SpiffeId;
import io.outrigger.testkit.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An authority whose files change while it is in force. */
class AuthorityFolderTest {
  @TempDir private Path directory;
  private final InstantSource clock = InstantSource.system();
  private final AuthorityPem a = AuthorityPem.create("cluster.local", Instant.now());
  private final AuthorityPem b = AuthorityPem.create("cluster.local", Instant.now());
  private final List<CertificateAuthority> told = new ArrayList<>();
  private AuthorityFolder folder;
  private AuthorityInForce authority;

  @BeforeEach
  void open() throws IOException {
    write(a.roots(), a.key());
    folder = new AuthorityFolder(directory);
    authority = new AuthorityInForce(folder, "cluster.local", clock);
    authority.onChanged(told::add);
  }

  @AfterEach
  void close() {
    folder.close();
  }

  private void write(String roots, String key) throws IOException {
    KeyFiles.writePublic(directory.resolve("root-cert.pem"), roots);
    KeyFiles.writePrivate(directory.resolve("ca-key.pem"), key);
  }

  private void look(int times) {
    for (int i = 0; i < times; i++) {
      folder.look(authority);
    }
  }

  private static X509Certificate root(AuthorityPem pem) {
    return Pem.certificates(pem.roots()).getFirst();
  }

  private String metrics() {
    StringBuilder out = new StringBuilder();
    authority.print(out);
    return out.toString();
  }

  @Test
  void oneRootFollowsAnother() throws Exception {
    look(3);
    assertThat(told).isEmpty();
    write(a.roots() + b.roots(), a.key());
    look(1);
    assertThat(told).as("half of it may be written yet").isEmpty();
    look(3);
    assertThat(told).hasSize(1);
    assertThat(authority.get().roots()).containsExactly(root(a), root(b));
    write(b.roots() + a.roots(), b.key());
    look(2);
    assertThat(authority.get().root()).isEqualTo(root(b));
    assertThat(authority.get().roots()).containsExactly(root(b), root(a));
    write(b.roots(), b.key());
    look(2);
    assertThat(authority.get().roots()).containsExactly(root(b));
    assertThat(told).hasSize(3);
    assertThat(metrics())
        .contains("outrigger_authority_changes 3\n", "outrigger_authority_stale 0\n")
        .contains(
            "citadel_server_root_cert_expiry_timestamp "
                + root(b).getNotAfter().toInstant().getEpochSecond());
  }

  @Test
  void whatIsNoGoodChangesNothing() throws Exception {
    write(b.roots() + a.roots(), a.key());
    look(5);
    assertThat(authority.get().root()).isEqualTo(root(a));
    assertThat(told).isEmpty();
    assertThat(metrics())
        .contains("outrigger_authority_refusals 1\n", "outrigger_authority_stale 1\n");
    Files.delete(directory.resolve("ca-key.pem"));
    look(5);
    assertThat(metrics())
        .contains("outrigger_authority_refusals 2\n", "outrigger_authority_stale 1\n");
    write(a.roots(), a.key());
    look(2);
    assertThat(told).isEmpty();
    assertThat(metrics())
        .contains("outrigger_authority_refusals 2\n", "outrigger_authority_stale 0\n");
    write("rubbish", b.key());
    look(2);
    write(b.roots(), b.key());
    look(2);
    assertThat(authority.get().root()).isEqualTo(root(b));
    assertThat(metrics())
        .contains("outrigger_authority_changes 1\n", "outrigger_authority_stale 0\n");
  }

  @Test
  void itLooksByItself() throws Exception {
    folder.watch(authority);
    write(a.roots() + b.roots(), a.key());
    Await.until(
        "both are trusted", Duration.ofSeconds(30), () -> authority.get().roots().size() == 2);
  }

  @Test
  void atTheStartItIsAnError() throws Exception {
    Files.writeString(directory.resolve("ca-cert.pem"), b.roots());
    assertThatThrownBy(() -> new AuthorityInForce(folder, "cluster.local", clock))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith(directory + ": ca-key.pem isn't the key of ca-cert.pem");
  }

  @Test
  void theControlPlanesOwnCertificateFollows() throws Exception {
    SpiffeId id = new SpiffeId("cluster.local", "outrigger-system", "outrigger-control");
    ServerIdentity identity = new ServerIdentity(authority, id, List.of("localhost"), clock);
    String before = identity.chooseEngineServerAlias("EC", null, null);
    X509Certificate[] first = identity.getCertificateChain(before);
    assertThat(first).endsWith(root(a));
    write(b.roots() + a.roots(), b.key());
    look(2);
    String after = identity.chooseEngineServerAlias("EC", null, null);
    X509Certificate[] second = identity.getCertificateChain(after);
    assertThat(second).endsWith(root(b));
    second[0].verify(root(b).getPublicKey());
    assertThat(identity.getCertificateChain(before))
        .as("for a handshake that has begun")
        .isEqualTo(first);
    assertThat(identity.getPrivateKey(before)).isNotEqualTo(identity.getPrivateKey(after));
    assertThat(identity.chooseEngineServerAlias("EC", null, null)).isEqualTo(after);
  }
}
