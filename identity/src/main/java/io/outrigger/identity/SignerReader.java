package io.outrigger.identity;

import static io.outrigger.identity.AuthorityPem.CERTIFICATE;
import static io.outrigger.identity.AuthorityPem.CHAIN;
import static io.outrigger.identity.AuthorityPem.KEY;
import static io.outrigger.identity.AuthorityPem.ROOTS;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Reads an authority's texts, and refuses one that no peer would believe. */
final class SignerReader {
  private final AuthorityPem pem;
  private final Instant now;

  private SignerReader(AuthorityPem pem, Instant now) {
    this.pem = pem;
    this.now = now;
  }

  /**
   * Reads it.
   *
   * @param where it is from, for what is said of it
   * @throws IllegalArgumentException if it can't be used: where, what was found, and what to do
   */
  static Signer read(AuthorityPem pem, String where, Instant now) {
    try {
      return new SignerReader(pem, now).signer();
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(where + ": " + e.getMessage(), e);
    }
  }

  private Signer signer() {
    List<X509Certificate> roots = roots();
    List<X509Certificate> others = new ArrayList<>();
    X509Certificate signing = roots.getFirst();
    if (!rootSigns()) {
      others.addAll(certificates(CERTIFICATE, pem.certificate()));
      signing = others.removeFirst();
      if (!pem.chain().isBlank()) {
        others.addAll(certificates(CHAIN, pem.chain()));
      }
    }
    PrivateKey key = key(signing);
    List<X509Certificate> path =
        new SigningPath(others, roots, now).from(signing, rootSigns() ? ROOTS : CERTIFICATE);
    Set<X509Certificate> trusted = new LinkedHashSet<>(List.of(path.getLast()));
    trusted.addAll(roots);
    return new Signer(key, path, List.copyOf(trusted));
  }

  private boolean rootSigns() {
    return pem.certificate().isBlank();
  }

  private static List<X509Certificate> certificates(String file, String text) {
    if (text.isBlank()) {
      throw new IllegalArgumentException(
          missing(file) + "; it needs " + ROOTS + ", with the roots to trust, and " + KEY);
    }
    try {
      return Pem.certificates(text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(file + ": " + e.getMessage(), e);
    }
  }

  private static String missing(String file) {
    return "there is no " + file;
  }

  private List<X509Certificate> roots() {
    List<X509Certificate> roots = certificates(ROOTS, pem.roots());
    for (X509Certificate root : roots) {
      if (!SigningPath.isSignedBy(root, root)) {
        throw new IllegalArgumentException(
            SigningPath.has(ROOTS, root)
                + " isn't self-signed; an intermediate belongs into "
                + CERTIFICATE
                + ", if it is to sign, or else into "
                + CHAIN);
      }
      SigningPath.checkAuthority(root, ROOTS);
    }
    return roots;
  }

  private PrivateKey key(X509Certificate signing) {
    if (pem.key().isBlank()) {
      throw new IllegalArgumentException(
          missing(KEY) + "; it needs the key of " + owner() + ", EC or RSA, in PEM");
    }
    String algorithm = signing.getPublicKey().getAlgorithm();
    if (!algorithm.equals("EC") && !algorithm.equals("RSA")) {
      throw new IllegalArgumentException(
          owner() + " has a key of the kind " + algorithm + "; must be EC or RSA");
    }
    PrivateKey key;
    try {
      key = PrivateKeys.read(pem.key(), signing.getPublicKey(), null);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          KEY + " isn't a key of the kind of " + owner() + ", " + algorithm + ": " + e.getMessage(),
          e);
    }
    if (!PrivateKeys.fits(key, signing.getPublicKey())) {
      throw new IllegalArgumentException(
          KEY
              + " isn't the key of "
              + owner()
              + ", "
              + signing.getSubjectX500Principal()
              + (rootSigns() ? "; an intermediate that is to sign belongs into " + CERTIFICATE : "")
              + "; give both of one authority");
    }
    return key;
  }

  /** Whose the key must be. */
  private String owner() {
    return rootSigns() ? "the first certificate in " + ROOTS : CERTIFICATE;
  }
}
