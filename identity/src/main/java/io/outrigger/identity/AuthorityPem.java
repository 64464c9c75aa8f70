package io.outrigger.identity;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;

/**
 * An authority as text: its key, and the roots that are trusted. The first is the key's own, which
 * signs; those after it are trusted beside it, as while one root follows another.
 *
 * @param certificates PEM, at least one
 * @param key PEM, PKCS #8
 */
public record AuthorityPem(String certificates, String key) {
  /** The name of the certificates, as a file and as an entry of a Secret. */
  public static final String CERTIFICATES = "root-cert.pem";

  /** The name of the key, as a file and as an entry of a Secret. */
  public static final String KEY = "ca-key.pem";

  /** The root certificate and its key, and further roots to trust. */
  record Root(X509Certificate certificate, PrivateKey key, List<X509Certificate> others) {}

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

  /**
   * Reads both.
   *
   * @param where they are from, for what is said of them
   * @throws IllegalArgumentException if they can't be read or don't belong together
   */
  Root read(String where, Instant now) {
    X509Certificate root;
    PrivateKey signing;
    List<X509Certificate> all;
    try {
      all = Pem.certificates(certificates);
      root = all.getFirst();
      signing = Pem.readPrivateKey(key);
      root.verify(root.getPublicKey());
      if (!belongTogether(signing, root.getPublicKey())) {
        throw new IllegalArgumentException(
            KEY + " isn't the key of the first certificate in " + CERTIFICATES);
      }
    } catch (IllegalArgumentException | GeneralSecurityException e) {
      throw new IllegalArgumentException(where + ": " + e.getMessage(), e);
    }
    for (X509Certificate certificate : all) {
      if (certificate.getBasicConstraints() < 0) {
        throw new IllegalArgumentException(
            where
                + ": "
                + CERTIFICATES
                + " has "
                + certificate.getSubjectX500Principal()
                + ", which isn't a CA's certificate");
      }
    }
    if (!now.isBefore(root.getNotAfter().toInstant())) {
      throw new IllegalArgumentException(
          where + ": " + CERTIFICATES + " expired on " + root.getNotAfter().toInstant());
    }
    return new Root(root, signing, all.subList(1, all.size()));
  }

  private static boolean belongTogether(PrivateKey key, PublicKey publicKey)
      throws GeneralSecurityException {
    Signature signature =
        Signature.getInstance(
            key.getAlgorithm().equals("EC") ? "SHA256withECDSA" : "SHA256withRSA");
    byte[] probe = Pem.utf8("probe");
    signature.initSign(key);
    signature.update(probe);
    byte[] signed = signature.sign();
    if (!publicKey.getAlgorithm().equals(key.getAlgorithm())) {
      return false;
    }
    signature.initVerify(publicKey);
    signature.update(probe);
    return signature.verify(signed);
  }
}
