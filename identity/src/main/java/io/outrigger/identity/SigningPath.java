package io.outrigger.identity;

import static io.outrigger.identity.AuthorityPem.CHAIN;
import static io.outrigger.identity.AuthorityPem.ROOTS;

import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Finds the way from a certificate to a trusted root, and looks whether each may sign the next. */
final class SigningPath {
  /** RFC 5280, 4.2.1.3. */
  private static final int KEY_CERT_SIGN = 5;

  private final List<X509Certificate> others;
  private final List<X509Certificate> roots;
  private final Instant now;

  /**
   * Will look among these.
   *
   * @param others in any order, also ones that aren't needed
   */
  SigningPath(List<X509Certificate> others, List<X509Certificate> roots, Instant now) {
    this.others = others;
    this.roots = roots;
    this.now = now;
  }

  /**
   * The certificates from the one that signs to its root, both with it.
   *
   * @param file what has the first
   * @throws IllegalArgumentException if there is none, or one of it can't be used
   */
  List<X509Certificate> from(X509Certificate signing, String file) {
    List<X509Certificate> path = new ArrayList<>(List.of(signing));
    while (!roots.contains(path.getLast())) {
      X509Certificate last = path.getLast();
      X509Certificate issuer = issuer(last, roots);
      issuer = issuer == null ? issuer(last, others) : issuer;
      if (issuer == null || path.contains(issuer)) {
        throw new IllegalArgumentException(
            has(path.size() == 1 ? file : CHAIN, last)
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
    for (int i = 0; i < path.size(); i++) {
      check(path.get(i), i, i == 0 ? file : i == path.size() - 1 ? ROOTS : CHAIN);
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

  static boolean isSignedBy(X509Certificate certificate, X509Certificate issuer) {
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

  static void checkAuthority(X509Certificate certificate, String file) {
    if (certificate.getBasicConstraints() < 0) {
      throw new IllegalArgumentException(
          has(file, certificate) + " isn't a CA's certificate: basicConstraints must have CA:TRUE");
    }
  }

  /** To be followed by what is wrong with it. */
  static String has(String file, X509Certificate certificate) {
    return file + " has " + certificate.getSubjectX500Principal() + ", which";
  }
}
