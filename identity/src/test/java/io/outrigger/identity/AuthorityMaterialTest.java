package io.outrigger.identity;

import static io.outrigger.identity.TestAuthority.NOW;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What an authority may be made of, in Istio's four files, and what is refused with which words.
 */
class AuthorityMaterialTest {
  private static final SpiffeId REVIEWS = new SpiffeId("cluster.local", "shop", "reviews");
  private static final TestAuthority A = TestAuthority.of("root-a").root();
  private static final TestAuthority B = TestAuthority.of("root-b").root();
  private static final TestAuthority MIDDLE = TestAuthority.of("middle").below(A);
  private static final TestAuthority LOW = TestAuthority.of("low").below(MIDDLE);

  private static CertificateAuthority read(AuthorityPem pem) {
    return CertificateAuthority.of(pem, "Secret a/b", "cluster.local", () -> NOW);
  }

  private static AuthorityPem pem(String roots, String key, String certificate, String chain) {
    return new AuthorityPem(roots, key, certificate, chain);
  }

  private static Arguments good(
      String what, AuthorityPem pem, TestAuthority root, String... between) {
    return Arguments.of(what, pem, root, List.of(between));
  }

  static Stream<Arguments> good() {
    TestAuthority rsa = TestAuthority.of("rsa").keys(KeyPairs.rsa2048()).root();
    TestAuthority belowRsa = TestAuthority.of("middle").keys(KeyPairs.rsa2048()).below(rsa);
    TestAuthority other = TestAuthority.of("middle").keyId((byte) 1, (byte) 2).below(A);
    TestAuthority tight = TestAuthority.of("middle").pathLength(0).below(A);
    TestAuthority gone = TestAuthority.of("root-a").keys(A.keys()).to(NOW.minusSeconds(1)).root();
    String k = MIDDLE.keyPem();
    return Stream.of(
        good("a root", pem(A.pem(), A.keyPem(), "", ""), A),
        good("a root, another beside it", pem(A.pem() + B.pem(), A.keyPem(), "", ""), A),
        good("a root, its chain unneeded", pem(A.pem(), A.keyPem(), "", LOW.pem()), A),
        good("a root in all four", pem(A.pem(), A.keyPem(), A.pem(), A.pem()), A),
        good("the second root", pem(A.pem() + B.pem(), B.keyPem(), B.pem(), ""), B),
        good("no chain", pem(A.pem(), k, MIDDLE.pem(), ""), A, "middle"),
        good("itself as chain", pem(A.pem(), k, MIDDLE.pem(), MIDDLE.pem()), A, "middle"),
        good("with the root", pem(A.pem(), k, MIDDLE.pem(), MIDDLE.pem() + A.pem()), A, "middle"),
        good("under the second", pem(B.pem() + A.pem(), k, MIDDLE.pem(), ""), A, "middle"),
        good(
            "two levels",
            pem(A.pem(), LOW.keyPem(), LOW.pem(), LOW.pem() + MIDDLE.pem() + A.pem()),
            A,
            "low",
            "middle"),
        good(
            "in another order",
            pem(A.pem(), LOW.keyPem(), LOW.pem(), A.pem() + B.pem() + MIDDLE.pem()),
            A,
            "low",
            "middle"),
        good(
            "all in ca-cert.pem",
            pem(A.pem(), LOW.keyPem(), LOW.pem() + MIDDLE.pem(), ""),
            A,
            "low",
            "middle"),
        good("a key of EC", pem(A.pem(), MIDDLE.oldKeyPem(), MIDDLE.pem(), ""), A, "middle"),
        good(
            "RSA",
            pem(rsa.pem(), belowRsa.keyPem(), belowRsa.pem(), belowRsa.pem()),
            rsa,
            "middle"),
        good(
            "a key of RSA",
            pem(rsa.pem(), belowRsa.oldKeyPem(), belowRsa.pem(), ""),
            rsa,
            "middle"),
        good("a key id of its own", pem(A.pem(), other.keyPem(), other.pem(), ""), A, "middle"),
        good("no authority below", pem(A.pem(), tight.keyPem(), tight.pem(), ""), A, "middle"),
        good("the root renewed", pem(gone.pem() + A.pem(), k, MIDDLE.pem(), ""), A, "middle"),
        good("one that has expired beside", pem(A.pem() + gone.pem(), A.keyPem(), "", ""), A));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("good")
  void whatItSignsIsBelievedByItsRootAlone(
      String what, AuthorityPem pem, TestAuthority root, List<String> between) throws Exception {
    CertificateAuthority authority = read(pem);
    assertThat(authority.root()).isEqualTo(root.certificate());
    assertThat(authority.roots()).startsWith(root.certificate());
    SigningResult.Signed signed =
        (SigningResult.Signed)
            authority.sign(
                CertificateRequest.pem(KeyPairs.ecP256(), REVIEWS), REVIEWS, Duration.ZERO);
    assertThat(signed.chain()).allSatisfy(one -> assertThat(Pem.certificates(one)).hasSize(1));
    assertThat(signed.chain().getLast()).isEqualTo(root.pem());
    IssuedChain issued = IssuedChain.of(Pem.certificates(String.join("\n", signed.chain())));
    assertThat(issued.roots()).containsExactlyInAnyOrderElementsOf(authority.roots());
    assertThat(issued.chain().subList(1, issued.chain().size()))
        .extracting(certificate -> certificate.getSubjectX500Principal().getName())
        .containsExactlyElementsOf(between.stream().map(name -> "CN=" + name).toList());
    TrustBundle alone = new TrustBundle("cluster.local", List.of(root.certificate()));
    assertThat(alone.verify(issued.chain(), NOW)).isEqualTo(REVIEWS);
    List<X509Certificate> server =
        authority.issueServer(
            KeyPairs.ecP256(), REVIEWS, List.of("localhost"), List.of(), Duration.ofDays(1));
    assertThat(server).hasSize(2 + between.size()).endsWith(root.certificate());
  }

  static Stream<Arguments> bad() throws GeneralSecurityException {
    TestAuthority foreign = TestAuthority.of("middle").below(B);
    TestAuthority namesake = TestAuthority.of("middle").below(TestAuthority.of("root-a").root());
    TestAuthority leaf = TestAuthority.of("leaf").noAuthority().below(A);
    TestAuthority noSigner = TestAuthority.of("idle").usage(KeyUsage.cRLSign).below(A);
    TestAuthority expired = TestAuthority.of("late").to(NOW).below(A);
    TestAuthority early = TestAuthority.of("early").from(NOW.plusSeconds(1)).below(A);
    TestAuthority tight = TestAuthority.of("tight").pathLength(0).below(A);
    TestAuthority belowTight = TestAuthority.of("low").below(tight);
    TestAuthority tightRoot = TestAuthority.of("tight-root").pathLength(0).root();
    TestAuthority belowRoot = TestAuthority.of("middle").below(tightRoot);
    TestAuthority expiredRoot = TestAuthority.of("root-x").to(NOW).root();
    TestAuthority belowExpired = TestAuthority.of("middle").below(expiredRoot);
    TestAuthority elsewhere = TestAuthority.of("middle").onlyDomain("elsewhere").below(A);
    TestAuthority rsa = TestAuthority.of("rsa").keys(KeyPairs.rsa2048()).root();
    TestAuthority modern =
        TestAuthority.of("modern")
            .keys(KeyPairGenerator.getInstance("Ed25519").generateKeyPair())
            .below(A);
    String k = MIDDLE.keyPem();
    String m = MIDDLE.pem();
    return Stream.of(
        bad(pem("", k, m, ""), "there is no root-cert.pem; it needs root-cert.pem"),
        bad(pem(A.pem(), "", m, ""), "there is no ca-key.pem; it needs the key of ca-cert.pem"),
        bad(pem("x", k, m, ""), "root-cert.pem: PEM: there is no CERTIFICATE block"),
        bad(pem(A.pem(), k, "x", ""), "ca-cert.pem: PEM: there is no CERTIFICATE block"),
        bad(pem(A.pem(), k, m, "x"), "cert-chain.pem: PEM: there is no CERTIFICATE block"),
        bad(pem(A.pem(), "x", m, ""), "ca-key.pem isn't a key of the kind of ca-cert.pem, EC: "),
        bad(pem(A.pem(), rsa.keyPem(), m, ""), "ca-key.pem isn't a key of the kind of ca-cert.pem"),
        bad(pem(rsa.pem(), k, "", ""), "isn't a key of the kind of the first certificate in root-"),
        bad(
            pem(A.pem(), A.keyPem(), m, ""),
            "ca-key.pem isn't the key of ca-cert.pem, CN=middle; give both of one authority"),
        bad(
            pem(A.pem(), k, "", ""),
            "ca-key.pem isn't the key of the first certificate in root-cert.pem, CN=root-a; an"
                + " intermediate that is to sign belongs into ca-cert.pem"),
        bad(pem(m, k, "", ""), "root-cert.pem has CN=middle, which isn't self-signed; an inter"),
        bad(pem(A.pem() + m, A.keyPem(), "", ""), "root-cert.pem has CN=middle, which isn't self"),
        bad(
            pem(A.pem(), foreign.keyPem(), foreign.pem(), ""),
            "ca-cert.pem has CN=middle, which is signed by CN=root-b, and no certificate of that"
                + " name and key is in cert-chain.pem or root-cert.pem"),
        bad(
            pem(A.pem(), foreign.keyPem(), foreign.pem(), foreign.pem() + B.pem()),
            "cert-chain.pem has CN=root-b, which is self-signed and isn't in root-cert.pem"),
        bad(pem(A.pem(), namesake.keyPem(), namesake.pem(), ""), "which is signed by CN=root-a"),
        bad(pem(A.pem(), LOW.keyPem(), LOW.pem(), LOW.pem()), "which is signed by CN=middle"),
        bad(pem(A.pem(), B.keyPem(), B.pem(), ""), "has CN=root-b, which is self-signed and isn"),
        bad(pem(A.pem(), leaf.keyPem(), leaf.pem(), ""), "has CN=leaf, which isn't a CA's cert"),
        bad(pem(A.pem(), noSigner.keyPem(), noSigner.pem(), ""), "must have keyCertSign"),
        bad(
            pem(A.pem(), expired.keyPem(), expired.pem(), ""),
            "ca-cert.pem has CN=late, which expired on 2026-03-01T12:00:00Z"),
        bad(
            pem(A.pem(), early.keyPem(), early.pem(), ""),
            "ca-cert.pem has CN=early, which isn't valid before 2026-03-01T12:00:01Z"),
        bad(
            pem(expiredRoot.pem(), belowExpired.keyPem(), belowExpired.pem(), ""),
            "root-cert.pem has CN=root-x, which expired on"),
        bad(
            pem(A.pem(), belowTight.keyPem(), belowTight.pem(), tight.pem()),
            "cert-chain.pem has CN=tight, which allows 0 authorities below it (pathlen), and there"
                + " are 1"),
        bad(
            pem(tightRoot.pem(), belowRoot.keyPem(), belowRoot.pem(), ""),
            "root-cert.pem has CN=tight-root, which allows 0 authorities"),
        bad(
            pem(A.pem(), elsewhere.keyPem(), elsewhere.pem(), ""),
            "a workload's certificate that it signs isn't believed: "),
        bad(
            pem(A.pem(), modern.keyPem(), modern.pem(), ""),
            "ca-cert.pem has a key of the kind EdDSA; must be EC or RSA"));
  }

  private static Arguments bad(AuthorityPem pem, String message) {
    return Arguments.of(message, pem);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("bad")
  void whatNobodyWouldBelieveIsRefused(String message, AuthorityPem pem) {
    assertThatThrownBy(() -> read(pem))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("Secret a/b: ")
        .hasMessageContaining(message)
        .hasMessageNotContaining(MIDDLE.keyPem().lines().toList().get(1));
  }

  @Test
  void itSignsNothingBeyondTheEndOfItsPath() {
    TestAuthority brief = TestAuthority.of("brief").to(NOW.plusSeconds(60)).below(A);
    TestAuthority low = TestAuthority.of("low").below(brief);
    AuthorityPem pem = pem(A.pem(), low.keyPem(), low.pem(), brief.pem());
    var now = new java.time.Instant[] {NOW};
    CertificateAuthority authority =
        CertificateAuthority.of(pem, "Secret a/b", "cluster.local", () -> now[0]);
    String csr = CertificateRequest.pem(KeyPairs.ecP256(), REVIEWS);
    assertThat(((SigningResult.Signed) authority.sign(csr, REVIEWS, Duration.ZERO)).notAfter())
        .isEqualTo(NOW.plusSeconds(60));
    now[0] = NOW.plusSeconds(60);
    assertThat(authority.sign(csr, REVIEWS, Duration.ZERO))
        .isEqualTo(
            new SigningResult.Unavailable(
                "the authority's own certificate expired 2026-03-01T12:01:00Z"));
  }

  @Test
  void itsTextTellsNoKey() {
    assertThat(pem(A.pem(), A.keyPem(), "", "").toString()).isEqualTo("AuthorityPem");
  }
}
