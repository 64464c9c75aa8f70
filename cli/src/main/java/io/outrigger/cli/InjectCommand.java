package io.outrigger.cli;

import io.outrigger.control.inject.InjectionSettings;
import io.outrigger.control.inject.InjectionSettingsReader;
import io.outrigger.control.inject.Manifests;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Puts sidecars into manifests, as the control plane's webhook does into pods. */
@Command(
    name = "inject",
    mixinStandardHelpOptions = true,
    description = {
      "Prints Kubernetes manifests with sidecars in their Deployments, StatefulSets, DaemonSets, Jobs,",
      "CronJobs and Pods; other documents stay as they are. Exits 1, and prints none, if a workload",
      "can't get what its annotations ask for."
    })
final class InjectCommand implements Callable<Integer> {
  @Option(
      names = {"-f", "--filename"},
      arity = "1..*",
      required = true,
      paramLabel = "FILE",
      description = "files of YAML or JSON; - for standard input")
  private final List<String> files = new ArrayList<>();

  @Option(
      names = "--injection-settings",
      paramLabel = "FILE",
      description = "settings as the control plane's --injection; Istio's defaults otherwise")
  private @Nullable Path settings;

  @Option(
      names = {"-n", "--namespace"},
      defaultValue = "default",
      description = "of resources that name none (${DEFAULT-VALUE})")
  private String namespace = "";

  @Option(names = "--image", description = "the sidecar's, in place of the settings'")
  private @Nullable String image;

  @Option(
      names = "--native-sidecar",
      defaultValue = "true",
      description =
          "whether the cluster's nodes know init containers that go on running, from Kubernetes"
              + " 1.30 (${DEFAULT-VALUE}); only asked if the settings say auto")
  private boolean nativeSidecar;

  @Override
  public Integer call() {
    StringBuilder out = new StringBuilder();
    boolean failed = false;
    try {
      Path given = settings;
      InjectionSettings known =
          given == null ? InjectionSettingsReader.defaults() : InjectionSettingsReader.read(given);
      if (image != null) {
        known = known.withImage(image);
      }
      for (String file : files) {
        boolean stdin = file.equals("-");
        String text =
            stdin
                ? new String(System.in.readAllBytes(), StandardCharsets.UTF_8)
                : Files.readString(Path.of(file));
        String name = stdin ? "standard input" : file;
        Manifests.Result result = Manifests.inject(known, name, text, namespace, nativeSidecar);
        result.problems().forEach(problem -> System.err.println(problem));
        result.skipped().forEach(line -> System.err.println(line));
        failed |= result.failed();
        if (!out.isEmpty() && !result.text().startsWith("---")) {
          out.append("---\n");
        }
        out.append(result.text());
        if (!result.text().endsWith("\n")) {
          out.append('\n');
        }
      }
    } catch (IOException e) {
      System.err.println("outrigger inject: " + e.getMessage());
      return 1;
    }
    if (!failed) {
      new PrintStream(System.out, true, StandardCharsets.UTF_8).print(out);
    }
    return failed ? 1 : 0;
  }
}
