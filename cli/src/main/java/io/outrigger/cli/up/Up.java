package io.outrigger.cli.up;

import io.outrigger.cli.local.Child;
import io.outrigger.cli.local.FreePorts;
import io.outrigger.cli.local.LocalMesh;
import io.outrigger.cli.local.Readiness;
import io.outrigger.cli.local.Workload;
import io.outrigger.identity.RotationClock;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A running mesh file: its processes, started in order, and started again as it says. */
final class Up implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final Duration LOOK = Duration.ofSeconds(1);

  /** So long a process must have lived for its next end to count as the first. */
  private static final Duration SETTLED = Duration.ofMinutes(1);

  private static final int PORTS_EACH = 3;

  private final UpFile file;
  private final PrintStream out;
  private final LocalMesh mesh;
  private final LocalMesh.ControlPorts ports;
  private final Map<String, Workload> workloads = new LinkedHashMap<>();
  private final Readiness readiness = new Readiness();
  private final RotationClock rotation = new RotationClock(new SecureRandom());
  private final CountDownLatch ended;
  private final AtomicInteger worst = new AtomicInteger();

  Up(UpFile file, Path home, Path run, PrintStream out) throws IOException {
    this.file = file;
    this.out = out;
    this.ended = new CountDownLatch(file.services().size());
    List<Integer> free = FreePorts.find(PORTS_EACH * (file.services().size() + 1));
    this.ports = new LocalMesh.ControlPorts(free.get(0), free.get(1), free.get(2));
    this.mesh = new LocalMesh(home, run, ports);
    int next = PORTS_EACH;
    for (UpService service : file.services()) {
      workloads.put(
          service.name(),
          workload(service, free.get(next), free.get(next + 1), free.get(next + 2)));
      next += PORTS_EACH;
    }
  }

  private Workload workload(UpService service, int inbound, int proxy, int admin) {
    Map<String, String> labels = new LinkedHashMap<>(service.labels());
    labels.put("app", service.service());
    String version = service.version();
    if (version != null) {
      labels.put("version", version);
    }
    Map<String, String> environment = new LinkedHashMap<>(service.environment());
    environment.putIfAbsent("PORT", Integer.toString(service.listens()));
    return new Workload(
        service.name(),
        service.service(),
        file.namespace(),
        labels,
        service.listens(),
        inbound,
        proxy,
        admin,
        environment,
        service.command());
  }

  /** Starts all; a sentence of what is wrong, or null when all are up. */
  @Nullable String start() throws IOException, InterruptedException {
    for (UpService service : file.services()) {
      if (connects(service.listens())) {
        return "services."
            + service.name()
            + ": port "
            + service.listens()
            + " of 127.0.0.1 is in use by another process";
      }
    }
    Path own = mesh.run().resolve("services.yaml");
    Files.createDirectories(mesh.run());
    Files.writeString(own, UpResources.yaml(file, workloads));
    List<Path> config = new ArrayList<>(List.of(own));
    config.addAll(file.resources());
    mesh.startControl(config, line -> news(line));
    if (!mesh.awaitControl(PATIENCE)) {
      return "the control plane isn't ready; its log: " + log("control");
    }
    for (UpService service : file.calledFirst()) {
      begin(service);
      if (!awaitUp(service)) {
        return mesh.ending()
            ? null
            : "services." + service.name() + " isn't up; its log: " + log(service.name());
      }
    }
    return null;
  }

  private Path log(String name) {
    return mesh.run().resolve(name + ".log");
  }

  private void news(String line) {
    if (line.startsWith("refused ") || line.startsWith("held ") || line.startsWith("applied ")) {
      print("control", line);
    }
  }

  private void print(String name, String line) {
    out.println(name + " | " + line);
  }

  private void begin(UpService service) {
    Thread.ofVirtual().name("up-" + service.name()).start(() -> keep(service));
  }

  /** Runs a process, again and again where the file says so. */
  private void keep(UpService service) {
    int ends = 0;
    try {
      while (true) {
        long began = System.nanoTime();
        mesh.start(workload(service), List.of(), line -> print(service.name(), line));
        Child child = mesh.child(service.name());
        while (!child.awaitExit(LOOK)) {
          // goes on
        }
        int code = child.exitCode();
        if (mesh.ending()) {
          return;
        }
        if (!service.restart().after(code)) {
          print(service.name(), "ended with " + code);
          worst.accumulateAndGet(code, Math::max);
          return;
        }
        ends = System.nanoTime() - began > SETTLED.toNanos() ? 1 : ends + 1;
        Duration pause = rotation.retryAfter(ends);
        print(
            service.name(),
            "ended with " + code + "; starting again in " + pause.toMillis() + " ms");
        if (Readiness.await(pause, mesh::ending)) {
          return;
        }
      }
    } catch (IOException e) {
      print(service.name(), "can't be started: " + e.getMessage());
      worst.set(1);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      ended.countDown();
    }
  }

  private boolean awaitUp(UpService service) throws InterruptedException {
    int admin = workload(service).adminPort();
    String path = service.health();
    long all = ended.getCount();
    boolean up =
        Readiness.await(
            PATIENCE,
            () ->
                mesh.ending()
                    || ended.getCount() < all
                    || (readiness.answers("http://127.0.0.1:" + admin + "/ready")
                        && (path == null
                            ? connects(service.listens())
                            : readiness.answers("http://127.0.0.1:" + service.listens() + path))));
    return up && !mesh.ending() && ended.getCount() == all;
  }

  private static boolean connects(int port) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /** What is where, for its user. */
  void intro() {
    out.println();
    out.printf("  %-20s %-28s %s%n", "service", "application", "sidecar's pages");
    for (UpService service : file.services()) {
      out.printf(
          "  %-20s %-28s %s%n",
          service.name(),
          "http://127.0.0.1:" + service.listens() + "/",
          "http://127.0.0.1:" + workload(service).adminPort() + "/");
    }
    out.println();
    out.println("  Control plane  http://127.0.0.1:" + ports.pages() + "/debug");
    out.println("  Logs           " + mesh.run());
    out.println("  Ctrl-C ends all of it.");
    out.println();
  }

  /** Until every process has ended for good; the worst of their exit codes. */
  int await() throws InterruptedException {
    while (!mesh.ending() && !ended.await(LOOK.toMillis(), TimeUnit.MILLISECONDS)) {
      // goes on
    }
    return worst.get();
  }

  @Override
  public void close() {
    mesh.end();
  }

  private Workload workload(UpService service) {
    return Objects.requireNonNull(workloads.get(service.name()));
  }
}
