package io.outrigger.cli.local;

import io.outrigger.identity.ServiceTokens;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One control plane, and each workload beside its sidecar: all processes of a mesh here. */
public final class LocalMesh implements AutoCloseable {
  private static final String CONTROL = "control";

  /** The control plane's ports. */
  public record ControlPorts(int discovery, int plaintext, int pages) {}

  private final Path home;
  private final Path run;
  private final ControlPorts ports;
  private final Map<String, Child> children = new LinkedHashMap<>();
  private boolean ending;

  /**
   * Nothing runs yet.
   *
   * @param home Outrigger's own directory
   * @param run where keys, tokens and logs of this run go
   */
  public LocalMesh(Path home, Path run, ControlPorts ports) {
    this.home = home;
    this.run = run;
    this.ports = ports;
  }

  public Path run() {
    return run;
  }

  public Path controlState() {
    return run.resolve(CONTROL);
  }

  public String outrigger() {
    return home.resolve("bin/outrigger").toString();
  }

  /**
   * Starts the control plane; it makes its keys on first use.
   *
   * @param config what it watches
   * @param lines hears what it prints
   */
  public void startControl(List<Path> config, Consumer<String> lines) throws IOException {
    Files.createDirectories(run);
    List<String> command = new ArrayList<>(List.of(outrigger(), "control", "--config"));
    config.forEach(path -> command.add(path.toString()));
    command.addAll(
        List.of(
            "--state-dir",
            controlState().toString(),
            "--port",
            Integer.toString(ports.discovery()),
            "--plaintext-port",
            Integer.toString(ports.plaintext()),
            "--monitoring-port",
            Integer.toString(ports.pages())));
    start(CONTROL, command, Map.of(), lines);
  }

  /** Whether the control plane has read its configuration, and can certify. */
  public boolean awaitControl(Duration atMost) throws InterruptedException {
    String page = "http://127.0.0.1:" + ports.pages() + "/ready";
    Readiness readiness = new Readiness();
    return Readiness.await(
            atMost,
            () ->
                !child(CONTROL).alive()
                    || (readiness.answers(page)
                        && Files.exists(controlState().resolve("root-cert.pem"))))
        && child(CONTROL).alive();
  }

  /**
   * Starts a workload's sidecar, which starts the workload.
   *
   * @param more further flags of the sidecar
   */
  public void start(Workload workload, List<String> more, Consumer<String> lines)
      throws IOException {
    start(workload, writeToken(workload), more, lines);
  }

  /** As above, with a token of the caller's. */
  public void start(Workload workload, Path token, List<String> more, Consumer<String> lines)
      throws IOException {
    List<String> command = new ArrayList<>(List.of(outrigger(), "sidecar"));
    command.addAll(sidecarFlags(workload, token));
    command.addAll(more);
    command.add("--");
    command.addAll(workload.command());
    start(workload.name(), command, workload.environment(), lines);
  }

  /** Writes a token of the workload's service account; the control plane must have its keys. */
  public Path writeToken(Workload workload) throws IOException {
    ServiceTokens tokens = ServiceTokens.open(controlState(), InstantSource.system());
    return Files.writeString(
        run.resolve(workload.name() + ".token"),
        tokens.issue(workload.namespace(), workload.service(), Duration.ofHours(12)));
  }

  /** What a workload's sidecar is told: who it is, its ports, and where its control plane is. */
  public List<String> sidecarFlags(Workload workload, Path token) {
    List<String> flags =
        new ArrayList<>(
            List.of(
                "--service",
                workload.service(),
                "--namespace",
                workload.namespace(),
                "--service-account",
                workload.service(),
                "--instance",
                workload.name()));
    workload.labels().forEach((key, value) -> flags.addAll(List.of("--label", key + "=" + value)));
    flags.addAll(
        List.of(
            "--app-port",
            Integer.toString(workload.appPort()),
            "--inbound-port",
            Integer.toString(workload.inboundPort()),
            "--http-proxy-port",
            Integer.toString(workload.proxyPort()),
            "--admin-port",
            Integer.toString(workload.adminPort()),
            "--control",
            "127.0.0.1:" + ports.discovery(),
            "--ca-file",
            controlState().resolve("root-cert.pem").toString(),
            "--token-file",
            token.toString(),
            "--state-dir",
            run.resolve(workload.name()).toString()));
    return flags;
  }

  private void start(
      String name, List<String> command, Map<String, String> environment, Consumer<String> lines)
      throws IOException {
    Map<String, String> all = new LinkedHashMap<>(environment);
    all.put("OUTRIGGER_BUILD", "never");
    synchronized (children) {
      if (!ending) {
        children.put(name, Child.start(name, command, all, run.resolve(name + ".log"), lines));
      }
    }
  }

  /** The newest process of that name. */
  public Child child(String name) {
    synchronized (children) {
      return Objects.requireNonNull(children.get(name), name);
    }
  }

  /** Likewise, and it is no longer ended with the others. */
  public Child take(String name) {
    synchronized (children) {
      return Objects.requireNonNull(children.remove(name), name);
    }
  }

  /** A child that ended by itself, or null. */
  public @Nullable Child dead() {
    synchronized (children) {
      return children.values().stream().filter(c -> !c.alive()).findFirst().orElse(null);
    }
  }

  /** Whether it is being ended: nothing starts any more. */
  public boolean ending() {
    synchronized (children) {
      return ending;
    }
  }

  @Override
  public void close() {
    end();
  }

  /** Ends all: first those that call, at last the control plane. */
  public void end() {
    List<Child> all;
    synchronized (children) {
      ending = true;
      all = new ArrayList<>(children.values());
    }
    all.reversed().forEach(Child::terminate);
    boolean interrupted = false;
    for (Child child : all) {
      try {
        if (!child.awaitExit(Duration.ofSeconds(10))) {
          child.kill();
        }
      } catch (InterruptedException e) {
        interrupted = true;
        child.kill();
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
