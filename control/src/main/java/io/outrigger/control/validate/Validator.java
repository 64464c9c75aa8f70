package io.outrigger.control.validate;

import io.outrigger.control.istio.MeshConfig;
import io.outrigger.control.resource.Kind;
import io.outrigger.control.resource.Problem;
import io.outrigger.control.resource.Resource;
import io.outrigger.control.resource.ResourceId;
import io.outrigger.control.world.WorldBuilder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Checks files as the control plane would, without running one. */
public final class Validator {
  private Validator() {}

  /**
   * Reads files, and folders of them, and prints a line a problem and a summary.
   *
   * @return whether there is no error; warnings don't count
   */
  public static boolean validate(List<Path> paths, Consumer<String> sink) {
    ResourceFiles files = ResourceFiles.read(paths);
    Map<ResourceId, Resource> resources = files.resources();
    List<Problem> problems = new ArrayList<>(files.problems());
    // without services in the files, a mesh's other half is elsewhere: then hosts can't be checked
    boolean whole =
        resources.keySet().stream()
            .anyMatch(id -> id.kind() == Kind.SERVICE || id.kind() == Kind.SERVICE_ENTRY);
    if (whole) {
      problems.addAll(
          CrossChecks.of(WorldBuilder.build(1, MeshConfig.DEFAULT, resources.values())));
    }
    problems.sort(
        Comparator.comparing((Problem p) -> p.place().file())
            .thenComparingInt(p -> p.place().line())
            .thenComparingInt(p -> p.place().column()));
    problems.forEach(problem -> sink.accept(problem.toString()));
    long errors = problems.stream().filter(Problem::error).count();
    sink.accept(
        files.count()
            + " files, "
            + resources.size()
            + " resources, "
            + errors
            + " errors, "
            + (problems.size() - errors)
            + " warnings");
    return errors == 0;
  }
}
