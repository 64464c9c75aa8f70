package io.outrigger.cli.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Lays a copy of the shop's YAML where the control plane watches it, with a scenario's over it. */
final class ConfigFiles {
  private ConfigFiles() {}

  /** Files that are there and belong to neither go. */
  static void lay(Path home, Path config, @Nullable Scenario scenario) throws IOException {
    Map<String, Path> wanted = new TreeMap<>();
    for (Path file : list(home.resolve("demo/mesh"))) {
      wanted.put(String.valueOf(file.getFileName()), file);
    }
    if (scenario != null) {
      for (Path file : list(home.resolve("demo/scenarios").resolve(scenario.name()))) {
        wanted.put(String.valueOf(file.getFileName()), file);
      }
    }
    Files.createDirectories(config);
    for (Path file : list(config)) {
      if (!wanted.containsKey(String.valueOf(file.getFileName()))) {
        Files.delete(file);
      }
    }
    for (Map.Entry<String, Path> file : wanted.entrySet()) {
      Files.copy(
          file.getValue(), config.resolve(file.getKey()), StandardCopyOption.REPLACE_EXISTING);
    }
  }

  private static List<Path> list(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.filter(Files::isRegularFile).toList();
    }
  }
}
