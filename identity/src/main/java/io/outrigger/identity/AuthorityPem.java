package io.outrigger.identity;

import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.function.UnaryOperator;

/**
 * An authority as text, under the names that Istio has for it. Each is empty where it isn't given.
 *
 * @param roots PEM: what is trusted; without {@code certificate} the first of them signs
 * @param key PEM: of what signs
 * @param certificate PEM: what signs, where that is an intermediate
 * @param chain PEM: from there up to a root, with it or without
 */
public record AuthorityPem(String roots, String key, String certificate, String chain) {
  /** The name of the roots, as a file and as an entry of a Secret. */
  public static final String ROOTS = "root-cert.pem";

  /** The name of the key. */
  public static final String KEY = "ca-key.pem";

  /** The name of the certificate that signs. */
  public static final String CERTIFICATE = "ca-cert.pem";

  /** The name of its chain. */
  public static final String CHAIN = "cert-chain.pem";

  /** One whose first root signs. */
  public AuthorityPem(String roots, String key) {
    this(roots, key, "", "");
  }

  /**
   * One of texts that have the four names.
   *
   * @param entry gives the text of a name; empty for none
   */
  public static AuthorityPem of(UnaryOperator<String> entry) {
    return new AuthorityPem(
        entry.apply(ROOTS), entry.apply(KEY), entry.apply(CERTIFICATE), entry.apply(CHAIN));
  }

  /** A new one, whose name says for which trust domain. */
  public static AuthorityPem create(String trustDomain, Instant now) {
    KeyPair keys = KeyPairs.ecP256();
    X509Certificate root =
        Certificates.root(
            keys,
            trustDomain,
            now.minus(CertificateAuthority.SKEW),
            now.plus(CertificateAuthority.ROOT_TTL));
    return new AuthorityPem(Pem.certificate(root), Pem.privateKey(keys.getPrivate()));
  }

  /** Nothing of it: there is a key among it. */
  @Override
  public String toString() {
    return "AuthorityPem";
  }
}
