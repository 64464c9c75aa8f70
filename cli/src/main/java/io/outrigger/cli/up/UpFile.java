package io.outrigger.cli.up;

import io.outrigger.api.yaml.Node;
import io.outrigger.api.yaml.Place;
import io.outrigger.api.yaml.Suggestion;
import io.outrigger.api.yaml.Yaml;
import io.outrigger.api.yaml.YamlException;
import io.outrigger.control.resource.Fields;
import io.outrigger.control.resource.Problem;
import io.outrigger.control.resource.ResourceProblems;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A mesh file, read and checked.
 *
 * @param resources files or folders of Istio resources, beside the file
 */
record UpFile(String namespace, List<UpService> services, List<Path> resources) {
  private static final String NAME = "[a-z0-9]([-a-z0-9]{0,40}[a-z0-9])?";
  private static final List<String> RESTARTS = List.of("always", "on-failure", "never");

  /** What a file gave: null where there are errors. */
  record Read(@Nullable UpFile file, List<Problem> problems) {}

  /** Reads a file; nothing of it counts when there is an error. */
  static Read read(Path file) {
    ResourceProblems problems = new ResourceProblems(null);
    Place start = new Place(file.toString(), 1, 1);
    UpFile made = null;
    try {
      Node document = Yaml.parse(file.toString(), Files.readString(file));
      if (document instanceof Node.Mapping mapping) {
        Fields fields = new Fields(mapping, "", problems);
        made = file(fields, file.toAbsolutePath().getParent());
        fields.end();
      } else {
        problems.error(start, "", "must be a mapping with services");
      }
    } catch (YamlException e) {
      problems.error(e.place(), "", String.valueOf(e.getMessage()));
    } catch (IOException e) {
      problems.error(start, "", "can't be read: " + e.getMessage());
    }
    return new Read(problems.errors() ? null : made, problems.list());
  }

  private static UpFile file(Fields fields, @Nullable Path folder) {
    List<UpService> services = new ArrayList<>();
    for (Node.Entry entry : fields.entries("services")) {
      String where = fields.at("services") + "." + entry.key();
      if (!entry.key().matches(NAME)) {
        fields.error(
            entry.value(), where, "a name of small letters, digits and hyphens is allowed");
      }
      UpService service = fields.object(entry.value(), where, f -> service(entry.key(), f));
      if (service != null) {
        services.add(service);
      }
    }
    if (services.isEmpty()) {
      fields.error("services", "must have at least one service");
    }
    List<Path> resources = new ArrayList<>();
    for (String name : fields.strings("resources")) {
      Path path = folder == null ? Path.of(name) : folder.resolve(name);
      if (!Files.exists(path)) {
        fields.error("resources", path + " isn't there");
      }
      resources.add(path);
    }
    UpFile made =
        new UpFile(
            fields.string("namespace", "default"), List.copyOf(services), List.copyOf(resources));
    made.check(fields);
    return made;
  }

  private static UpService service(String name, Fields fields) {
    List<String> command = List.of();
    if (fields.node("command") instanceof Node.Scalar line) {
      command = List.of("sh", "-c", "exec " + line.text());
    } else {
      command = fields.strings("command");
    }
    if (command.isEmpty()) {
      fields.error("command", "must be given: a line for the shell, or a list of words");
    }
    Integer port = fields.port("port");
    if (port == null && !fields.has("port")) {
      fields.error("port", "must be given: the port that callers name");
    }
    Integer listens = fields.port("listens");
    String health = fields.string("health");
    if (health != null && !health.startsWith("/")) {
      fields.error("health", "found \"" + health + "\"; a path such as /health is allowed");
    }
    String restart = fields.string("restart", "on-failure");
    if (!RESTARTS.contains(restart)) {
      fields.error(
          "restart",
          "found \""
              + restart
              + "\"; must be one of "
              + String.join(", ", RESTARTS)
              + Suggestion.clause(restart, RESTARTS));
      restart = "never";
    }
    int number = port == null ? 0 : port;
    return new UpService(
        name,
        fields.string("service", name),
        fields.string("version"),
        List.copyOf(command),
        number,
        listens == null ? number : listens,
        fields.strings("calls"),
        new TreeMap<>(fields.stringMap("environment")),
        new TreeMap<>(fields.stringMap("labels")),
        health,
        UpService.Restart.valueOf(restart.toUpperCase(Locale.ROOT).replace('-', '_')));
  }

  private void check(Fields fields) {
    Set<String> names = new LinkedHashSet<>();
    services.forEach(service -> names.add(service.service()));
    Map<Integer, String> listening = new HashMap<>();
    Map<String, UpService> first = new HashMap<>();
    for (UpService service : services) {
      for (String call : service.calls()) {
        if (!names.contains(call)) {
          error(
              fields,
              service,
              "calls",
              "there is no service \"" + call + "\"" + Suggestion.clause(call, names));
        }
      }
      String other = listening.putIfAbsent(service.listens(), service.name());
      if (other != null && service.listens() != 0) {
        error(
            fields,
            service,
            "listens",
            "services."
                + other
                + " listens on port "
                + service.listens()
                + " too; the field listens gives each its own");
      }
      UpService same = first.putIfAbsent(service.service(), service);
      if (same != null && same.port() != service.port()) {
        error(
            fields,
            service,
            "port",
            "found "
                + service.port()
                + "; services."
                + same.name()
                + " is an instance of the same service, with port "
                + same.port());
      }
    }
  }

  private static void error(Fields fields, UpService service, String field, String message) {
    Node all = fields.node("services");
    String path = service.name() + "." + field;
    if (all != null) {
      fields.error(all.locate(path), "services." + path, message);
    }
  }

  /** In the order in which to start: who is called before who calls, as far as that goes. */
  List<UpService> calledFirst() {
    Map<String, UpService> out = new LinkedHashMap<>();
    Set<String> entered = new LinkedHashSet<>();
    services.forEach(service -> visit(service, entered, out));
    return List.copyOf(out.values());
  }

  private void visit(UpService service, Set<String> entered, Map<String, UpService> out) {
    if (!entered.add(service.name())) {
      return; // there already, or it calls itself by way of others
    }
    for (UpService other : services) {
      if (service.calls().contains(other.service())) {
        visit(other, entered, out);
      }
    }
    out.put(service.name(), service);
  }
}
