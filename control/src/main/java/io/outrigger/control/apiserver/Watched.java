package io.outrigger.control.apiserver;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.GenericKubernetesResourceList;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.FilterWatchListDeletable;
import io.fabric8.kubernetes.client.dsl.Informable;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.outrigger.control.resource.Kind;
import java.util.List;
import java.util.Map;

/** A kind of resource as the API server serves it. */
record Watched(Kind kind, String version, String plural) {
  /** What each cluster has; kinds of custom resources are found by their definitions. */
  static final List<Watched> BUILT_IN =
      List.of(
          new Watched(Kind.SERVICE, "v1", "services"),
          new Watched(Kind.ENDPOINT_SLICE, "v1", "endpointslices"),
          new Watched(Kind.POD, "v1", "pods"),
          new Watched(Kind.NAMESPACE, "v1", "namespaces"),
          new Watched(Kind.NODE, "v1", "nodes"),
          new Watched(Kind.SECRET, "v1", "secrets"));

  /** Secrets that are never a gateway's, the mesh's own authority among them: not even read. */
  private static final Map<String, List<String>> NO_SECRETS =
      Map.of(
          "type",
          List.of("kubernetes.io/service-account-token", "helm.sh/release.v1"),
          "metadata.name",
          List.of("outrigger-ca", "cacerts"));

  /** Those of a cluster that matter to a mesh. */
  Informable<GenericKubernetesResource> of(KubernetesClient client) {
    FilterWatchListDeletable<
            GenericKubernetesResource,
            GenericKubernetesResourceList,
            Resource<GenericKubernetesResource>>
        all = client.genericKubernetesResources(context()).inAnyNamespace();
    if (kind == Kind.SECRET) {
      for (Map.Entry<String, List<String>> field : NO_SECRETS.entrySet()) {
        for (String value : field.getValue()) {
          all = all.withoutField(field.getKey(), value);
        }
      }
    }
    return all;
  }

  private ResourceDefinitionContext context() {
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
