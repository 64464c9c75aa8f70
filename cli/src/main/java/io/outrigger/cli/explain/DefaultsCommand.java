package io.outrigger.cli.explain;

import io.outrigger.control.istio.MeshConfig;
import io.outrigger.control.resource.Problem;
import io.outrigger.control.validate.ResourceFiles;
import io.outrigger.control.world.Service;
import io.outrigger.control.world.World;
import io.outrigger.control.world.WorldBuilder;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
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
    ResourceFiles read = ResourceFiles.read(files);
    PrintWriter out = line().getOut();
    PrintWriter err = line().getErr();
    List<Problem> errors = read.problems().stream().filter(Problem::error).toList();
    errors.forEach(err::println);
    if (!errors.isEmpty()) {
      err.println("mend these first: outrigger validate -f shows all that is wrong");
      return 1;
    }
    World world = WorldBuilder.build(1, MeshConfig.DEFAULT, read.resources().values());
    String namespace = namespace(world);
    Map<String, String> all = new LinkedHashMap<>();
    for (Service service : world.services()) {
      if (service.namespace().equals(namespace) && service.name().equals(name())) {
        all.putAll(service.selector());
      }
    }
    all.putAll(labels);
    List<Section> sections = new WorkloadDefaults(world, namespace, all).sections(to);
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

  private String name() {
    return workload.substring(workload.indexOf('/') + 1);
  }

  private String namespace(World world) {
    int slash = workload.indexOf('/');
    if (slash > 0) {
      return workload.substring(0, slash);
    }
    TreeSet<String> found = new TreeSet<>();
    for (Service service : world.services()) {
      if (service.name().equals(workload)) {
        found.add(service.namespace());
      }
    }
    if (found.size() == 1) {
      return found.first();
    }
    throw new ParameterException(
        line(),
        found.isEmpty()
            ? "no Service is called " + workload + " in these files; say NAMESPACE/NAME"
            : workload + " is in the namespaces " + found + "; say NAMESPACE/" + workload);
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
