package io.outrigger.cli.demo;

import io.outrigger.cli.local.Child;
import io.outrigger.cli.local.Directories;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Runs the bookshop. */
@Command(
    name = "demo",
    mixinStandardHelpOptions = true,
    description = {
      "Runs a small bookshop as a mesh on this machine: real processes, a sidecar beside each, mutual",
      "TLS between them, steady traffic and a live table. Needs no root. Ctrl-C ends all of it."
    })
public final class DemoCommand implements Callable<Integer> {
  @Option(
      names = "--check",
      description = "run the demo's assertions instead, print each, and exit 0 or 1")
  private boolean check;

  @Option(
      names = "--rate",
      defaultValue = "50",
      description = "requests a second (${DEFAULT-VALUE})")
  private int rate;

  @Option(
      names = "--zipkin",
      paramLabel = "HOST:PORT",
      description = "trace every request, and send the spans to the Zipkin that listens there")
  private @Nullable String zipkin;

  @Option(
      names = "--scenario",
      paramLabel = "NAME",
      description =
          "shift, mirror, fault, retry, breaker, authz or jwt: shows that on the shop, see docs/tasks; with --check, all: each after the other")
  private @Nullable String scenarioName;

  @Spec private @Nullable CommandSpec spec;

  private final PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);

  @Override
  public Integer call() throws Exception {
    Path home = Path.of(System.getenv().getOrDefault("OUTRIGGER_HOME", ".")).toAbsolutePath();
    Path run = home.resolve("target/demo");
    Directories.delete(run);
    Files.createDirectories(run);
    if (check) {
      Check all = new Check(home, run, out);
      return (scenarioName == null ? all.run() : all.run(scenarios())) ? 0 : 1;
    }
    return watch(home, run, scenarioName == null ? null : scenarios().getFirst());
  }

  private List<Scenario> scenarios() {
    List<Scenario> found =
        Scenarios.ALL.stream()
            .filter(one -> one.name().equals(scenarioName) || (check && "all".equals(scenarioName)))
            .toList();
    if (found.isEmpty()) {
      throw new ParameterException(
          Objects.requireNonNull(spec).commandLine(),
          "there is no scenario "
              + scenarioName
              + "; there are "
              + Scenarios.ALL.stream().map(Scenario::name).collect(Collectors.joining(", "))
              + ", and all with --check");
    }
    return found;
  }

  private int watch(Path home, Path run, @Nullable Scenario scenario)
      throws IOException, InterruptedException {
    Path config = home.resolve("demo/mesh");
    if (scenario != null) {
      config = run.resolve("mesh");
      ConfigFiles.lay(home, config, null);
    }
    Screen screen = new Screen(out);
    AppliedNews news = new AppliedNews();
    try (Mesh mesh = new Mesh(home, config, run, null, zipkin, news.andThen(screen::controlLine))) {
      CountDownLatch interrupted = new CountDownLatch(1);
      Thread hook =
          Thread.ofPlatform()
              .unstarted(
                  () -> {
                    interrupted.countDown();
                    mesh.end();
                  });
      Runtime.getRuntime().addShutdownHook(hook);
      out.println("Starting a control plane and six services, each beside its sidecar ...");
      long start = System.nanoTime();
      String problem = new Launch(mesh).start();
      if (problem != null) {
        out.println(problem);
        return 1;
      }
      if (scenario != null) {
        news.forget();
        ConfigFiles.lay(home, config, scenario);
        scenario.begin(new Trial(new Check(home, run, out), mesh));
        news.awaitQuiet(Duration.ofSeconds(1), Duration.ofSeconds(20));
      }
      intro(config, run, Scraping.write(run), start);
      if (scenario != null) {
        out.println(scenario.summary() + " Read on in docs/tasks/" + scenario.name() + ".md");
        out.println();
      }
      try (Load load = new Load(frontend())) {
        load.start(rate);
        Table table = new Table(new SidecarStats());
        while (!interrupted.await(1, TimeUnit.SECONDS)) {
          screen.table(table.lines(), load);
          Child dead = mesh.dead();
          if (dead != null && interrupted.getCount() > 0) {
            screen.line(
                dead.name() + " ended with code " + dead.exitCode() + "; its log: " + dead.log());
            return 1;
          }
        }
      }
    }
    return 0;
  }

  static URI frontend() {
    return URI.create("http://127.0.0.1:" + Instance.named("frontend-v1").appPort() + "/");
  }

  private void intro(Path config, Path run, Path scraping, long start) {
    Instance frontend = Instance.named("frontend-v1");
    out.printf("Running after %.1f s.%n%n", (System.nanoTime() - start) / 1e9);
    out.println("  The shop       curl " + frontend());
    out.println("  Edit           " + config.resolve("reviews.yaml") + "   (weights, then save)");
    out.println("  Control plane  http://127.0.0.1:" + Mesh.CONTROL_PAGES_PORT + "/debug");
    out.println(
        "  A sidecar      http://127.0.0.1:" + frontend.adminPort() + "/   (Envoy's admin pages)");
    out.println("  Prometheus     prometheus --config.file=" + scraping);
    if (zipkin != null) {
      out.println("  Traces         http://" + zipkin + "/zipkin/");
    }
    out.println("  Logs           " + run);
    out.println();
  }

  static final Duration START_LIMIT = Duration.ofSeconds(90);
}
