package io.outrigger.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import io.outrigger.api.yaml.Node;
import io.outrigger.api.yaml.Yaml;
import io.outrigger.api.yaml.YamlException;
import io.outrigger.control.inject.JsonTree;
import io.outrigger.control.resource.Kind;
import io.outrigger.control.source.ResourceReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A resource of Istio's kinds or ours that stands in the repository as YAML, in a file or in a
 * document, and that the control plane reads without an error.
 */
public record Manifest(Kind kind, Node.Mapping document) {
  private static final Pattern FENCED = Pattern.compile("(?ms)^```yaml\n(.*?)^```");

  /** All of them. */
  public static List<Manifest> all() throws IOException {
    List<Node> documents = new ArrayList<>();
    try (Stream<Path> files = Files.walk(Installed.home())) {
      for (Path file : (Iterable<Path>) files.filter(Files::isRegularFile)::iterator) {
        String name = Installed.home().relativize(file).toString();
        if (name.matches("(.*/)?target/.*|\\.git/.*|dist/charts/.*")) {
          continue;
        }
        if (name.matches(".*\\.ya?ml")) {
          parse(name, Files.readString(file), documents);
        } else if (name.endsWith(".md")) {
          Matcher blocks = FENCED.matcher(Files.readString(file));
          while (blocks.find()) {
            parse(name, blocks.group(1), documents);
          }
        }
      }
    }
    List<Manifest> all = new ArrayList<>();
    for (Node document : documents) {
      List<ResourceReader.Read> reads = ResourceReader.read(document);
      if (reads.size() == 1 && reads.getFirst().resource() != null) {
        Kind kind = reads.getFirst().resource().id().kind();
        if (kind.needsDefinition()) {
          all.add(new Manifest(kind, (Node.Mapping) document));
        }
      }
    }
    return all;
  }

  private static void parse(String name, String text, List<Node> into) {
    try {
      into.addAll(Yaml.parseAll(name, text));
    } catch (YamlException e) {
      // wrong on purpose, or a part of something
    }
  }

  /** What stands under {@code spec}. */
  public JsonNode spec() {
    return JsonTree.of(document).get("spec");
  }

  @Override
  public String toString() {
    return document.place() + ": " + kind.kindName();
  }
}
