package io.outrigger.cli.local;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** A process that this one started: its output goes to a file, and it ends with this one. */
public final class Child {
  private final String name;
  private final Process process;
  private final Path log;
  private volatile boolean ended;

  private Child(String name, Process process, Path log) {
    this.name = name;
    this.process = process;
    this.log = log;
  }

  /**
   * Starts a process.
   *
   * @param lines hears each line of its output too
   */
  public static Child start(
      String name,
      List<String> command,
      Map<String, String> environment,
      Path log,
      Consumer<String> lines)
      throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().putAll(environment);
    Process process = builder.start();
    process.getOutputStream().close();
    Child child = new Child(name, process, log);
    Thread.ofVirtual().name("output-" + name).start(() -> child.copyOutput(lines));
    return child;
  }

  private void copyOutput(Consumer<String> lines) {
    try (BufferedReader in =
            new BufferedReader(
                new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        Writer out =
            Files.newBufferedWriter(log, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        out.write(line);
        out.write('\n');
        out.flush();
        lines.accept(line);
      }
    } catch (IOException e) {
      // the pipe of a process that is being ended closes under its reader
      if (!ended && process.isAlive()) {
        throw new UncheckedIOException("the output of " + name + " can't be kept in " + log, e);
      }
    }
  }

  public String name() {
    return name;
  }

  public Path log() {
    return log;
  }

  public boolean alive() {
    return process.isAlive();
  }

  public int exitCode() {
    return process.exitValue();
  }

  /** Sends SIGTERM. */
  public void terminate() {
    ended = true;
    process.destroy();
  }

  /** Sends SIGKILL, to its children as well. */
  public void kill() {
    ended = true;
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }

  public boolean awaitExit(Duration atMost) throws InterruptedException {
    return process.waitFor(atMost.toMillis(), TimeUnit.MILLISECONDS);
  }
}
