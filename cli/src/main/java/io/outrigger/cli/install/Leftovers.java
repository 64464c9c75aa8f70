package io.outrigger.cli.install;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Takes away what control planes write by themselves, which helm doesn't know of. */
final class Leftovers {
  private static final String MANAGED_BY = "app.kubernetes.io/managed-by";
  private static final String OURS = "outrigger";
  private static final String CONTROL = "app=outrigger-control";

  /** The label of what is made for a Gateway. */
  private static final String GATEWAY = "gateway.networking.k8s.io/gateway-name";

  private static final int NOT_FOUND = 404;

  private static final ResourceDefinitionContext CLASSES =
      new ResourceDefinitionContext.Builder()
          .withGroup("gateway.networking.k8s.io")
          .withVersion("v1")
          .withKind("GatewayClass")
          .withPlural("gatewayclasses")
          .withNamespaced(false)
          .build();

  private Leftovers() {}

  /**
   * Waits for this revision's control planes to end, for they would put things back, and removes
   * what no other revision's needs.
   *
   * @return what was done, in a sentence
   */
  static String remove(KubernetesClient client, ReleaseOptions options, Duration limit) {
    client
        .pods()
        .inNamespace(options.namespace)
        .withLabelSelector(CONTROL + ",istio.io/rev=" + options.revision)
        .waitUntilCondition(pod -> pod == null, limit.toSeconds(), TimeUnit.SECONDS);
    List<Pod> others = client.pods().inAnyNamespace().withLabelSelector(CONTROL).list().getItems();
    if (!others.isEmpty()) {
      var metadata = others.getFirst().getMetadata();
      return "the root certificate stays: "
          + metadata.getNamespace()
          + "/"
          + metadata.getName()
          + " issues by it";
    }
    int maps = client.configMaps().inAnyNamespace().withLabel(MANAGED_BY, OURS).delete().size();
    int secrets =
        client.secrets().inNamespace(options.namespace).withLabel(MANAGED_BY, OURS).delete().size();
    gateways(client);
    client.leases().inNamespace(options.namespace).withLabel(MANAGED_BY, OURS).delete();
    return "removed the root certificate from "
        + maps
        + " namespaces"
        + (secrets == 0 ? "" : ", and the authority's key");
  }

  // what was made for Gateways of the Gateway API, which nobody serves any more
  private static void gateways(KubernetesClient client) {
    String made = MANAGED_BY + "=" + OURS + "," + GATEWAY;
    client.apps().deployments().inAnyNamespace().withLabelSelector(made).delete();
    client.services().inAnyNamespace().withLabelSelector(made).delete();
    client.serviceAccounts().inAnyNamespace().withLabelSelector(made).delete();
    try {
      client.genericKubernetesResources(CLASSES).withLabel(MANAGED_BY, OURS).delete();
    } catch (KubernetesClientException e) {
      if (e.getCode() != NOT_FOUND) {
        throw e;
      }
    }
  }
}
