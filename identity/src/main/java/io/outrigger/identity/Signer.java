package io.outrigger.identity;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;

/**
 * What an authority signs by, and what is trusted.
 *
 * @param path from the certificate of the key to its root; one where the root itself signs
 * @param roots all that are trusted, that of the path first
 */
record Signer(PrivateKey key, List<X509Certificate> path, List<X509Certificate> roots) {
  Signer {
    path = List.copyOf(path);
    roots = List.copyOf(roots);
  }

  /** The certificate of the key. */
  X509Certificate certificate() {
    return path.getFirst();
  }

  X509Certificate root() {
    return path.getLast();
  }

  /** What peers need beside a leaf to come to the root. */
  List<X509Certificate> intermediates() {
    return path.subList(0, path.size() - 1);
  }

  /** When the first of the path expires: nothing that it signs is good for longer. */
  Instant end() {
    Instant end = Instant.MAX;
    for (X509Certificate certificate : path) {
      Instant own = certificate.getNotAfter().toInstant();
      end = own.isBefore(end) ? own : end;
    }
    return end;
  }
}
