package io.outrigger.cli.install;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Takes away what control planes write by themselves, which helm doesn't know of. */
final class Leftovers {
  private static final String MANAGED_BY = "app.kubernetes.io/managed-by";
  private static final String OURS = "outrigger";
  private static final String CONTROL = "app=outrigger-control";

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
    client.leases().inNamespace(options.namespace).withLabel(MANAGED_BY, OURS).delete();
    return "removed the root certificate from "
        + maps
        + " namespaces"
        + (secrets == 0 ? "" : ", and the authority's key");
  }
}
