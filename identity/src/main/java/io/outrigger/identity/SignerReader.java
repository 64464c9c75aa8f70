package io.outrigger.identity;

import static io.outrigger.identity.AuthorityPem.CERTIFICATE;
import static io.outrigger.identity.AuthorityPem.CHAIN;
import static io.outrigger.identity.AuthorityPem.KEY;
import static io.outrigger.identity.AuthorityPem.ROOTS;

import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads an authority's texts, and refuses one that no peer would believe. */
final class SignerReader {
  /** RFC 5280, 4.2.1.3. */
  private static final int KEY_CERT_SIGN = 5;

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
    List<X509Certificate> path = path(signing, others, roots);
    for (int i = 0; i < path.size(); i++) {
      check(path.get(i), i, file(i, path.size()));
    }
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
      if (!isSignedBy(root, root)) {
        throw new IllegalArgumentException(
            has(ROOTS, root)
                + " isn't self-signed; an intermediate belongs into "
                + CERTIFICATE
                + ", if it is to sign, or else into "
                + CHAIN);
      }
      checkAuthority(root, ROOTS);
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

  private List<X509Certificate> path(
      X509Certificate signing, List<X509Certificate> others, List<X509Certificate> roots) {
    List<X509Certificate> path = new ArrayList<>(List.of(signing));
    while (!roots.contains(path.getLast())) {
      X509Certificate last = path.getLast();
      X509Certificate issuer = issuer(last, roots);
      issuer = issuer == null ? issuer(last, others) : issuer;
      if (issuer == null || path.contains(issuer)) {
        throw new IllegalArgumentException(
            has(path.size() == 1 ? CERTIFICATE : CHAIN, last)
                + (isSignedBy(last, last)
                    ? " is self-signed and isn't in " + ROOTS + "; put it there to trust it"
                    : " is signed by "
                        + last.getIssuerX500Principal()
                        + ", and no certificate of that name and key is in "
                        + CHAIN
                        + " or "
                        + ROOTS
                        + "; intermediates belong into the first, the root into the second"));
      }
      path.add(issuer);
    }
    return path;
  }

  /** The one that signed; of several, as when one was renewed, one that is valid now. */
  private @Nullable X509Certificate issuer(X509Certificate of, List<X509Certificate> candidates) {
    X509Certificate found = null;
    for (X509Certificate candidate : candidates) {
      if (isSignedBy(of, candidate)) {
        if (isBegun(candidate) && !isExpired(candidate)) {
          return candidate;
        }
        found = candidate;
      }
    }
    return found;
  }

  private static boolean isSignedBy(X509Certificate certificate, X509Certificate issuer) {
    if (!certificate.getIssuerX500Principal().equals(issuer.getSubjectX500Principal())) {
      return false;
    }
    try {
      certificate.verify(issuer.getPublicKey());
      return true;
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  private String file(int index, int length) {
    if (index == 0 && !rootSigns()) {
      return CERTIFICATE;
    }
    return index == length - 1 ? ROOTS : CHAIN;
  }

  /**
   * Looks whether it may sign what is below it.
   *
   * @param below how many authorities there are between it and the leaves
   */
  private void check(X509Certificate certificate, int below, String file) {
    checkAuthority(certificate, file);
    boolean[] usage = certificate.getKeyUsage();
    if (usage != null && !usage[KEY_CERT_SIGN]) {
      throw new IllegalArgumentException(
          has(file, certificate) + " may not sign certificates: keyUsage must have keyCertSign");
    }
    if (certificate.getBasicConstraints() < below) {
      throw new IllegalArgumentException(
          has(file, certificate)
              + " allows "
              + certificate.getBasicConstraints()
              + " authorities below it (pathlen), and there are "
              + below);
    }
    if (isExpired(certificate)) {
      throw new IllegalArgumentException(
          has(file, certificate)
              + " expired on "
              + certificate.getNotAfter().toInstant()
              + "; put one in its place that is valid");
    }
    if (!isBegun(certificate)) {
      throw new IllegalArgumentException(
          has(file, certificate) + " isn't valid before " + certificate.getNotBefore().toInstant());
    }
  }

  private boolean isExpired(X509Certificate certificate) {
    return !now.isBefore(certificate.getNotAfter().toInstant());
  }

  private boolean isBegun(X509Certificate certificate) {
    return !now.isBefore(certificate.getNotBefore().toInstant());
  }

  private static void checkAuthority(X509Certificate certificate, String file) {
    if (certificate.getBasicConstraints() < 0) {
      throw new IllegalArgumentException(
          has(file, certificate) + " isn't a CA's certificate: basicConstraints must have CA:TRUE");
    }
  }

  /** To be followed by what is wrong with it. */
  private static String has(String file, X509Certificate certificate) {
    return file + " has " + certificate.getSubjectX500Principal() + ", which";
  }
}
