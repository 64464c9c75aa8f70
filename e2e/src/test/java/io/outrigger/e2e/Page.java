package io.outrigger.e2e;

import io.outrigger.testkit.Program;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The commands that a page of the documentation shows, to be run as they stand there. */
public final class Page {
  private final String name;
  private final List<String> commands = new ArrayList<>();

  /** Reads a page of docs/tasks. */
  public Page(String name) throws IOException {
    this.name = name;
    boolean shell = false;
    String begun = "";
    for (String line : Files.readAllLines(Installed.home().resolve("docs/tasks/" + name))) {
      if (line.startsWith("```")) {
        shell = line.equals("```sh");
      } else if (shell && line.endsWith("\\")) {
        begun += line.substring(0, line.length() - 1);
      } else if (shell) {
        commands.add(begun + line);
        begun = "";
      }
    }
  }

  /**
   * The one command that has these words in it, at its end if they end with a dollar sign; it may
   * stand there more than once.
   */
  public String command(String words) {
    List<String> found =
        commands.stream()
            .filter(
                line ->
                    words.endsWith("$")
                        ? line.endsWith(words.substring(0, words.length() - 1))
                        : line.contains(words))
            .distinct()
            .toList();
    if (found.size() != 1) {
      throw new AssertionError(name + " has " + found.size() + " commands with " + words);
    }
    return found.getFirst();
  }

  /** Starts a command that goes on, where the page's reader would. */
  public Program start(String words, Path directory) throws IOException {
    return Program.start(
        words,
        shell("exec " + command(words)),
        Map.of("OUTRIGGER_BUILD", "never"),
        directory.resolve(words.replaceAll("\\W", "") + ".log"));
  }

  /** Runs a command to its end; what it prints. */
  public String run(String words) throws IOException {
    return run(words, Installed.home());
  }

  /** Likewise, where the page's reader has files of theirs. */
  public String run(String words, Path directory) throws IOException {
    Path errors = Files.createTempFile("page", ".err");
    try {
      Process process =
          new ProcessBuilder(shell("cd '" + directory + "' && " + command(words)))
              .redirectError(errors.toFile())
              .start();
      String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      int code = process.onExit().join().exitValue();
      if (code != 0) {
        throw new IOException(
            "exit code " + code + " of " + command(words) + "\n" + Files.readString(errors));
      }
      return out;
    } finally {
      Files.delete(errors);
    }
  }

  /** As run, while what it talks to may not be there yet; empty: it failed. */
  public String tryRun(String words) {
    try {
      return run(words);
    } catch (IOException notYet) {
      return "";
    }
  }

  /** Where the page's reader would be, with Redis, Consul, helm and the tests' cluster. */
  private static List<String> shell(String command) {
    String path =
        Stream.of(Installed.redis(), Installed.consul(), Installed.helm())
            .map(tool -> "'" + Path.of(tool).getParent() + "'")
            .collect(Collectors.joining(":", "PATH=$PATH:", ""));
    String cluster = System.getenv("OUTRIGGER_TEST_KUBECONFIG");
    return List.of(
        "bash",
        "-c",
        "cd '%s' && export OUTRIGGER_BUILD=never %s%s && %s"
            .formatted(
                Installed.home(),
                path,
                cluster == null ? "" : " KUBECONFIG='" + cluster + "'",
                command));
  }
}
