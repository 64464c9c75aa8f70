package io.outrigger.proxy.runtime;

import io.outrigger.config.runtime.RuntimeValue;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** Reads a directory as runtime values: a file a key, directories joined by dots. */
final class DiskLayer {
  private static final int DEEPEST = 16;

  private DiskLayer() {}

  static Map<String, RuntimeValue> read(Path directory) throws IOException {
    Map<String, RuntimeValue> values = new HashMap<>();
    walk(directory, "", values, 0);
    return values;
  }

  private static void walk(
      Path directory, String prefix, Map<String, RuntimeValue> values, int depth)
      throws IOException {
    if (depth > DEEPEST) {
      throw new IOException(directory + " is deeper than " + DEEPEST + " directories");
    }
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
      for (Path entry : entries) {
        String name = prefix + entry.getFileName();
        if (Files.isDirectory(entry)) {
          walk(entry, name + ".", values, depth + 1);
        } else if (!String.valueOf(entry.getFileName()).startsWith(".")) {
          values.put(name, value(Files.readString(entry)));
        }
      }
    }
  }

  /** Lines that begin with # are comments; a share is written as FractionalPercent in YAML. */
  static RuntimeValue value(String file) {
    StringBuilder text = new StringBuilder();
    for (String line : file.split("\n", -1)) {
      if (!line.startsWith("#")) {
        text.append(line).append('\n');
      }
    }
    String value = text.toString().strip();
    if (!value.contains("numerator:")) {
      return RuntimeValue.of(value);
    }
    long numerator = 0;
    int denominator = 100;
    for (String part : value.replace("{", "").replace("}", "").split("[\n,]", -1)) {
      int colon = part.indexOf(':');
      String word = colon < 0 ? "" : part.substring(0, colon).strip();
      String said = colon < 0 ? "" : part.substring(colon + 1).strip();
      if (word.equals("numerator")) {
        numerator = Math.max(0, RuntimeValue.of(said).number());
      } else if (word.equals("denominator")) {
        denominator =
            said.equals("MILLION") ? 1_000_000 : said.equals("TEN_THOUSAND") ? 10_000 : 100;
      }
    }
    return RuntimeValue.share(value, numerator, denominator);
  }
}
