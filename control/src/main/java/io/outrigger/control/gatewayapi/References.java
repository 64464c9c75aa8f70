package io.outrigger.control.gatewayapi;

import io.outrigger.control.istio.Destination;
import io.outrigger.control.kubernetes.KubernetesService;
import io.outrigger.control.kubernetes.TlsSecret;
import io.outrigger.control.resource.Kind;
import io.outrigger.control.resource.Resource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What references lead to, and whether they may. */
final class References {
  /**
   * What a backend's reference leads to.
   *
   * @param reason null when all is well
   */
  record Backend(Destination destination, @Nullable String reason, String message) {}

  private final Map<String, Resource> services = new HashMap<>();
  private final Map<String, Resource> secrets = new HashMap<>();
  private final Map<String, Map<String, String>> namespaces = new HashMap<>();
  private final List<Resource> grants;
  private final String domain;

  References(Map<Kind, List<Resource>> byKind, String domain) {
    this.domain = domain;
    this.grants = byKind.getOrDefault(Kind.REFERENCE_GRANT, List.of());
    for (Resource service : byKind.getOrDefault(Kind.SERVICE, List.of())) {
      services.put(service.namespace() + "/" + service.name(), service);
    }
    for (Resource secret : byKind.getOrDefault(Kind.SECRET, List.of())) {
      secrets.put(secret.namespace() + "/" + secret.name(), secret);
    }
    for (Resource namespace : byKind.getOrDefault(Kind.NAMESPACE, List.of())) {
      namespaces.put(namespace.name(), namespace.labels());
    }
  }

  /** The labels of a namespace; Kubernetes gives each one its name as a label. */
  Map<String, String> labels(String namespace) {
    return namespaces.getOrDefault(namespace, Map.of("kubernetes.io/metadata.name", namespace));
  }

  /** The host of a service, by which callers name it. */
  String host(String namespace, String name) {
    return name + "." + namespace + ".svc." + domain;
  }

  /** The service that a parent or a backend names, or null. */
  @Nullable KubernetesService service(String namespace, String name) {
    Resource found = services.get(namespace + "/" + name);
    return found == null ? null : (KubernetesService) found.spec();
  }

  /** What is wrong with a Secret as a listener's certificate, or null. */
  @Nullable String secret(String namespace, String name) {
    Resource found = secrets.get(namespace + "/" + name);
    if (found == null) {
      return "isn't there, or has no certificate with its key";
    }
    return ((TlsSecret) found.spec()).privateKey() == null
        ? "has no certificate with its key"
        : null;
  }

  /** Whether a resource may refer to that one: in its own namespace, or by a grant of the other. */
  boolean permitted(Kind kind, String namespace, ObjectRef to) {
    String other = to.namespace(namespace);
    if (other.equals(namespace)) {
      return true;
    }
    for (Resource grant : grants) {
      if (grant.namespace().equals(other)
          && grants((ReferenceGrantSpec) grant.spec(), kind, namespace, to)) {
        return true;
      }
    }
    return false;
  }

  private static boolean grants(
      ReferenceGrantSpec grant, Kind kind, String namespace, ObjectRef to) {
    return grant.from().stream()
            .anyMatch(
                from ->
                    from.group().equals(kind.group())
                        && from.kind().equals(kind.kindName())
                        && from.namespace().equals(namespace))
        && grant.to().stream()
            .anyMatch(
                one ->
                    one.group().equals(to.group())
                        && one.kind().equals(to.kind())
                        && (one.name() == null || one.name().equals(to.name())));
  }

  /** Where requests to a backend of that route go. */
  Backend backend(Resource route, ObjectRef to) {
    String namespace = to.namespace(route.namespace());
    String words = to.words(route.namespace());
    if (!to.is("", "Service")) {
      return nowhere("InvalidKind", words + " isn't a Service");
    }
    if (!permitted(route.id().kind(), route.namespace(), to)) {
      return nowhere(
          "RefNotPermitted", "no ReferenceGrant of namespace " + namespace + " permits " + words);
    }
    KubernetesService service = service(namespace, to.name());
    if (service == null) {
      return nowhere("BackendNotFound", words + " isn't there");
    }
    if (service.type() == KubernetesService.Type.EXTERNAL_NAME) {
      // its name may lead past any ReferenceGrant
      return nowhere("InvalidKind", words + " is of type ExternalName");
    }
    Integer port = to.port();
    if (port == null || service.ports().stream().noneMatch(p -> p.number() == port)) {
      return nowhere("BackendNotFound", words + " has no port " + port);
    }
    return new Backend(new Destination(host(namespace, to.name()), null, port), null, "");
  }

  private static Backend nowhere(String reason, String message) {
    return new Backend(Destination.NOWHERE, reason, message);
  }
}
