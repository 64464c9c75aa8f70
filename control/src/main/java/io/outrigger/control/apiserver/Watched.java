package io.outrigger.control.apiserver;

import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.outrigger.control.resource.Kind;
import java.util.List;

/** A kind of resource as the API server serves it. */
record Watched(Kind kind, String version, String plural) {
  /** What each cluster has; kinds of custom resources are found by their definitions. */
  static final List<Watched> BUILT_IN =
      List.of(
          new Watched(Kind.SERVICE, "v1", "services"),
          new Watched(Kind.ENDPOINT_SLICE, "v1", "endpointslices"),
          new Watched(Kind.POD, "v1", "pods"),
          new Watched(Kind.NAMESPACE, "v1", "namespaces"));

  ResourceDefinitionContext context() {
    return new ResourceDefinitionContext.Builder()
        .withGroup(kind.group())
        .withVersion(version)
        .withKind(kind.kindName())
        .withPlural(plural)
        .withNamespaced(!kind.clusterScoped())
        .build();
  }

  /** What the name of each object of this kind begins with. */
  String prefix() {
    return "kubernetes " + kind.kindName() + " ";
  }

  @Override
  public String toString() {
    return plural + (kind.group().isEmpty() ? "" : "." + kind.group()) + " " + version;
  }
}
