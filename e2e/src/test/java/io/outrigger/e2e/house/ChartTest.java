package io.outrigger.e2e.house;

import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.api.yaml.Node;
import io.outrigger.api.yaml.Yaml;
import io.outrigger.control.resource.Kind;
import io.outrigger.control.source.ResourceReader;
import io.outrigger.e2e.Installed;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The chart brings a definition for each kind of Istio's and ours that is read, and no other. */
class ChartTest {
  @Test
  void definitionsAreThoseOfTheKindsThatAreRead() throws Exception {
    Map<String, List<String>> brought;
    Path folder = Installed.home().resolve("dist/charts/outrigger/files/crds");
    try (Stream<Path> files = Files.list(folder)) {
      brought =
          files
              .map(ChartTest::spec)
              .collect(
                  Collectors.toMap(
                      spec ->
                          text(spec, "group")
                              + "/"
                              + text((Node.Mapping) spec.get("names"), "kind"),
                      ChartTest::versions));
    }
    Map<String, List<String>> read =
        Arrays.stream(Kind.values())
            .filter(Kind::needsDefinition)
            .collect(
                Collectors.toMap(
                    kind -> kind.group() + "/" + kind.kindName(), ResourceReader::versions));
    assertThat(brought).containsExactlyInAnyOrderEntriesOf(read);
  }

  private static Node.Mapping spec(Path file) {
    try {
      Node.Mapping document = (Node.Mapping) Yaml.parse(file.toString(), Files.readString(file));
      return (Node.Mapping) document.get("spec");
    } catch (Exception e) {
      throw new AssertionError(file.toString(), e);
    }
  }

  private static List<String> versions(Node.Mapping spec) {
    return ((Node.Sequence) spec.get("versions"))
        .items().stream().map(version -> text((Node.Mapping) version, "name")).toList();
  }

  private static String text(Node.Mapping mapping, String key) {
    return ((Node.Scalar) mapping.get(key)).text();
  }
}
