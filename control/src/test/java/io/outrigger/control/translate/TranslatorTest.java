package io.outrigger.control.translate;

import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.control.istio.MeshConfig;
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
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** A change reaches the resources that it is about, and no other gets a new version. */
class TranslatorTest {
  private static final Path FOLDER = Path.of("src/test/resources/golden/bookshop-sidecar");
  private final Translator translator = new Translator();
  private long generation;

  private Translation translate(String mesh) throws Exception {
    ParsedFile file = ParsedFile.parse("mesh.yaml", mesh.getBytes(StandardCharsets.UTF_8));
    List<Resource> resources = new ArrayList<>();
    file.documents().forEach(read -> resources.add(Objects.requireNonNull(read.resource())));
    World world = WorldBuilder.build(++generation, MeshConfig.DEFAULT, resources);
    return translator.translate(world, GoldenTest.node(FOLDER.resolve("node.yaml")));
  }

  private static Set<String> changed(Map<String, Built> before, Map<String, Built> after) {
    Set<String> out = new TreeSet<>();
    after.forEach(
        (name, built) -> {
          Built old = before.get(name);
          if (old == null || !old.version().equals(built.version())) {
            out.add(name);
          }
        });
    before.keySet().stream().filter(name -> !after.containsKey(name)).forEach(out::add);
    return out;
  }

  private static String mesh() throws Exception {
    return Files.readString(FOLDER.resolve("mesh.yaml"));
  }

  @Test
  void nothingChangedIsNothingNew() throws Exception {
    Translation before = translate(mesh());
    Translation after = translate(mesh());
    assertThat(changed(before.clusters(), after.clusters())).isEmpty();
    assertThat(changed(before.endpoints(), after.endpoints())).isEmpty();
    assertThat(changed(before.listeners(), after.listeners())).isEmpty();
    assertThat(changed(before.routes(), after.routes())).isEmpty();
  }

  @Test
  void aWeightIsOneRouteTable() throws Exception {
    Translation before = translate(mesh());
    Translation after =
        translate(mesh().replace("weight: 90", "weight: 50").replace("weight: 10", "weight: 50"));
    assertThat(changed(before.routes(), after.routes())).containsExactly("9080");
    assertThat(changed(before.clusters(), after.clusters())).isEmpty();
    assertThat(changed(before.endpoints(), after.endpoints())).isEmpty();
    assertThat(changed(before.listeners(), after.listeners())).isEmpty();
  }

  @Test
  void anEndpointIsItsAssignmentsOnly() throws Exception {
    Translation before = translate(mesh());
    Translation after =
        translate(mesh().replace("conditions: {ready: false}", "conditions: {ready: true}"));
    assertThat(changed(before.endpoints(), after.endpoints()))
        .containsExactly("outbound|9080||reviews.shop.svc.cluster.local");
    assertThat(changed(before.clusters(), after.clusters())).isEmpty();
    assertThat(changed(before.listeners(), after.listeners())).isEmpty();
    assertThat(changed(before.routes(), after.routes())).isEmpty();
  }

  @Test
  void aNewSubsetIsANewCluster() throws Exception {
    Translation before = translate(mesh());
    Translation after =
        translate(
            mesh()
                .replace(
                    "  - {name: v2, labels: {version: v2}}",
                    "  - {name: v2, labels: {version: v2}}\n  - {name: v3, labels: {version: v3}}"));
    String cluster = "outbound|9080|v3|reviews.shop.svc.cluster.local";
    assertThat(changed(before.clusters(), after.clusters())).containsExactly(cluster);
    assertThat(changed(before.endpoints(), after.endpoints())).containsExactly(cluster);
    assertThat(changed(before.routes(), after.routes())).isEmpty();
  }
}
