package io.outrigger.control.ratelimit;

import io.outrigger.api.yaml.Node;
import io.outrigger.api.yaml.Yaml;
import io.outrigger.api.yaml.YamlException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * The limits of a folder's YAML files, read again when one changes. A folder with a problem
 * anywhere changes nothing: the last good limits stay.
 */
final class LimitFolder implements AutoCloseable {
  private static final long LOOK_MILLIS = 200;

  private final Path folder;
  private final Consumer<List<String>> outcome;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread thread = Thread.ofVirtual().name("limits").unstarted(this::watch);
  private Map<Path, String> seen = Map.of();
  private volatile Map<String, LimitNode> domains = Map.of();

  /** {@code outcome} takes the problems of each reading; none: its limits are in force. */
  LimitFolder(Path folder, Consumer<List<String>> outcome) {
    this.folder = folder;
    this.outcome = outcome;
  }

  /** Reads once, then watches. */
  void start() throws IOException {
    seen = contents();
    read();
    thread.start();
  }

  /** By domain. */
  Map<String, LimitNode> domains() {
    return domains;
  }

  @Override
  public void close() {
    closed.countDown();
  }

  /** Files are few and small: looking at their content misses no change, whatever made it. */
  private void watch() {
    try {
      while (!closed.await(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
        try {
          Map<Path, String> now = contents();
          if (!now.equals(seen)) {
            seen = now;
            read();
          }
        } catch (IOException e) {
          // a file that is being replaced: the next look sees it whole
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Map<Path, String> contents() throws IOException {
    Map<Path, String> found = new TreeMap<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        String name = file.getFileName().toString();
        if ((name.endsWith(".yaml") || name.endsWith(".yml")) && Files.isRegularFile(file)) {
          found.put(file, new String(Files.readAllBytes(file), StandardCharsets.UTF_8));
        }
      }
    }
    return found;
  }

  private void read() {
    List<String> problems = new ArrayList<>();
    Map<String, LimitNode> read = new HashMap<>();
    LimitFile reader = new LimitFile(problems);
    seen.forEach(
        (file, text) -> {
          try {
            for (Node document : Yaml.parseAll(file.toString(), text)) {
              reader.read(document, read);
            }
          } catch (YamlException e) {
            problems.add(String.valueOf(e.getMessage()));
          }
        });
    if (problems.isEmpty()) {
      domains = Map.copyOf(read);
    }
    outcome.accept(problems);
  }
}
