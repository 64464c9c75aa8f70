package io.outrigger.proxy.sidecar;

import io.outrigger.identity.KeyFiles;
import io.outrigger.identity.Pem;
import io.outrigger.identity.SpiffeId;
import io.outrigger.proxy.log.Log;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The workload's key and certificate in the state directory, under the names that Istio uses. */
final class CertificateFiles {
  private static final String KEY = "key.pem";
  private static final String CHAIN = "cert-chain.pem";
  private static final String ROOTS = "root-cert.pem";

  private final Path directory;

  CertificateFiles(Path directory) {
    this.directory = directory;
  }

  /** Where the roots are kept. */
  static Path roots(Path directory) {
    return directory.resolve(ROOTS);
  }

  /** What a run before has left, if it is still good and this workload's; else null. */
  @Nullable WorkloadCertificate load(SpiffeId expected, Instant now) {
    if (!Files.exists(directory.resolve(KEY))) {
      return null;
    }
    try {
      PrivateKey key = Pem.readPrivateKey(Files.readString(directory.resolve(KEY)));
      List<X509Certificate> chain = Pem.certificates(Files.readString(directory.resolve(CHAIN)));
      List<X509Certificate> roots = Pem.certificates(Files.readString(roots(directory)));
      SpiffeId id = SpiffeId.of(chain.getFirst());
      if (id == null || !id.sameWorkload(expected)) {
        Log.SECRET.warning(
            directory + " holds the certificate of " + id + ", not of " + expected + "; ignored");
        return null;
      }
      WorkloadCertificate certificate = new WorkloadCertificate(id, key, chain, roots);
      if (!certificate.validAt(now)) {
        Log.SECRET.info("the certificate in " + directory + " expired " + certificate.notAfter());
        return null;
      }
      return certificate;
    } catch (IOException | IllegalArgumentException e) {
      Log.SECRET.warning(
          "the certificate in " + directory + " can't be read, and is ignored: " + e.getMessage());
      return null;
    }
  }

  /** Writes the key for its owner only, and the certificate with it. */
  void save(WorkloadCertificate certificate) throws IOException {
    // The chain is written last: a key without its chain is ignored, as is one of another key.
    KeyFiles.writePrivate(directory.resolve(KEY), Pem.privateKey(certificate.key()));
    KeyFiles.writePublic(roots(directory), Pem.certificates(certificate.roots()));
    KeyFiles.writePublic(directory.resolve(CHAIN), Pem.certificates(certificate.chain()));
  }
}
