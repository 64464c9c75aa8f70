package io.outrigger.proxy.tls;

import io.outrigger.config.source.DataSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Reads the bytes that a data source names. */
final class DataSources {
  private DataSources() {}

  /** {@code field} is what the message of a failure calls it. */
  static byte[] read(DataSource source, String field) throws TlsException {
    if (source instanceof DataSource.Inline inline) {
      return inline.bytes().toByteArray();
    }
    if (source instanceof DataSource.File file) {
      try {
        return Files.readAllBytes(Path.of(file.path()));
      } catch (NoSuchFileException e) {
        throw new TlsException(field + ": there is no file " + file.path(), e);
      } catch (IOException e) {
        throw new TlsException(field + ": can't read " + file.path() + ": " + e.getMessage(), e);
      }
    }
    throw new IllegalStateException("unknown DataSource: " + source.getClass().getName());
  }
}
