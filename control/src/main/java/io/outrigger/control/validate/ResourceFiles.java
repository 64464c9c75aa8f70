package io.outrigger.control.validate;

import io.outrigger.api.yaml.Place;
import io.outrigger.control.resource.Problem;
import io.outrigger.control.resource.Resource;
import io.outrigger.control.resource.ResourceId;
import io.outrigger.control.source.ParsedFile;
import io.outrigger.control.source.ResourceReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The resources of files, read once, as commands need them that run no control plane.
 *
 * @param count how many files were read
 * @param resources what could be read, by identity; the first of two with one identity
 * @param problems what is wrong with files and resources, each by itself; not in order
 */
public record ResourceFiles(
    int count, Map<ResourceId, Resource> resources, List<Problem> problems) {

  /** Reads files, and folders of them. */
  public static ResourceFiles read(List<Path> paths) {
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
    return new ResourceFiles(files, resources, problems);
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
