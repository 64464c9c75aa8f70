package io.outrigger.config.source;

import com.google.protobuf.ByteString;
import io.outrigger.config.compile.Problems;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/** Compiles DataSource messages. A file must be there when the configuration is loaded. */
public final class DataSourceCompiler {
  private static final DataSource EMPTY = new DataSource.Inline(ByteString.EMPTY);

  private DataSourceCompiler() {}

  public static DataSource compile(
      io.envoyproxy.envoy.config.core.v3.DataSource proto, Problems problems) {
    return switch (proto.getSpecifierCase()) {
      case INLINE_BYTES -> new DataSource.Inline(proto.getInlineBytes());
      case INLINE_STRING -> new DataSource.Inline(proto.getInlineStringBytes());
      case FILENAME -> {
        checkReadable(proto.getFilename(), problems.at("filename"));
        yield new DataSource.File(proto.getFilename(), proto.getWatchedDirectory().getPath());
      }
      case ENVIRONMENT_VARIABLE -> environment(proto.getEnvironmentVariable(), problems);
      case SPECIFIER_NOT_SET -> {
        problems.error(
            "one of filename, inline_string, inline_bytes or environment_variable is required");
        yield EMPTY;
      }
    };
  }

  /** The source's content now, as UTF-8 text. */
  public static String text(DataSource source, Problems problems) {
    return bytes(source, problems).toStringUtf8();
  }

  /** The source's content now. */
  public static ByteString bytes(DataSource source, Problems problems) {
    if (source instanceof DataSource.Inline inline) {
      return inline.bytes();
    }
    if (source instanceof DataSource.File file) {
      try {
        return ByteString.copyFrom(Files.readAllBytes(Path.of(file.path())));
      } catch (IOException | InvalidPathException e) {
        // A file that is not there was told of when the source was compiled.
        if (!problems.hasErrors()) {
          problems.error("filename", "cannot be read: " + e.getMessage());
        }
        return ByteString.EMPTY;
      }
    }
    throw new IllegalStateException("unknown DataSource: " + source.getClass().getName());
  }

  private static DataSource environment(String name, Problems problems) {
    String value = System.getenv(name);
    if (value == null) {
      problems.error("environment_variable", "'" + name + "' is not set in the environment");
      return EMPTY;
    }
    return new DataSource.Inline(ByteString.copyFrom(value, StandardCharsets.UTF_8));
  }

  private static void checkReadable(String path, Problems problems) {
    try {
      if (!path.isEmpty() && Files.isReadable(Path.of(path))) {
        return;
      }
    } catch (InvalidPathException _) {
      // falls through to the same problem
    }
    problems.error("'" + path + "' does not exist or cannot be read");
  }
}
