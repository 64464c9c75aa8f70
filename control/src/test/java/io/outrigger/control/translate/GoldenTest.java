package io.outrigger.control.translate;

import static org.assertj.core.api.Assertions.assertThat;

import io.envoyproxy.envoy.config.core.v3.Node;
import io.outrigger.api.schema.ProtoJson;
import io.outrigger.api.schema.ProtoYaml;
import io.outrigger.api.schema.SchemaProblem;
import io.outrigger.api.yaml.Yaml;
import io.outrigger.control.istio.MeshConfig;
import io.outrigger.control.resource.Problem;
import io.outrigger.control.resource.Resource;
import io.outrigger.control.source.ParsedFile;
import io.outrigger.control.world.World;
import io.outrigger.control.world.WorldBuilder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Golden files: a folder's mesh.yaml and node.yaml in, one JSON file a type out.
 *
 * <p>{@code -Dgolden.update=true} writes what is made now instead of comparing it.
 */
class GoldenTest {
  private static final Path FOLDER = Path.of("src/test/resources/golden");

  @TestFactory
  Stream<DynamicTest> translates() throws Exception {
    try (Stream<Path> folders = Files.list(FOLDER)) {
      return folders.sorted().toList().stream()
          .map(
              folder ->
                  DynamicTest.dynamicTest(folder.getFileName().toString(), () -> check(folder)));
    }
  }

  private static void check(Path folder) throws Exception {
    Translation translation = translate(folder);
    compare(folder, "clusters", "envoy.config.cluster.v3.Cluster", translation.clusters());
    compare(
        folder,
        "endpoints",
        "envoy.config.endpoint.v3.ClusterLoadAssignment",
        translation.endpoints());
    compare(folder, "listeners", "envoy.config.listener.v3.Listener", translation.listeners());
    compare(folder, "routes", "envoy.config.route.v3.RouteConfiguration", translation.routes());
  }

  static Translation translate(Path folder) throws Exception {
    return new Translator().translate(world(folder), node(folder.resolve("node.yaml")));
  }

  static World world(Path folder) throws Exception {
    Path file = folder.resolve("mesh.yaml");
    ParsedFile parsed = ParsedFile.parse("mesh.yaml", Files.readAllBytes(file));
    assertThat(parsed.problems().stream().filter(Problem::error)).isEmpty();
    List<Resource> resources = new ArrayList<>();
    parsed.documents().forEach(read -> resources.add(Objects.requireNonNull(read.resource())));
    return WorldBuilder.build(1, MeshConfig.DEFAULT, resources);
  }

  static ProxyNode node(Path file) throws Exception {
    List<SchemaProblem> problems = new ArrayList<>();
    byte[] wire =
        ProtoYaml.toWire(
            "envoy.config.core.v3.Node",
            Objects.requireNonNull(Yaml.parse("node.yaml", Files.readString(file))),
            problems);
    assertThat(problems).isEmpty();
    return ProxyNodes.of(Node.parseFrom(wire), true);
  }

  private static void compare(Path folder, String what, String type, Map<String, Built> resources)
      throws Exception {
    StringBuilder json = new StringBuilder("[\n");
    String between = "";
    for (Built built : resources.values()) {
      json.append(between)
          .append(ProtoJson.toJson(type, built.resource().getValue().toByteArray()).strip());
      between = ",\n";
    }
    json.append("\n]\n");
    Path file = folder.resolve(what + ".json");
    if (Boolean.getBoolean("golden.update")) {
      Files.writeString(file, json, StandardCharsets.UTF_8);
    }
    assertThat(json.toString()).isEqualTo(Files.readString(file));
  }
}
