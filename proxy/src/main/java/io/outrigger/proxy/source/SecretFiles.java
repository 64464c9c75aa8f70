package io.outrigger.proxy.source;

import io.outrigger.config.source.DataSource;
import io.outrigger.config.tls.Secret;
import io.outrigger.config.tls.TlsCertificate;
import io.outrigger.config.tls.ValidationConfig;
import io.outrigger.proxy.log.Log;
import io.outrigger.proxy.snapshot.Configuration;
import io.outrigger.proxy.snapshot.Snapshot;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Watches the files that secrets of SDS name, and puts a secret in force anew when one of them is
 * replaced. As in Envoy, files that a TLS context names itself are read once.
 */
public final class SecretFiles implements Configuration.Listener {
  private final Configuration configuration;
  private final FileWatches watches;
  private final Map<String, List<WatchedFile>> files = new HashMap<>();
  private Map<String, Secret> last = Map.of();

  public SecretFiles(Configuration configuration, FileWatches watches) {
    this.configuration = configuration;
    this.watches = watches;
  }

  @Override
  @SuppressWarnings("ReferenceEquality") // snapshots share what didn't change
  public void onPublished(Snapshot snapshot) {
    Map<String, Secret> before = last;
    Map<String, Secret> now = snapshot.secrets();
    if (now == before) {
      return;
    }
    last = now;
    for (String gone : before.keySet()) {
      if (!now.containsKey(gone)) {
        unwatch(gone);
      }
    }
    for (Secret secret : now.values()) {
      if (before.get(secret.name()) != secret && configuration.isDynamic(secret)) {
        unwatch(secret.name());
        watch(secret);
      }
    }
  }

  private void unwatch(String name) {
    List<WatchedFile> watched = files.remove(name);
    if (watched != null) {
      watched.forEach(WatchedFile::close);
    }
  }

  private void watch(Secret secret) {
    List<WatchedFile> watched = new ArrayList<>();
    for (DataSource.File file : named(secret)) {
      try {
        watched.add(
            new WatchedFile(
                watches,
                file.path(),
                file.watchedDirectory(),
                () -> configuration.readAgain(secret.name())));
      } catch (IOException | RuntimeException e) {
        Log.CONFIG.error(
            "secret "
                + secret.name()
                + ": "
                + file.path()
                + " can't be watched: "
                + e.getMessage());
      }
    }
    if (!watched.isEmpty()) {
      files.put(secret.name(), watched);
    }
  }

  private static List<DataSource.File> named(Secret secret) {
    List<DataSource.File> found = new ArrayList<>();
    if (secret instanceof Secret.Certificate known) {
      TlsCertificate certificate = known.certificate();
      add(found, certificate.chain(), certificate.watchedDirectory());
      add(found, certificate.privateKey(), certificate.watchedDirectory());
      add(found, certificate.pkcs12(), certificate.watchedDirectory());
    } else if (secret instanceof Secret.Validation known) {
      ValidationConfig validation = known.validation();
      add(found, validation.trustedCa(), "");
      add(found, validation.crl(), "");
      validation.trustDomains().forEach(domain -> add(found, domain.trustBundle(), ""));
    }
    return found;
  }

  private static void add(
      List<DataSource.File> found, @Nullable DataSource source, String directory) {
    if (source instanceof DataSource.File file) {
      found.add(
          file.watchedDirectory().isEmpty() && !directory.isEmpty()
              ? new DataSource.File(file.path(), directory)
              : file);
    }
  }
}
