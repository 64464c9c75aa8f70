package io.outrigger.control.source;

import io.outrigger.api.yaml.Node;
import io.outrigger.api.yaml.Place;
import io.outrigger.api.yaml.Suggestion;
import io.outrigger.control.gatewayapi.ApiGatewayReader;
import io.outrigger.control.gatewayapi.GatewayClassSpec;
import io.outrigger.control.gatewayapi.NamespaceSpec;
import io.outrigger.control.gatewayapi.ReferenceGrantSpec;
import io.outrigger.control.gatewayapi.RouteReader;
import io.outrigger.control.istio.AuthorizationPolicyReader;
import io.outrigger.control.istio.DestinationRuleReader;
import io.outrigger.control.istio.GatewayReader;
import io.outrigger.control.istio.MeshConfigReader;
import io.outrigger.control.istio.PeerAuthenticationReader;
import io.outrigger.control.istio.RequestAuthenticationReader;
import io.outrigger.control.istio.ServiceEntryReader;
import io.outrigger.control.istio.VirtualServiceReader;
import io.outrigger.control.istio.WorkloadEntryReader;
import io.outrigger.control.kubernetes.EndpointSliceReader;
import io.outrigger.control.kubernetes.KubernetesServiceReader;
import io.outrigger.control.kubernetes.NodeSpec;
import io.outrigger.control.kubernetes.PodReader;
import io.outrigger.control.kubernetes.TlsSecretReader;
import io.outrigger.control.policy.RateLimitReader;
import io.outrigger.control.resource.Fields;
import io.outrigger.control.resource.Kind;
import io.outrigger.control.resource.Problem;
import io.outrigger.control.resource.Resource;
import io.outrigger.control.resource.ResourceId;
import io.outrigger.control.resource.ResourceProblems;
import io.outrigger.control.resource.Spec;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Makes resources of YAML documents; a document with an error gives none. */
public final class ResourceReader {
  /** Groups of Istio, the Gateway API and our own: a kind of theirs without a reader is refused. */
  private static final Set<String> MESH_GROUPS =
      Set.of(
          "networking.istio.io",
          "security.istio.io",
          "telemetry.istio.io",
          "extensions.istio.io",
          "mesh.istio.io",
          "gateway.networking.k8s.io",
          "outrigger.io");

  /** The API versions that are read, by group. */
  private static final Map<String, List<String>> VERSIONS =
      Map.of(
          "", List.of("v1"),
          "discovery.k8s.io", List.of("v1"),
          "networking.istio.io", List.of("v1", "v1beta1", "v1alpha3"),
          "security.istio.io", List.of("v1", "v1beta1"),
          "mesh.istio.io", List.of("v1alpha1"),
          "gateway.networking.k8s.io", List.of("v1", "v1beta1"),
          "outrigger.io", List.of("v1alpha1"));

  /**
   * What a document gave.
   *
   * @param id what it is about, known even when it was refused
   * @param resource null when it was refused or is of a kind that doesn't matter here
   */
  public record Read(
      @Nullable ResourceId id, @Nullable Resource resource, List<Problem> problems) {}

  private ResourceReader() {}

  /** The API versions that are read of a kind, the preferred one first. */
  public static List<String> versions(Kind kind) {
    return VERSIONS.getOrDefault(kind.group(), List.of());
  }

  /** Reads a document; a List gives each of its items. */
  public static List<Read> read(Node document) {
    if (!(document instanceof Node.Mapping mapping)) {
      return List.of(
          refused(document.place(), "", "found " + document.kind() + "; must be a resource"));
    }
    String apiVersion = text(mapping, "apiVersion");
    String kindName = text(mapping, "kind");
    if (kindName.isEmpty()) {
      return List.of(refused(mapping.place(), "kind", "must be given"));
    }
    if (apiVersion.isEmpty()) {
      return List.of(refused(mapping.place(), "apiVersion", "must be given"));
    }
    if (kindName.equals("List") && apiVersion.equals("v1")) {
      List<Read> out = new ArrayList<>();
      if (mapping.get("items") instanceof Node.Sequence items) {
        items.items().forEach(item -> out.addAll(read(item)));
      }
      return out;
    }
    int slash = apiVersion.indexOf('/');
    String group = slash < 0 ? "" : apiVersion.substring(0, slash);
    String version = apiVersion.substring(slash + 1);
    Kind kind = Kind.of(group, kindName);
    return kind == null
        ? unknownKind(mapping, group, kindName)
        : List.of(read(mapping, kind, version));
  }

  private static List<Read> unknownKind(Node.Mapping mapping, String group, String kindName) {
    if (!MESH_GROUPS.contains(group)) {
      // another owner's resource, as files of manifests hold them
      return List.of();
    }
    List<String> ours =
        Arrays.stream(Kind.values())
            .filter(kind -> kind.group().equals(group))
            .map(Kind::kindName)
            .toList();
    String near = Suggestion.clause(kindName, ours);
    String message =
        near.isEmpty()
            ? kindName + " of " + group + " isn't supported yet; it has no effect"
            : "unknown kind \"" + kindName + "\"" + near;
    Node place = mapping.get("kind");
    return List.of(refused(place == null ? mapping.place() : place.place(), "kind", message));
  }

  private static Read read(Node.Mapping document, Kind kind, String version) {
    ResourceProblems metadataProblems = new ResourceProblems(null);
    Metadata metadata = metadata(document, metadataProblems);
    if (metadata == null) {
      return new Read(null, null, metadataProblems.list());
    }
    ResourceId id =
        new ResourceId(kind, kind.clusterScoped() ? "" : metadata.namespace, metadata.name);
    ResourceProblems problems = new ResourceProblems(id);
    List<String> versions = versions(kind);
    if (!versions.contains(version)) {
      Node at = document.get("apiVersion");
      problems.error(
          at == null ? document.place() : at.place(),
          "apiVersion",
          "version \"" + version + "\" isn't read; must be one of " + String.join(", ", versions));
    }
    Spec spec = spec(document, kind, metadata, problems);
    List<Problem> all = new ArrayList<>(metadataProblems.list());
    all.addAll(problems.list());
    if (kind == Kind.SECRET && spec == null && !problems.errors()) {
      return new Read(null, null, List.of()); // not for TLS
    }
    boolean refused = metadataProblems.errors() || problems.errors() || spec == null;
    Resource resource =
        refused || spec == null
            ? null
            : new Resource(
                id,
                metadata.labels,
                metadata.annotations,
                metadata.created,
                document.place(),
                spec);
    return new Read(id, resource, all);
  }

  private record Metadata(
      String name,
      String namespace,
      Map<String, String> labels,
      Map<String, String> annotations,
      Instant created,
      long generation) {}

  private static @Nullable Metadata metadata(Node.Mapping document, ResourceProblems problems) {
    if (!(document.get("metadata") instanceof Node.Mapping mapping)) {
      problems.error(document.place(), "metadata", "must be a mapping with a name");
      return null;
    }
    Fields fields = new Fields(mapping, "metadata", problems);
    fields.skip(
        "uid",
        "resourceVersion",
        "managedFields",
        "ownerReferences",
        "finalizers",
        "generateName",
        "deletionTimestamp",
        "deletionGracePeriodSeconds",
        "selfLink");
    String name = fields.required("name");
    String namespace = fields.string("namespace", "default");
    String created = fields.string("creationTimestamp");
    Instant instant = Instant.EPOCH;
    if (created != null) {
      try {
        instant = Instant.parse(created);
      } catch (DateTimeParseException e) {
        fields.error(
            "creationTimestamp",
            "found \"" + created + "\"; must be a time such as 2026-01-31T12:00:00Z");
      }
    }
    Metadata metadata =
        new Metadata(
            name,
            namespace.isEmpty() ? "default" : namespace,
            fields.stringMap("labels"),
            fields.stringMap("annotations"),
            instant,
            generation(fields.string("generation", "")));
    fields.end();
    return name.isEmpty() ? null : metadata;
  }

  private static long generation(String text) {
    return text.matches("[0-9]{1,18}") ? Long.parseLong(text) : 0;
  }

  private static @Nullable Spec spec(
      Node.Mapping document, Kind kind, Metadata metadata, ResourceProblems problems) {
    if (kind == Kind.POD) {
      return PodReader.read(document);
    }
    if (kind == Kind.NAMESPACE) {
      return new NamespaceSpec();
    }
    if (kind == Kind.NODE) {
      return new NodeSpec();
    }
    if (kind == Kind.SECRET) {
      return TlsSecretReader.read(document, problems);
    }
    Fields top = new Fields(document, "", problems);
    top.skip("apiVersion", "kind", "metadata", "status");
    if (kind == Kind.ENDPOINT_SLICE) {
      Spec slice = EndpointSliceReader.read(top, metadata.labels);
      top.end();
      return slice;
    }
    Spec spec =
        top.object("spec", fields -> spec(fields, kind, metadata.labels, metadata.generation));
    if (!top.has("spec")) {
      top.error("spec", "must be given");
    }
    top.end();
    return spec;
  }

  /**
   * Reads what stands under {@code spec}.
   *
   * @param labels the resource's own
   */
  public static Spec spec(Fields fields, Kind kind, Map<String, String> labels, long generation) {
    return switch (kind) {
      case SERVICE -> KubernetesServiceReader.read(fields);
      case GATEWAY -> GatewayReader.read(fields);
      case VIRTUAL_SERVICE -> VirtualServiceReader.read(fields);
      case DESTINATION_RULE -> DestinationRuleReader.read(fields);
      case SERVICE_ENTRY -> ServiceEntryReader.read(fields);
      case WORKLOAD_ENTRY -> WorkloadEntryReader.read(fields, labels);
      case AUTHORIZATION_POLICY -> AuthorizationPolicyReader.read(fields);
      case PEER_AUTHENTICATION -> PeerAuthenticationReader.read(fields);
      case REQUEST_AUTHENTICATION -> RequestAuthenticationReader.read(fields);
      case RATE_LIMIT -> RateLimitReader.read(fields);
      case MESH_CONFIG -> MeshConfigReader.read(fields);
      case GATEWAY_CLASS -> GatewayClassSpec.read(fields, generation);
      case API_GATEWAY -> ApiGatewayReader.read(fields, generation);
      case HTTP_ROUTE -> RouteReader.http(fields, generation);
      case GRPC_ROUTE -> RouteReader.grpc(fields, generation);
      case REFERENCE_GRANT -> ReferenceGrantSpec.read(fields);
      case POD, NODE, SECRET, ENDPOINT_SLICE, NAMESPACE ->
          throw new IllegalArgumentException(kind + " isn't read field by field");
    };
  }

  private static String text(Node.Mapping mapping, String name) {
    return mapping.get(name) instanceof Node.Scalar scalar && !scalar.isNull() ? scalar.text() : "";
  }

  private static Read refused(Place place, String path, String message) {
    return new Read(
        null, null, List.of(new Problem(Problem.Severity.ERROR, place, null, path, message)));
  }
}
