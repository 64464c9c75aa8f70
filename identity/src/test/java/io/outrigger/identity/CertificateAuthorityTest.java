package io.outrigger.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CertificateAuthorityTest {
  private static final SpiffeId REVIEWS = new SpiffeId("cluster.local", "shop", "reviews");
  private static final SpiffeId RATINGS = new SpiffeId("cluster.local", "shop", "ratings");

  @TempDir Path directory;
  private Instant now = Instant.parse("2026-03-01T12:00:00Z");
  private final InstantSource clock = () -> now;
  private CertificateAuthority authority;

  @BeforeEach
  void open() throws IOException {
    authority = CertificateAuthority.open(directory, "cluster.local", clock);
  }

  private SigningResult.Signed signed(String csr, Duration ttl) {
    SigningResult result = authority.sign(csr, REVIEWS, ttl);
    assertThat(result).isInstanceOf(SigningResult.Signed.class);
    return (SigningResult.Signed) result;
  }

  private String refusal(String csr) {
    SigningResult result = authority.sign(csr, REVIEWS, Duration.ZERO);
    assertThat(result).isInstanceOf(SigningResult.Refused.class);
    return ((SigningResult.Refused) result).reason();
  }

  private static List<X509Certificate> certificates(SigningResult.Signed signed) {
    return Pem.certificates(String.join("", signed.chain()));
  }

  @Test
  void aSidecarsRequestIsSignedAndVerifies() throws Exception {
    KeyPair keys = KeyPairs.ecP256();
    SigningResult.Signed signed = signed(CertificateRequest.pem(keys, REVIEWS), Duration.ZERO);
    List<X509Certificate> chain = certificates(signed);
    assertThat(chain).hasSize(2);
    X509Certificate leaf = chain.get(0);
    assertThat(leaf.getPublicKey()).isEqualTo(keys.getPublic());
    assertThat(SpiffeId.of(leaf)).isEqualTo(REVIEWS);
    assertThat(leaf.getCriticalExtensionOIDs()).contains("2.5.29.17");
    assertThat(leaf.getBasicConstraints()).isEqualTo(-1);
    assertThat(leaf.getKeyUsage()[0]).as("digital signature").isTrue();
    assertThat(leaf.getKeyUsage()[5]).as("signs certificates").isFalse();
    assertThat(leaf.getExtendedKeyUsage())
        .containsExactlyInAnyOrder("1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2");
    assertThat(signed.notBefore()).isEqualTo(now.minus(CertificateAuthority.SKEW));
    assertThat(signed.notAfter()).isEqualTo(now.plus(CertificateAuthority.DEFAULT_TTL));
    assertThat(chain.get(1)).isEqualTo(authority.root());
    TrustBundle bundle = TrustBundle.of("cluster.local", authority.rootPem());
    assertThat(bundle.verify(chain, now)).isEqualTo(REVIEWS);
  }

  @Test
  void anRsaKeyIsSignedToo() {
    KeyPair keys = KeyPairs.rsa2048();
    SigningResult.Signed signed = signed(CertificateRequest.pem(keys, REVIEWS), Duration.ZERO);
    assertThat(certificates(signed).get(0).getPublicKey()).isEqualTo(keys.getPublic());
  }

  @Test
  void theLifeIsClamped() {
    String csr = CertificateRequest.pem(KeyPairs.ecP256(), REVIEWS);
    assertThat(signed(csr, Duration.ofSeconds(20)).notAfter()).isEqualTo(now.plusSeconds(20));
    assertThat(signed(csr, Duration.ofDays(1000)).notAfter())
        .isEqualTo(now.plus(CertificateAuthority.MAX_TTL));
    now = authority.root().getNotAfter().toInstant().minusSeconds(60);
    assertThat(signed(csr, Duration.ofDays(1)).notAfter())
        .as("no longer than the root")
        .isEqualTo(authority.root().getNotAfter().toInstant());
  }

  @Test
  void anotherWorkloadsNameInTheRequestIsRefused() {
    String csr = CertificateRequest.pem(KeyPairs.ecP256(), RATINGS);
    assertThat(refusal(csr))
        .contains("for " + RATINGS.uri())
        .contains("caller is " + REVIEWS.uri());
  }

  @Test
  void hostileRequestsAreRefused() throws Exception {
    assertThat(refusal("")).contains("0 CERTIFICATE REQUEST blocks");
    assertThat(refusal("x".repeat(20_000))).contains("longer than");
    assertThat(refusal(Pem.encode("CERTIFICATE REQUEST", new byte[] {0x30, 3, 1})))
        .contains("the CSR");
    String good = CertificateRequest.pem(KeyPairs.ecP256(), REVIEWS);
    assertThat(refusal(good + good)).contains("2 CERTIFICATE REQUEST blocks");
    assertThat(refusal(good.replace("-----END", "----END"))).contains("isn't closed");

    byte[] foreign = Pem.decode("CERTIFICATE REQUEST", good).get(0);
    foreign[foreign.length - 1] ^= 1;
    assertThat(refusal(Pem.encode("CERTIFICATE REQUEST", foreign)))
        .containsAnyOf("isn't signed by the key", "signature can't be read");

    KeyPairGenerator weak = KeyPairGenerator.getInstance("RSA");
    weak.initialize(1024);
    assertThat(refusal(CertificateRequest.pem(weak.generateKeyPair(), REVIEWS)))
        .contains("1024 bits");
    KeyPairGenerator other = KeyPairGenerator.getInstance("EC");
    other.initialize(new ECGenParameterSpec("secp384r1"));
    assertThat(
            authority.sign(
                CertificateRequest.pem(other.generateKeyPair(), REVIEWS), REVIEWS, Duration.ZERO))
        .isInstanceOf(SigningResult.Signed.class);
  }

  @Test
  void aRequestWithOneKeySignedByAnotherIsRefused() {
    KeyPair victim = KeyPairs.ecP256();
    KeyPair thief = KeyPairs.ecP256();
    String csr =
        CertificateRequest.pem(new KeyPair(victim.getPublic(), thief.getPrivate()), REVIEWS);
    assertThat(refusal(csr)).contains("isn't signed by the key that it is for");
  }

  @Test
  void brokenBytesNeverEscapeAsSomethingElse() {
    byte[] good =
        Pem.decode("CERTIFICATE REQUEST", CertificateRequest.pem(KeyPairs.ecP256(), REVIEWS))
            .get(0);
    Random random = new Random(7);
    for (int i = 0; i < 3000; i++) {
      byte[] broken = good.clone();
      for (int n = random.nextInt(4) + 1; n > 0; n--) {
        broken[random.nextInt(broken.length)] = (byte) random.nextInt(256);
      }
      if (Arrays.equals(good, broken)) {
        continue;
      }
      SigningResult result =
          authority.sign(Pem.encode("CERTIFICATE REQUEST", broken), REVIEWS, Duration.ZERO);
      assertThat(result)
          .as(Base64.getEncoder().encodeToString(broken))
          .isInstanceOf(SigningResult.Refused.class);
    }
  }

  @Test
  void theRootIsKeptForItsOwnerOnly() throws Exception {
    Path key = directory.resolve("ca-key.pem");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(key)))
        .isEqualTo("rw-------");
    CertificateAuthority again = CertificateAuthority.open(directory, "cluster.local", clock);
    assertThat(again.root()).isEqualTo(authority.root());
    try (var files = Files.list(directory)) {
      assertThat(files.map(f -> f.getFileName().toString()))
          .containsExactlyInAnyOrder("ca-key.pem", "root-cert.pem", ".lock");
    }
  }

  @Test
  void aRootThatIsNoRootIsRefused() throws Exception {
    Path key = directory.resolve("ca-key.pem");
    String good = Files.readString(key);
    KeyFiles.writePrivate(key, Pem.privateKey(KeyPairs.ecP256().getPrivate()));
    assertThatThrownBy(() -> CertificateAuthority.open(directory, "cluster.local", clock))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("isn't the key of");
    Files.delete(key);
    assertThatThrownBy(() -> CertificateAuthority.open(directory, "cluster.local", clock))
        .hasMessageContaining("ca-key.pem is missing");
    KeyFiles.writePrivate(key, good);
    now = now.plus(Duration.ofDays(4000));
    assertThatThrownBy(() -> CertificateAuthority.open(directory, "cluster.local", clock))
        .hasMessageContaining("expired on");
  }

  @Test
  void aRootThatFollowsAnotherIsTrustedBesideIt() {
    AuthorityPem next = AuthorityPem.create("cluster.local", now);
    AuthorityPem both = new AuthorityPem(next.roots() + authority.rootPem(), next.key());
    CertificateAuthority rotated =
        CertificateAuthority.of(both, "Secret a/b", "cluster.local", clock);
    assertThat(rotated.roots()).hasSize(2).contains(authority.root());
    String csr = CertificateRequest.pem(KeyPairs.ecP256(), REVIEWS);
    SigningResult.Signed signed =
        (SigningResult.Signed) rotated.sign(csr, REVIEWS, Duration.ofHours(1));
    assertThat(signed.chain()).hasSize(3).contains(authority.rootPem());
    assertThat(signed.chain().getLast()).isEqualTo(next.roots());
    AuthorityPem wrong = new AuthorityPem(authority.rootPem() + next.roots(), next.key());
    assertThatThrownBy(() -> CertificateAuthority.of(wrong, "Secret a/b", "cluster.local", clock))
        .hasMessageStartingWith(
            "Secret a/b: ca-key.pem isn't the key of the first certificate in root-cert.pem");
  }

  @Test
  void peersOfAnotherRootTimeOrDomainAreRefused(@TempDir Path elsewhere) throws Exception {
    CertificateAuthority foreign = CertificateAuthority.open(elsewhere, "cluster.local", clock);
    TrustBundle bundle = TrustBundle.of("cluster.local", authority.rootPem());
    String csr = CertificateRequest.pem(KeyPairs.ecP256(), REVIEWS);
    SigningResult.Signed other =
        (SigningResult.Signed) foreign.sign(csr, REVIEWS, Duration.ofHours(1));
    assertThatThrownBy(() -> bundle.verify(certificates(other), now))
        .isInstanceOf(GeneralSecurityException.class);
    List<X509Certificate> mine = certificates(signed(csr, Duration.ofHours(1)));
    assertThatThrownBy(() -> bundle.verify(mine, now.plus(Duration.ofHours(2))))
        .isInstanceOf(GeneralSecurityException.class);
    assertThatThrownBy(() -> bundle.verify(List.of(authority.root()), now))
        .hasMessageContaining("root as its own");
    assertThatThrownBy(() -> bundle.verify(List.of(), now)).hasMessageContaining("no certificate");
    assertThatThrownBy(() -> TrustBundle.of("other", authority.rootPem()).verify(mine, now))
        .hasMessageContaining("another trust domain");
  }

  @Test
  void theControlPlanesOwnCertificateNamesItsHosts() throws Exception {
    KeyPair keys = KeyPairs.ecP256();
    SpiffeId id = new SpiffeId("cluster.local", "istio-system", "istiod");
    X509Certificate leaf =
        authority
            .issueServer(
                keys, id, List.of("localhost"), List.of("127.0.0.1", "::1"), Duration.ofDays(1))
            .get(0);
    assertThat(SpiffeId.of(leaf)).isEqualTo(id);
    assertThat(leaf.getSubjectAlternativeNames())
        .extracting(name -> String.valueOf(name.get(1)))
        .contains("localhost", "127.0.0.1");
  }
}
