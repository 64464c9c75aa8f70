package io.outrigger.control.source;

import io.outrigger.control.resource.Problem;
import io.outrigger.control.resource.Resource;
import io.outrigger.control.resource.ResourceId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The last good version of every resource, by file. A refused resource keeps the version before; a
 * file that isn't YAML keeps all of it. Under the ingest's lock only.
 */
final class ResourceStore {
  private record FileState(Map<ResourceId, Resource> good, List<Problem> problems) {}

  private final SortedMap<String, FileState> files = new TreeMap<>();

  /** Takes a file's new content. */
  void put(String file, ParsedFile content) {
    FileState before = files.get(file);
    Map<ResourceId, Resource> last = before == null ? Map.of() : before.good;
    if (content.broken() != null) {
      files.put(file, new FileState(last, content.problems()));
      return;
    }
    List<Problem> problems = new ArrayList<>();
    Map<ResourceId, Resource> good = good(last, content, problems);
    if (content.isAbsent()) {
      files.remove(file);
    } else {
      files.put(file, new FileState(good, problems));
    }
  }

  /** The resources of this file as they are in force now. */
  Map<ResourceId, Resource> good(String file) {
    FileState state = files.get(file);
    return state == null ? Map.of() : state.good;
  }

  static Map<ResourceId, Resource> good(
      Map<ResourceId, Resource> last, ParsedFile content, List<Problem> problems) {
    Map<ResourceId, Resource> good = new LinkedHashMap<>();
    for (ResourceReader.Read read : content.documents()) {
      problems.addAll(read.problems());
      ResourceId id = read.id();
      if (id == null) {
        continue;
      }
      Resource resource = read.resource() != null ? read.resource() : last.get(id);
      if (resource != null && good.putIfAbsent(id, resource) != null) {
        problems.add(
            new Problem(
                Problem.Severity.ERROR,
                resource.place(),
                id,
                "metadata.name",
                "stands twice in this file; the first one counts"));
      }
    }
    return good;
  }

  /** All last good resources; of two with the same name the one of the first file counts. */
  Collection<Resource> desired(List<Problem> problems) {
    Map<ResourceId, Resource> all = new HashMap<>();
    for (FileState state : files.values()) {
      problems.addAll(state.problems);
      for (Resource resource : state.good.values()) {
        Resource first = all.putIfAbsent(resource.id(), resource);
        if (first != null) {
          problems.add(
              new Problem(
                  Problem.Severity.ERROR,
                  resource.place(),
                  resource.id(),
                  "metadata.name",
                  "is declared at " + first.place() + " too, and that one counts"));
        }
      }
    }
    return all.values();
  }
}
