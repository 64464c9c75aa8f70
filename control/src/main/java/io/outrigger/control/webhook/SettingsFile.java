package io.outrigger.control.webhook;

import io.outrigger.control.inject.InjectionSettings;
import io.outrigger.control.inject.InjectionSettingsReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.function.Supplier;

/** The file of injection's settings, read again when it has changed; the last good ones hold. */
final class SettingsFile implements Supplier<InjectionSettings> {
  private static final System.Logger LOG = System.getLogger("inject");

  private final Path file;
  private InjectionSettings settings;
  private FileTime modified;

  /**
   * Reads it.
   *
   * @throws IOException if it can't be, or what is wrong in it
   */
  SettingsFile(Path file) throws IOException {
    this.file = file;
    this.modified = Files.getLastModifiedTime(file);
    this.settings = InjectionSettingsReader.read(file);
  }

  @Override
  public synchronized InjectionSettings get() {
    try {
      FileTime now = Files.getLastModifiedTime(file);
      if (!now.equals(modified)) {
        modified = now;
        settings = InjectionSettingsReader.read(file);
        LOG.log(System.Logger.Level.INFO, () -> file + " has changed, and is in force");
      }
    } catch (IOException e) {
      LOG.log(
          System.Logger.Level.WARNING, () -> file + " stays as it was before: " + e.getMessage());
    }
    return settings;
  }
}
