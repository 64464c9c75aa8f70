package io.outrigger.identity;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;

/** The authority's root on disk. */
final class RootFiles {
  private RootFiles() {}

  static AuthorityPem.Root open(Path directory, String trustDomain, Instant now)
      throws IOException {
    return KeyFiles.locked(
        directory,
        () -> {
          Path key = directory.resolve(AuthorityPem.KEY);
          Path certificates = directory.resolve(AuthorityPem.CERTIFICATES);
          if (!Files.exists(key) && !Files.exists(certificates)) {
            AuthorityPem made = AuthorityPem.create(trustDomain, now);
            KeyFiles.writePrivate(key, made.key());
            KeyFiles.writePublic(certificates, made.certificates());
          }
          return read(directory, key, certificates, now);
        });
  }

  private static AuthorityPem.Root read(Path directory, Path key, Path certificates, Instant now)
      throws IOException {
    for (Path file : new Path[] {key, certificates}) {
      if (!Files.isReadable(file)) {
        throw new IOException(
            file
                + " is missing or unreadable, but its partner is there; restore it, or remove both");
      }
    }
    try {
      return new AuthorityPem(Files.readString(certificates), Files.readString(key))
          .read(directory.toString(), now);
    } catch (IllegalArgumentException e) {
      throw new IOException(e.getMessage(), e);
    }
  }
}
