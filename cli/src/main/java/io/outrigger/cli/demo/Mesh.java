package io.outrigger.cli.demo;

import io.outrigger.cli.local.Child;
import io.outrigger.cli.local.LocalMesh;
import io.outrigger.cli.local.Workload;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The processes of the bookshop: one control plane, and each instance beside its sidecar. */
final class Mesh implements AutoCloseable {
  static final String NAMESPACE = "shop";
  static final int CONTROL_PORT = 15012;
  static final int CONTROL_PLAIN_PORT = 15010;
  static final int CONTROL_PAGES_PORT = 15014;

  private final Path config;
  private final @Nullable Duration lifetime;
  private final @Nullable String zipkin;
  private final Consumer<String> controlLines;
  private final LocalMesh processes;

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
    this.config = config;
    this.lifetime = lifetime;
    this.zipkin = zipkin;
    this.controlLines = controlLines;
    this.processes =
        new LocalMesh(
            home,
            run,
            new LocalMesh.ControlPorts(CONTROL_PORT, CONTROL_PLAIN_PORT, CONTROL_PAGES_PORT));
  }

  Path run() {
    return processes.run();
  }

  Path config() {
    return config;
  }

  Path controlState() {
    return processes.controlState();
  }

  /** Starts the control plane; it makes its keys on first use. */
  void startControl() throws IOException {
    processes.startControl(List.of(config), controlLines);
  }

  boolean awaitControl() throws InterruptedException {
    return processes.awaitControl(DemoCommand.START_LIMIT);
  }

  /** Starts an instance's sidecar, which starts the instance. */
  void start(Instance instance) throws IOException {
    processes.start(workload(instance), flags(), line -> {});
  }

  /** Starts a sidecar for the front end that shows a token of its own; it must not come up. */
  Child startWithToken(String name, String text) throws IOException {
    Path token = run().resolve(name + ".token");
    Files.writeString(token, text);
    Instance stranger = new Instance("frontend", "v9", 20091, 21091, 22091, 23091);
    processes.start(workload(stranger), token, flags(), line -> {});
    return processes.take(stranger.name());
  }

  private List<String> flags() {
    List<String> flags = new ArrayList<>();
    if (lifetime != null) {
      flags.addAll(List.of("--lifetime", lifetime.toSeconds() + "s"));
    }
    if (zipkin != null) {
      flags.addAll(List.of("--zipkin", zipkin, "--trace-sampling", "100"));
    }
    return flags;
  }

  private Workload workload(Instance instance) {
    return new Workload(
        instance.name(),
        instance.service(),
        NAMESPACE,
        Map.of("app", instance.service(), "version", instance.version()),
        instance.appPort(),
        instance.inboundPort(),
        instance.proxyPort(),
        instance.adminPort(),
        Map.of(),
        List.of(
            processes.outrigger(),
            "demo-service",
            instance.service(),
            instance.version(),
            Integer.toString(instance.appPort())));
  }

  Child child(String name) {
    return processes.child(name);
  }

  /** A child that ended by itself, or null. */
  @Nullable Child dead() {
    return processes.dead();
  }

  @Override
  public void close() {
    end();
  }

  /** Ends all: first those that call, at last the control plane. */
  void end() {
    processes.end();
  }
}
