package io.outrigger.e2e.house;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.outrigger.api.yaml.Yaml;
import io.outrigger.control.inject.JsonTree;
import io.outrigger.control.resource.Kind;
import io.outrigger.e2e.Installed;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The schema of a spec in the chart's definition of a kind, as an API server heeds it. */
final class DefinedSchema {
  private final Schema schema;

  private DefinedSchema(Schema schema) {
    this.schema = schema;
  }

  static DefinedSchema of(Kind kind) throws Exception {
    Path folder = Installed.home().resolve("dist/charts/outrigger/files/crds");
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        JsonNode spec =
            JsonTree.of(Yaml.parse(file.toString(), Files.readString(file))).get("spec");
        if (spec.at("/names/kind").asText().equals(kind.kindName())
            && spec.get("group").asText().equals(kind.group())) {
          JsonNode schema =
              spec.at("/versions/0/schema/openAPIV3Schema/properties/spec").deepCopy();
          close(schema);
          return new DefinedSchema(
              SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_4)
                  .getSchema(schema.toString(), InputFormat.JSON));
        }
      }
    }
    throw new AssertionError(folder + " has no definition of " + kind);
  }

  /** kubectl has the API server refuse unknown fields, which schemas of it don't say themselves. */
  private static void close(JsonNode schema) {
    if (schema instanceof ObjectNode object
        && object.has("properties")
        && !object.has("x-kubernetes-preserve-unknown-fields")) {
      object.put("additionalProperties", false);
      object.get("properties").forEach(DefinedSchema::close);
    } else if (schema != null) {
      close(schema.get("items"));
      close(schema.get("additionalProperties"));
    }
  }

  List<String> problems(JsonNode spec) {
    return schema.validate(spec.toString(), InputFormat.JSON).stream()
        .map(Error::toString)
        .toList();
  }
}
