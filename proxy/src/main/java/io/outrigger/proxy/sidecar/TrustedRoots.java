package io.outrigger.proxy.sidecar;

import io.outrigger.identity.Fingerprint;
import io.outrigger.identity.Pem;
import io.outrigger.proxy.log.Log;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.cert.X509Certificate;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The roots that the workload trusts: those in {@code --ca-file}, as it is at the moment, and those
 * that the control plane named with the last certificate. Where that file is the one in which the
 * sidecar itself keeps what it was told, as after {@code outrigger join}, that alone counts. On the
 * configuration loop.
 */
final class TrustedRoots {
  private final Path file;
  private final boolean own;
  private List<X509Certificate> given;
  private List<X509Certificate> told = List.of();
  private String seen;

  /**
   * Reads the file.
   *
   * @throws UsageException if it can't be read; says why
   */
  TrustedRoots(Path file, Path stateDir) throws UsageException {
    this.file = file;
    this.own = absolute(file).equals(absolute(CertificateFiles.roots(stateDir)));
    this.seen = identity();
    try {
      this.given = Pem.certificates(Files.readString(file));
    } catch (IOException e) {
      throw new UsageException(
          "--ca-file "
              + file
              + " can't be read ("
              + e.getMessage()
              + "); it is root-cert.pem in the control plane's --state-dir");
    } catch (IllegalArgumentException e) {
      throw new UsageException("--ca-file " + file + ": " + e.getMessage());
    }
  }

  private static Path absolute(Path path) {
    return path.toAbsolutePath().normalize();
  }

  /** All of them, each once. */
  List<X509Certificate> all() {
    if (told.isEmpty()) {
      return given;
    }
    Set<X509Certificate> all = new LinkedHashSet<>(told);
    if (!own) {
      all.addAll(given);
    }
    return List.copyOf(all);
  }

  /**
   * What the control plane trusts now.
   *
   * @param roots empty: it doesn't say
   */
  void tell(List<X509Certificate> roots) {
    List<X509Certificate> before = all();
    told = List.copyOf(roots);
    boolean _ = changed(before);
  }

  /** Reads the file again if it is another one; whether other roots are trusted for it. */
  boolean look() {
    String now = identity();
    if (now.equals(seen)) {
      return false;
    }
    List<X509Certificate> read;
    try {
      read = Pem.certificates(Files.readString(file));
    } catch (IOException | IllegalArgumentException e) {
      if (!now.equals("gone")) { // which a file may be for a moment, while another takes its place
        seen = now;
        Log.SECRET.warning(
            "--ca-file " + file + " has changed and can't be read, what it held stays: " + e);
      }
      return false;
    }
    seen = now;
    List<X509Certificate> before = all();
    given = read;
    if (own) {
      told = read;
    }
    return changed(before);
  }

  /** Whether others are trusted now; says which. */
  private boolean changed(List<X509Certificate> before) {
    List<X509Certificate> now = all();
    boolean changed = !now.equals(before);
    if (changed) {
      Log.SECRET.info(
          "trusts " + now.stream().map(Fingerprint::of).collect(Collectors.joining(", ")));
    }
    return changed;
  }

  /** What tells the file from one that was there before; links are followed. */
  private String identity() {
    try {
      BasicFileAttributes found = Files.readAttributes(file, BasicFileAttributes.class);
      return found.fileKey() + " " + found.lastModifiedTime() + " " + found.size();
    } catch (IOException e) {
      return "gone";
    }
  }
}
