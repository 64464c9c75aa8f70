package io.outrigger.cli.demo;

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

/** The processes of the bookshop: one control plane, and each instance beside its sidecar. */
final class Mesh implements AutoCloseable {
  static final String NAMESPACE = "shop";
  static final int CONTROL_PORT = 15012;
  static final int CONTROL_PLAIN_PORT = 15010;
  static final int CONTROL_PAGES_PORT = 15014;

  private final Path home;
  private final Path config;
  private final Path run;
  private final @Nullable Duration lifetime;
  private final @Nullable String zipkin;
  private final Consumer<String> controlLines;
  private final Map<String, Child> children = new LinkedHashMap<>();

  /**
   * @param home Outrigger's own directory
   * @param config the YAML that the control plane watches
   * @param run where keys, tokens and logs of this run go
   * @param lifetime of certificates, or null for the default
   * @param zipkin HOST:PORT where every request's spans go, or null
   * @param controlLines hears what the control plane prints
   */
  Mesh(
      Path home,
      Path config,
      Path run,
      @Nullable Duration lifetime,
      @Nullable String zipkin,
      Consumer<String> controlLines) {
    this.home = home;
    this.config = config;
    this.run = run;
    this.lifetime = lifetime;
    this.zipkin = zipkin;
    this.controlLines = controlLines;
  }

  Path run() {
    return run;
  }

  Path config() {
    return config;
  }

  private String outrigger() {
    return home.resolve("bin/outrigger").toString();
  }

  Path controlState() {
    return run.resolve("control");
  }

  /** Starts the control plane; it makes its keys on first use. */
  void startControl() throws IOException {
    Files.createDirectories(run);
    start(
        "control",
        List.of(
            outrigger(),
            "control",
            "--config",
            config.toString(),
            "--state-dir",
            controlState().toString(),
            "--port",
            Integer.toString(CONTROL_PORT),
            "--plaintext-port",
            Integer.toString(CONTROL_PLAIN_PORT),
            "--monitoring-port",
            Integer.toString(CONTROL_PAGES_PORT)),
        Map.of(),
        controlLines);
  }

  /** Starts an instance's sidecar, which starts the instance. */
  void start(Instance instance) throws IOException {
    Path token = run.resolve(instance.name() + ".token");
    if (!Files.exists(token)) {
      ServiceTokens tokens = ServiceTokens.open(controlState(), InstantSource.system());
      Files.writeString(token, tokens.issue(NAMESPACE, instance.service(), Duration.ofHours(12)));
    }
    start(instance.name(), sidecar(instance, token), Map.of(), line -> {});
  }

  /** Starts a sidecar for the front end that shows a token of its own; it must not come up. */
  Child startWithToken(String name, String text) throws IOException {
    Path token = run.resolve(name + ".token");
    Files.writeString(token, text);
    Instance stranger = new Instance("frontend", "v9", 20091, 21091, 22091, 23091);
    start(name, sidecar(stranger, token), Map.of(), line -> {});
    synchronized (children) {
      return Objects.requireNonNull(children.remove(name));
    }
  }

  private List<String> sidecar(Instance instance, Path token) {
    List<String> command =
        new ArrayList<>(
            List.of(
                outrigger(),
                "sidecar",
                "--service",
                instance.service(),
                "--namespace",
                NAMESPACE,
                "--service-account",
                instance.service(),
                "--label",
                "app=" + instance.service(),
                "--label",
                "version=" + instance.version(),
                "--app-port",
                Integer.toString(instance.appPort()),
                "--inbound-port",
                Integer.toString(instance.inboundPort()),
                "--http-proxy-port",
                Integer.toString(instance.proxyPort()),
                "--admin-port",
                Integer.toString(instance.adminPort()),
                "--control",
                "127.0.0.1:" + CONTROL_PORT,
                "--ca-file",
                controlState().resolve("root-cert.pem").toString(),
                "--token-file",
                token.toString(),
                "--state-dir",
                run.resolve(instance.name()).toString()));
    if (lifetime != null) {
      command.addAll(List.of("--lifetime", lifetime.toSeconds() + "s"));
    }
    if (zipkin != null) {
      command.addAll(List.of("--zipkin", zipkin, "--trace-sampling", "100"));
    }
    command.add("--");
    command.addAll(application(instance));
    return command;
  }

  private List<String> application(Instance instance) {
    return List.of(
        outrigger(),
        "demo-service",
        instance.service(),
        instance.version(),
        Integer.toString(instance.appPort()));
  }

  private void start(
      String name, List<String> command, Map<String, String> environment, Consumer<String> lines)
      throws IOException {
    Map<String, String> all = new LinkedHashMap<>(environment);
    all.put("OUTRIGGER_BUILD", "never");
    synchronized (children) {
      children.put(name, Child.start(name, command, all, run.resolve(name + ".log"), lines));
    }
  }

  Child child(String name) {
    synchronized (children) {
      return Objects.requireNonNull(children.get(name), name);
    }
  }

  /** A child that ended by itself, or null. */
  @Nullable Child dead() {
    synchronized (children) {
      return children.values().stream().filter(c -> !c.alive()).findFirst().orElse(null);
    }
  }

  @Override
  public void close() {
    end();
  }

  /** Ends all: first those that call, at last the control plane. */
  void end() {
    List<Child> all;
    synchronized (children) {
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
