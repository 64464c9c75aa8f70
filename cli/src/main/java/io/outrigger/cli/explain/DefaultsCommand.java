package io.outrigger.cli.explain;

import io.outrigger.control.world.Service;
import io.outrigger.control.world.World;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Prints every resilience setting in force for a workload's calls, and where each comes from. */
@Command(
    name = "defaults",
    mixinStandardHelpOptions = true,
    description = {
      "Prints every resilience setting that is in force for the calls of a workload: time-outs, retries,",
      "limits, load balancing, outlier detection; its value, and whether a resource (with file and line),",
      "the mesh, or a default says so."
    })
final class DefaultsCommand implements Callable<Integer> {
  @Spec private @Nullable CommandSpec spec;

  @Parameters(
      paramLabel = "WORKLOAD",
      description = "NAMESPACE/NAME; the labels are those that the Service of that name selects")
  private String workload = "";

  @Option(
      names = {"-f", "--filename"},
      required = true,
      paramLabel = "FILE",
      description = "a file of resources, or a folder of them; may be repeated")
  private final List<Path> files = new ArrayList<>();

  @Option(names = "--to", paramLabel = "HOST", description = "only calls to this service")
  private @Nullable String to;

  @Option(
      names = "--label",
      paramLabel = "KEY=VALUE",
      description = "a label of the workload, beside those of its Service")
  private final Map<String, String> labels = new LinkedHashMap<>();

  @Override
  public Integer call() {
    PrintWriter out = line().getOut();
    PrintWriter err = line().getErr();
    World world = MeshFiles.read(files, err);
    if (world == null) {
      return 1;
    }
    Workload found = Workload.find(world, workload, labels, line());
    String namespace = found.namespace();
    List<Section> sections = new WorkloadDefaults(world, namespace, found.labels()).sections(to);
    if (sections.isEmpty()) {
      err.println(
          to == null
              ? "namespace " + namespace + " sees no service in these files"
              : "namespace "
                  + namespace
                  + " sees no service "
                  + to
                  + ": "
                  + hosts(world, namespace));
      return 1;
    }
    sections.forEach(section -> print(section, out));
    out.flush();
    return 0;
  }

  private static String hosts(World world, String namespace) {
    return "it sees "
        + world.servicesVisibleTo(namespace).stream().map(Service::hostname).sorted().toList();
  }

  private static void print(Section section, PrintWriter out) {
    int name = 0;
    int value = 0;
    for (Setting setting : section.settings()) {
      name = Math.max(name, setting.name().length());
      value = Math.max(value, setting.value().length());
    }
    out.println(section.heading());
    for (Setting setting : section.settings()) {
      out.println(
          ("  %-" + name + "s  %-" + value + "s  %s")
              .formatted(setting.name(), setting.value(), setting.from()));
    }
    out.println();
  }

  private CommandLine line() {
    return Objects.requireNonNull(spec).commandLine();
  }
}
