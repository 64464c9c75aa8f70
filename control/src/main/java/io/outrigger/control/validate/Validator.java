package io.outrigger.control.validate;

import io.outrigger.api.yaml.Place;
import io.outrigger.control.istio.MeshConfig;
import io.outrigger.control.resource.Kind;
import io.outrigger.control.resource.Problem;
import io.outrigger.control.resource.Resource;
import io.outrigger.control.resource.ResourceId;
import io.outrigger.control.source.ParsedFile;
import io.outrigger.control.source.ResourceReader;
import io.outrigger.control.world.WorldBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Checks files as the control plane would, without running one. */
public final class Validator {
  private Validator() {}

  /**
   * Reads files, and folders of them, and prints a line a problem and a summary.
   *
   * @return whether there is no error; warnings don't count
   */
  public static boolean validate(List<Path> paths, Consumer<String> sink) {
    List<Problem> problems = new ArrayList<>();
    Map<ResourceId, Resource> resources = new HashMap<>();
    int files = 0;
    for (Path path : paths) {
      for (Path file : expand(path, problems)) {
        files++;
        try {
          read(ParsedFile.parse(file.toString(), Files.readAllBytes(file)), resources, problems);
        } catch (IOException e) {
          problems.add(unreadable(file, e));
        }
      }
    }
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
        files
            + " files, "
            + resources.size()
            + " resources, "
            + errors
            + " errors, "
            + (problems.size() - errors)
            + " warnings");
    return errors == 0;
  }

  private static void read(
      ParsedFile file, Map<ResourceId, Resource> resources, List<Problem> problems) {
    problems.addAll(file.problems());
    for (ResourceReader.Read read : file.documents()) {
      Resource resource = read.resource();
      if (resource == null) {
        continue;
      }
      Resource first = resources.putIfAbsent(resource.id(), resource);
      if (first != null) {
        problems.add(
            new Problem(
                Problem.Severity.ERROR,
                resource.place(),
                resource.id(),
                "metadata.name",
                "is declared at " + first.place() + " too"));
      }
    }
  }

  private static List<Path> expand(Path path, List<Problem> problems) {
    if (!Files.isDirectory(path)) {
      return List.of(path);
    }
    try (Stream<Path> found = Files.walk(path)) {
      return found
          .filter(Files::isRegularFile)
          .filter(file -> file.toString().matches(".*\\.(yaml|yml|json)"))
          .sorted()
          .toList();
    } catch (IOException e) {
      problems.add(unreadable(path, e));
      return List.of();
    }
  }

  private static Problem unreadable(Path file, IOException e) {
    return new Problem(
        Problem.Severity.ERROR,
        new Place(file.toString(), 1, 1),
        null,
        "",
        "can't be read: " + e.getClass().getSimpleName() + " " + e.getMessage());
  }
}
