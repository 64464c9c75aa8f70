package io.outrigger.config.source;

import com.google.protobuf.ByteString;

/** Bytes that are inline or in a file. Environment variables are read when it is compiled. */
public sealed interface DataSource {
  /** Bytes at hand. */
  record Inline(ByteString bytes) implements DataSource {}

  /** A file, and the directory to watch for its replacement; empty: the file's own. */
  record File(String path, String watchedDirectory) implements DataSource {}
}
