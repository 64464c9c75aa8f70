package io.outrigger.identity;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;

/** An authority's texts as files of a directory. */
public final class AuthorityFiles {
  private AuthorityFiles() {}

  /**
   * Reads them; makes root and key where there is neither, the key readable by its owner only.
   *
   * @throws IOException if one can't be read or written; says which
   */
  public static AuthorityPem open(Path directory, String trustDomain, Instant now)
      throws IOException {
    return KeyFiles.locked(
        directory,
        () -> {
          Path key = directory.resolve(AuthorityPem.KEY);
          Path roots = directory.resolve(AuthorityPem.ROOTS);
          if (!Files.exists(key)
              && !Files.exists(roots)
              && !Files.exists(directory.resolve(AuthorityPem.CERTIFICATE))) {
            AuthorityPem made = AuthorityPem.create(trustDomain, now);
            KeyFiles.writePrivate(key, made.key());
            KeyFiles.writePublic(roots, made.roots());
          }
          return read(directory);
        });
  }

  /**
   * Reads what is there.
   *
   * @throws IOException if one can't be read, or one that is needed isn't there; says which
   */
  public static AuthorityPem read(Path directory) throws IOException {
    for (String name : new String[] {AuthorityPem.KEY, AuthorityPem.ROOTS}) {
      Path file = directory.resolve(name);
      if (!Files.isReadable(file)) {
        throw new IOException(
            file
                + " is missing or unreadable; restore it, or remove all of "
                + directory
                + "'s authority to have a new one made");
      }
    }
    return new AuthorityPem(
        text(directory, AuthorityPem.ROOTS),
        text(directory, AuthorityPem.KEY),
        text(directory, AuthorityPem.CERTIFICATE),
        text(directory, AuthorityPem.CHAIN));
  }

  private static String text(Path directory, String name) throws IOException {
    Path file = directory.resolve(name);
    try {
      return Files.exists(file) ? Files.readString(file) : "";
    } catch (IOException e) {
      throw new IOException(file + " can't be read: " + e, e);
    }
  }
}
