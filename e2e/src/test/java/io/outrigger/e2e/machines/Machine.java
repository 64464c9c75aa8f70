package io.outrigger.e2e.machines;

import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.e2e.Installed;
import io.outrigger.testkit.Await;
import io.outrigger.testkit.Program;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;

/**
 * A Debian of its own within this machine, with a real systemd; its files go with it. Root only.
 */
final class Machine implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofSeconds(90);

  private final Program shell;
  private final long init;

  private Machine(Program shell, long init) {
    this.shell = shell;
    this.init = init;
  }

  /**
   * Starts one; skips the test, saying why, where that can't be.
   *
   * @param directory for its files
   * @param packages what it sees as {@code /srv/packages}
   */
  static Machine start(Path directory, Path packages) throws IOException {
    Assumptions.assumeTrue(
        "root".equals(System.getProperty("user.name")),
        "SKIPPED: a machine within this one needs root");
    Assumptions.assumeTrue(
        Files.isExecutable(Path.of("/lib/systemd/systemd"))
            && Files.isExecutable(Path.of("/usr/bin/apt")),
        "SKIPPED: this is no Debian with systemd");
    Path script = Installed.home().resolve("e2e/src/test/resources/machines/machine.sh");
    Program shell =
        Program.start(
            "machine",
            List.of("bash", script.toString(), directory.toString(), packages.toString()),
            Map.of(),
            directory.resolve("machine.log"));
    long[] init = new long[1];
    try {
      Await.until(
          "systemd has started",
          LIMIT,
          () -> {
            if (!shell.alive()) {
              return true;
            }
            init[0] = init(shell);
            return new Machine(shell, init[0])
                .tryRun("systemctl is-system-running")
                .equals("running\n");
          });
    } catch (AssertionError e) {
      String said = shell.output();
      new Machine(shell, init[0]).close();
      throw new AssertionError(e.getMessage() + "\n" + said, e);
    }
    assertThat(shell.alive()).as(shell.output()).isTrue();
    return new Machine(shell, init[0]);
  }

  /** The process that is the first one in there. */
  private static long init(Program shell) {
    return ProcessHandle.of(shell.pid()).stream()
        .flatMap(ProcessHandle::descendants)
        .filter(process -> process.info().command().filter(c -> c.endsWith("/systemd")).isPresent())
        .findFirst()
        .orElseThrow()
        .pid();
  }

  /** What a command of the shell prints there; it must succeed. */
  String run(String command) throws IOException, InterruptedException {
    Process process = shell(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    int code = process.waitFor();
    assertThat(code).as("%s%n%s%s", command, out, code == 0 ? "" : journal()).isZero();
    return out;
  }

  /** What a command prints that may fail. */
  String tryRun(String command) throws IOException {
    Process process = shell(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    process.getOutputStream().close();
    return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }

  /** Waits until a command prints a text; says what the units printed if it doesn't. */
  void await(String command, String text) throws IOException {
    String[] last = {""};
    try {
      Await.until(
          command + " prints " + text,
          LIMIT,
          () -> {
            last[0] = tryRun(command);
            return last[0].contains(text);
          });
    } catch (AssertionError e) {
      throw new AssertionError(e.getMessage() + "; it printed " + last[0] + "\n" + journal(), e);
    }
  }

  private String journal() throws IOException {
    return tryRun("journalctl --no-pager --lines 60 --unit 'outrigger-*'");
  }

  private ProcessBuilder shell(String command) {
    List<String> words =
        new ArrayList<>(List.of("nsenter", "--target", Long.toString(init), "--all"));
    words.addAll(List.of("env", "-i", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C"));
    words.addAll(
        List.of("DEBIAN_FRONTEND=noninteractive", "bash", "-c", "cd /srv/packages && " + command));
    return new ProcessBuilder(words);
  }

  @Override
  public void close() {
    shell.terminate();
    try {
      shell.awaitExit(LIMIT);
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    } finally {
      shell.close();
    }
  }
}
