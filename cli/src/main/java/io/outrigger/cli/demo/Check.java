package io.outrigger.cli.demo;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Runs the bookshop and holds it to what it promises; prints each assertion with what was measured.
 */
final class Check {
  /** Short enough that every sidecar renews several times while the check runs. */
  private static final Duration LIFETIME = Duration.ofSeconds(20);

  private final Path home;
  private final Path run;
  private final PrintStream out;
  private final List<String> failed = new ArrayList<>();
  private final AppliedNews news = new AppliedNews();
  private int passed;

  Check(Path home, Path run, PrintStream out) {
    this.home = home;
    this.run = run;
    this.out = out;
  }

  /** What is asserted of a mesh that runs. */
  @FunctionalInterface
  private interface Assertions {
    void check(Mesh mesh, Launch launch) throws IOException, InterruptedException;
  }

  /** Whether all that the demo promises held. */
  boolean run() throws IOException, InterruptedException {
    Path config = run.resolve("mesh");
    ConfigFiles.lay(home, config, null);
    return run(config, LIFETIME, this::assertions);
  }

  /** Whether all that these scenarios promise held, one after the other in one mesh. */
  boolean run(List<Scenario> scenarios) throws IOException, InterruptedException {
    Path config = run.resolve("mesh");
    ConfigFiles.lay(home, config, null);
    return run(
        config,
        null,
        (mesh, launch) -> {
          Trial trial = new Trial(this, mesh);
          for (Scenario scenario : scenarios) {
            out.println(scenario.name() + ": " + scenario.summary());
            news.forget();
            ConfigFiles.lay(home, config, scenario);
            scenario.begin(trial);
            news.awaitQuiet(Duration.ofSeconds(1), Duration.ofSeconds(20));
            scenario.check(trial);
            trial.behaveAgain();
          }
        });
  }

  private boolean run(Path config, @Nullable Duration lifetime, Assertions assertions)
      throws IOException, InterruptedException {
    try (Mesh mesh = new Mesh(home, config, run, lifetime, null, news)) {
      Thread hook = Thread.ofPlatform().unstarted(mesh::end);
      Runtime.getRuntime().addShutdownHook(hook);
      try {
        long start = System.nanoTime();
        Launch launch = new Launch(mesh);
        String problem = launch.start();
        report(
            problem == null,
            "a control plane and six services with sidecars run",
            problem == null
                ? "after %.1f s".formatted((System.nanoTime() - start) / 1e9)
                : problem);
        if (problem == null) {
          assertions.check(mesh, launch);
        }
      } finally {
        mesh.end();
        removeHook(hook);
      }
    }
    failed.forEach(f -> out.println("FAILED " + f));
    out.println(passed + " passed, " + failed.size() + " failed");
    return failed.isEmpty();
  }

  private static void removeHook(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // the process is ending already
    }
  }

  private void assertions(Mesh mesh, Launch launch) throws IOException, InterruptedException {
    Edits edits = new Edits(mesh.config());
    TrafficChecks traffic = new TrafficChecks(this, edits, news);
    IdentityChecks identity = new IdentityChecks(this, mesh);
    traffic.split();
    identity.encrypted();
    identity.plaintextRefused();
    identity.foreignCertificateRefused();
    identity.tokensRefused();
    traffic.editsUnderLoad();
    traffic.brokenEdit();
    identity.rotation();
    new OutageChecks(this, mesh, launch, edits).outage();
  }

  /** Counts and prints one assertion. */
  void report(boolean holds, String what, String measured) {
    out.println((holds ? "ok     " : "NOT OK ") + what + " (" + measured + ")");
    if (holds) {
      passed++;
    } else {
      failed.add(what + ": " + measured);
    }
  }
}
