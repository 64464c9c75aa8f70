package io.outrigger.control.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.control.istio.InterceptionMode;
import io.outrigger.control.istio.MeshConfig;
import io.outrigger.control.resource.Resource;
import io.outrigger.control.translate.NodeType;
import io.outrigger.control.translate.ProxyNode;
import io.outrigger.control.translate.SecretSource;
import io.outrigger.control.translate.Topology;
import io.outrigger.control.translate.Translator;
import io.outrigger.control.validate.CrossChecks;
import io.outrigger.control.world.Locality;
import io.outrigger.control.world.World;
import io.outrigger.control.world.WorldBuilder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever a file holds, it is read, refused or translated; nothing throws. */
class HostileFilesTest {
  private static final int ROUNDS = 100;
  private static final String[] WORDS = {
    "null",
    "[]",
    "{}",
    "-1",
    "99999999999",
    "\"\"",
    "*",
    "a: b",
    "&x *x",
    "~",
    "true",
    "../..",
    "10.0.0.0/40",
    "::",
    "0x10",
    "[{}]",
    "\u0000",
    "\t",
    "%PREFIX()%",
    "(",
    "1e400",
    ".nan"
  };

  @ParameterizedTest
  @ValueSource(strings = {"bookshop-sidecar", "bookshop-laptop", "policy", "l4"})
  void nothingThrows(String folder) throws Exception {
    String text = Files.readString(Path.of("src/test/resources/golden", folder, "mesh.yaml"));
    Random random = new Random(folder.hashCode());
    int read = 0;
    for (int round = 0; round < ROUNDS; round++) {
      ParsedFile file =
          ParsedFile.parse("f.yaml", damaged(text, random).getBytes(StandardCharsets.UTF_8));
      List<Resource> resources = new ArrayList<>();
      file.documents()
          .forEach(
              document -> {
                if (document.resource() != null) {
                  resources.add(document.resource());
                } else {
                  assertThat(document.problems()).isNotEmpty();
                }
              });
      read += resources.size();
      World world = WorldBuilder.build(round, MeshConfig.DEFAULT, resources);
      CrossChecks.of(world);
      Translator translator = new Translator();
      translator.translate(world, node(InterceptionMode.REDIRECT));
      translator.translate(world, node(InterceptionMode.NONE));
    }
    assertThat(read).isPositive();
  }

  private static ProxyNode node(InterceptionMode mode) {
    return new ProxyNode(
        NodeType.SIDECAR,
        true,
        "id",
        List.of("10.1.0.11"),
        "a",
        "shop",
        Map.of("app", "reviews"),
        null,
        Locality.NONE,
        mode,
        new SecretSource.Ads(),
        "reviews",
        18080,
        8080,
        15081,
        Map.of("ratings:9090", 1, "ratings", 2, "x:y:z", 3),
        Topology.DEFAULT,
        true,
        null,
        100.0);
  }

  private static String damaged(String text, Random random) {
    StringBuilder out = new StringBuilder(text);
    int wounds = 1 + random.nextInt(4);
    for (int i = 0; i < wounds; i++) {
      int at = random.nextInt(out.length());
      switch (random.nextInt(5)) {
        case 0 -> out.delete(at, Math.min(out.length(), at + 1 + random.nextInt(20)));
        case 1 -> out.insert(at, WORDS[random.nextInt(WORDS.length)]);
        case 2 -> out.setCharAt(at, (char) random.nextInt(128));
        case 3 -> {
          // a value by another
          int colon = out.indexOf(": ", at);
          int end = colon < 0 ? -1 : out.indexOf("\n", colon);
          if (end > 0) {
            out.replace(colon + 2, end, WORDS[random.nextInt(WORDS.length)]);
          }
        }
        default -> out.setLength(Math.max(1, at));
      }
    }
    return out.toString();
  }
}
