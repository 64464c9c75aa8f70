package io.outrigger.identity;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.time.Instant;

/** The authority's root on disk. */
final class RootFiles {
  /** The root certificate and its key. */
  record Root(X509Certificate certificate, PrivateKey key) {}

  static final String CERTIFICATE = "root-cert.pem";
  static final String KEY = "ca-key.pem";

  private RootFiles() {}

  static Root open(Path directory, String trustDomain, Instant now) throws IOException {
    return KeyFiles.locked(
        directory,
        () -> {
          Path key = directory.resolve(KEY);
          Path certificate = directory.resolve(CERTIFICATE);
          if (!Files.exists(key) && !Files.exists(certificate)) {
            return create(key, certificate, trustDomain, now);
          }
          return read(key, certificate, now);
        });
  }

  private static Root create(Path key, Path certificate, String trustDomain, Instant now)
      throws IOException {
    KeyPair keys = KeyPairs.ecP256();
    X509Certificate root =
        Certificates.root(
            keys,
            trustDomain,
            now.minus(CertificateAuthority.SKEW),
            now.plus(CertificateAuthority.ROOT_TTL));
    KeyFiles.writePrivate(key, Pem.privateKey(keys.getPrivate()));
    KeyFiles.writePublic(certificate, Pem.certificate(root));
    return new Root(root, keys.getPrivate());
  }

  private static Root read(Path key, Path certificate, Instant now) throws IOException {
    for (Path file : new Path[] {key, certificate}) {
      if (!Files.isReadable(file)) {
        throw new IOException(
            file
                + " is missing or unreadable, but its partner is there; restore it, or remove both");
      }
    }
    Root root;
    try {
      X509Certificate x509 = Pem.certificates(Files.readString(certificate)).get(0);
      root = new Root(x509, Pem.readPrivateKey(Files.readString(key)));
      x509.verify(x509.getPublicKey());
      if (!belongTogether(root.key(), x509.getPublicKey())) {
        throw new IOException(key + " isn't the key of " + certificate);
      }
    } catch (IllegalArgumentException | GeneralSecurityException e) {
      throw new IOException(certificate + " or " + key + ": " + e.getMessage(), e);
    }
    if (root.certificate().getBasicConstraints() < 0) {
      throw new IOException(certificate + " isn't a CA's certificate");
    }
    if (!now.isBefore(root.certificate().getNotAfter().toInstant())) {
      throw new IOException(
          certificate + " expired on " + root.certificate().getNotAfter().toInstant());
    }
    return root;
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
