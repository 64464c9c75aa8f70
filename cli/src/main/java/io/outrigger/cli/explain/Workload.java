package io.outrigger.cli.explain;

import io.outrigger.control.istio.WorkloadEntry;
import io.outrigger.control.resource.Kind;
import io.outrigger.control.resource.Resource;
import io.outrigger.control.world.Service;
import io.outrigger.control.world.World;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeSet;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/**
 * A workload as a command's user names it.
 *
 * @param labels those that the Service of its name selects, those of the WorkloadEntry or Pod of
 *     its name, and those that the user gave
 */
public record Workload(String namespace, String name, Map<String, String> labels) {

  /** Finds it by NAMESPACE/NAME, or by a name that only one namespace has. */
  public static Workload find(
      World world, String text, Map<String, String> labels, CommandLine line) {
    int slash = text.indexOf('/');
    String name = text.substring(slash + 1);
    String namespace = slash > 0 ? text.substring(0, slash) : onlyNamespace(world, name, line);
    Map<String, String> all = new LinkedHashMap<>();
    for (Service service : world.services()) {
      if (service.namespace().equals(namespace) && service.name().equals(name)) {
        all.putAll(service.selector());
      }
    }
    for (Resource resource : world.resources().values()) {
      if (resource.namespace().equals(namespace) && resource.name().equals(name)) {
        if (resource.spec() instanceof WorkloadEntry entry) {
          all.putAll(entry.labels());
        } else if (resource.id().kind() == Kind.POD) {
          all.putAll(resource.labels());
        }
      }
    }
    all.putAll(labels);
    return new Workload(namespace, name, all);
  }

  private static String onlyNamespace(World world, String name, CommandLine line) {
    TreeSet<String> found = new TreeSet<>();
    for (Service service : world.services()) {
      if (service.name().equals(name)) {
        found.add(service.namespace());
      }
    }
    if (found.size() == 1) {
      return found.first();
    }
    throw new ParameterException(
        line,
        found.isEmpty()
            ? "no Service is called " + name + " in these files; say NAMESPACE/NAME"
            : name + " is in the namespaces " + found + "; say NAMESPACE/" + name);
  }
}
