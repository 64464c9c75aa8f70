package io.outrigger.control.definition;

import io.outrigger.control.resource.Fields;
import io.outrigger.control.resource.Kind;
import io.outrigger.control.source.ResourceReader;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The definition of a kind.
 *
 * @param shortName what kubectl takes in place of the name
 * @param columns what kubectl shows of each beside name and age: title, path in the resource
 */
record Definition(Kind kind, String shortName, List<Column> columns) {
  /** A column of kubectl's table. */
  record Column(String title, String type, String path) {
    static final Column AGE = new Column("Age", "date", ".metadata.creationTimestamp");

    Map<String, Object> tree() {
      Map<String, Object> tree = new LinkedHashMap<>();
      tree.put("name", title);
      tree.put("type", type);
      tree.put("jsonPath", path);
      return tree;
    }
  }

  /** As Istio has them. */
  static Definition of(Kind kind) {
    return switch (kind) {
      case GATEWAY -> new Definition(kind, "gw", List.of());
      case VIRTUAL_SERVICE -> new Definition(kind, "vs", List.of(spec("Gateways"), spec("Hosts")));
      case DESTINATION_RULE -> new Definition(kind, "dr", List.of(spec("Host")));
      case SERVICE_ENTRY ->
          new Definition(kind, "se", List.of(spec("Hosts"), spec("Location"), spec("Resolution")));
      case WORKLOAD_ENTRY -> new Definition(kind, "we", List.of(spec("Address")));
      case AUTHORIZATION_POLICY -> new Definition(kind, "ap", List.of(spec("Action")));
      case PEER_AUTHENTICATION ->
          new Definition(kind, "pa", List.of(new Column("Mode", "string", ".spec.mtls.mode")));
      case REQUEST_AUTHENTICATION -> new Definition(kind, "ra", List.of());
      case RATE_LIMIT -> new Definition(kind, "rl", List.of());
      default -> throw new IllegalArgumentException(kind + " has no short name here; give it one");
    };
  }

  private static Column spec(String title) {
    return new Column(title, "string", ".spec." + title.toLowerCase(Locale.ROOT));
  }

  /** The definition's own name, and its file's. */
  String name() {
    return plural() + "." + kind.group();
  }

  private String singular() {
    return kind.kindName().toLowerCase(Locale.ROOT);
  }

  private String plural() {
    String one = singular();
    return one.matches(".*[^aeiou]y") ? one.substring(0, one.length() - 1) + "ies" : one + "s";
  }

  /** The schema of what stands under {@code spec}. */
  Map<String, Object> specSchema() {
    Consumer<Fields> reader = fields -> ResourceReader.spec(fields, kind, Map.of(), 0);
    return StructuralSchema.of("spec", Survey.of(reader));
  }

  /** The whole, in the order to write it. */
  Map<String, Object> tree() {
    Map<String, Object> names = new LinkedHashMap<>();
    names.put("kind", kind.kindName());
    names.put("listKind", kind.kindName() + "List");
    names.put("plural", plural());
    names.put("singular", singular());
    names.put("shortNames", List.of(shortName));
    names.put("categories", List.of(kind.group().contains("istio") ? "istio-io" : "outrigger-io"));
    Map<String, Object> spec = new LinkedHashMap<>();
    spec.put("group", kind.group());
    spec.put("scope", "Namespaced");
    spec.put("names", names);
    List<Object> versions = new ArrayList<>();
    YamlText.Shared schema = new YamlText.Shared("schema", schema(specSchema()));
    for (String version : ResourceReader.versions(kind)) {
      versions.add(version(version, versions.isEmpty(), schema));
    }
    spec.put("versions", versions);
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("apiVersion", "apiextensions.k8s.io/v1");
    tree.put("kind", "CustomResourceDefinition");
    tree.put("metadata", Map.of("name", name()));
    tree.put("spec", spec);
    return tree;
  }

  private static Map<String, Object> schema(Map<String, Object> specSchema) {
    Map<String, Object> status = new LinkedHashMap<>();
    status.put("type", "object");
    status.putAll(StructuralSchema.ANYTHING);
    Map<String, Object> properties = new LinkedHashMap<>();
    properties.put("spec", specSchema);
    properties.put("status", status);
    Map<String, Object> schema = new LinkedHashMap<>();
    schema.put("type", "object");
    schema.put("properties", properties);
    return Map.of("openAPIV3Schema", schema);
  }

  /** All versions are alike; the first one, which is preferred, is what the API server keeps. */
  private Map<String, Object> version(String version, boolean first, YamlText.Shared schema) {
    List<Object> shown = new ArrayList<>(columns.stream().map(Column::tree).toList());
    shown.add(Column.AGE.tree());
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("name", version);
    tree.put("served", true);
    tree.put("storage", first);
    tree.put("subresources", Map.of("status", Map.of()));
    tree.put("additionalPrinterColumns", shown);
    tree.put("schema", schema);
    return tree;
  }
}
