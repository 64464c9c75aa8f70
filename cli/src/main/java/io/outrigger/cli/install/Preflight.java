package io.outrigger.cli.install;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookConfiguration;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.authorization.v1.SelfSubjectAccessReview;
import io.fabric8.kubernetes.api.model.authorization.v1.SelfSubjectAccessReviewBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.VersionInfo;
import io.outrigger.control.resource.Kind;
import io.outrigger.control.source.ResourceReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Looks whether a cluster fits, and changes nothing there. */
final class Preflight {
  /**
   * The oldest minor version of Kubernetes 1 whose native sidecars, or the lack of them, we know.
   */
  private static final int OLDEST = 28;

  /** From where on sidecars can be native ones. */
  private static final int NATIVE = 29;

  private record Right(String group, String resource, boolean inNamespace) {}

  /** What helm creates for the chart. */
  private static final List<Right> RIGHTS =
      List.of(
          new Right("", "namespaces", false),
          new Right("apps", "deployments", true),
          new Right("", "services", true),
          new Right("", "serviceaccounts", true),
          new Right("", "configmaps", true),
          new Right("", "secrets", true),
          new Right("policy", "poddisruptionbudgets", true),
          new Right("batch", "jobs", true),
          new Right("rbac.authorization.k8s.io", "roles", true),
          new Right("rbac.authorization.k8s.io", "rolebindings", true),
          new Right("rbac.authorization.k8s.io", "clusterroles", false),
          new Right("rbac.authorization.k8s.io", "clusterrolebindings", false),
          new Right("admissionregistration.k8s.io", "mutatingwebhookconfigurations", false),
          new Right("admissionregistration.k8s.io", "validatingwebhookconfigurations", false),
          new Right("apiextensions.k8s.io", "customresourcedefinitions", false));

  /** Words in the names of other meshes' webhooks that change pods. */
  private static final Map<String, String> MESHES =
      Map.of(
          "istio-sidecar-injector", "Istio",
          "istio-revision-tag", "Istio",
          "linkerd-proxy-injector", "Linkerd",
          "consul-connect-injector", "Consul",
          "kuma-admission", "Kuma",
          "osm-webhook", "Open Service Mesh");

  private static final Set<String> ARCHITECTURES = Set.of("amd64", "arm64");

  private final KubernetesClient client;
  private final String namespace;
  private final String suffix;
  private final List<Finding> findings = new ArrayList<>();

  Preflight(KubernetesClient client, ReleaseOptions options) {
    this.client = client;
    this.namespace = options.namespace;
    this.suffix = options.suffix();
  }

  /**
   * Every finding; those that forbid an installation are errors.
   *
   * @param isNew whether there must be none of this revision yet
   */
  List<Finding> look(boolean isNew) {
    try {
      version(client.getKubernetesVersion());
      nodes();
      rights();
      webhooks(isNew);
      definitions();
    } catch (KubernetesClientException e) {
      String told = e.getCause() == null ? e.getMessage() : e.getCause().toString();
      findings.add(
          Finding.error(
              "the API server at " + client.getMasterUrl() + " can't be asked: " + told,
              "look at the kubeconfig, and whether `kubectl get nodes` answers"));
    }
    return findings;
  }

  private void version(VersionInfo version) {
    int minor = Integer.parseInt("0" + version.getMinor().replaceAll("[^0-9].*", ""));
    String name = "Kubernetes " + version.getGitVersion();
    if (!version.getMajor().equals("1") || minor < OLDEST) {
      findings.add(
          Finding.error(name + " is too old", "the oldest that is supported is 1." + OLDEST));
    } else if (minor < NATIVE) {
      findings.add(
          Finding.warning(
              name + " has no native sidecars",
              "sidecars are plain containers: init containers have no mesh, and Jobs end only when"
                  + " their sidecar is told to; 1."
                  + NATIVE
                  + " and later have none of this"));
    } else {
      findings.add(Finding.ok(name));
    }
  }

  private void nodes() {
    Set<String> others = new TreeSet<>();
    List<Node> nodes = client.nodes().list().getItems();
    for (Node node : nodes) {
      var info = node.getStatus().getNodeInfo();
      if (info != null
          && (!info.getOperatingSystem().equals("linux")
              || !ARCHITECTURES.contains(info.getArchitecture()))) {
        others.add(
            node.getMetadata().getName()
                + " ("
                + info.getOperatingSystem()
                + "/"
                + info.getArchitecture()
                + ")");
      }
    }
    if (others.isEmpty()) {
      findings.add(
          Finding.ok(
              nodes.size()
                  + " nodes; whether their kernels let a pod set iptables rules is seen when the"
                  + " first one does"));
    } else {
      findings.add(
          Finding.warning(
              "nodes that our images don't run on: " + String.join(", ", others),
              "keep meshed pods off them, by a nodeSelector for kubernetes.io/arch"));
    }
  }

  private void rights() {
    List<String> missing = new ArrayList<>();
    for (Right right : RIGHTS) {
      SelfSubjectAccessReview question =
          new SelfSubjectAccessReviewBuilder()
              .withNewSpec()
              .withNewResourceAttributes()
              .withVerb("create")
              .withGroup(right.group())
              .withResource(right.resource())
              .withNamespace(right.inNamespace() ? namespace : null)
              .endResourceAttributes()
              .endSpec()
              .build();
      var status = client.resource(question).create().getStatus();
      if (status == null || !Boolean.TRUE.equals(status.getAllowed())) {
        missing.add(right.resource());
      }
    }
    findings.add(
        missing.isEmpty()
            ? Finding.ok("you may create all that the chart holds")
            : Finding.error(
                "you may not create " + String.join(", ", missing),
                "install with an administrator's account, such as one bound to cluster-admin"));
  }

  private void webhooks(boolean isNew) {
    boolean alone = true;
    for (MutatingWebhookConfiguration found :
        client.admissionRegistration().v1().mutatingWebhookConfigurations().list().getItems()) {
      String name = found.getMetadata().getName();
      String mesh =
          MESHES.entrySet().stream()
              .filter(known -> name.contains(known.getKey()))
              .map(Map.Entry::getValue)
              .findFirst()
              .orElse(null);
      if (mesh != null) {
        alone = false;
        findings.add(
            Finding.error(
                mesh + " is in this cluster, and its webhook " + name + " puts sidecars into pods",
                "remove it first; or, to move namespace by namespace, install with --revision NAME"
                    + " and --force, and label each with istio.io/rev=NAME instead"));
      }
      if (isNew && name.equals("outrigger-injector" + suffix)) {
        alone = false;
        findings.add(
            Finding.error(
                "there is an " + name + " already, of a control plane of this revision",
                "change that one by `outrigger upgrade`, or choose another --revision"));
      }
    }
    if (alone) {
      findings.add(Finding.ok("no other webhook puts sidecars into pods"));
    }
  }

  private void definitions() {
    List<String> there = new ArrayList<>();
    boolean gateways = false;
    for (CustomResourceDefinition definition :
        client.apiextensions().v1().customResourceDefinitions().list().getItems()) {
      var spec = definition.getSpec();
      Kind kind = Kind.of(spec.getGroup(), spec.getNames().getKind());
      if (kind == null) {
        continue;
      }
      gateways |= kind == Kind.HTTP_ROUTE;
      boolean read =
          spec.getVersions().stream()
              .anyMatch(
                  version ->
                      Boolean.TRUE.equals(version.getServed())
                          && ResourceReader.versions(kind).contains(version.getName()));
      if (read) {
        there.add(kind.kindName().toLowerCase(Locale.ROOT) + "." + kind.group());
      } else {
        findings.add(
            Finding.error(
                definition.getMetadata().getName() + " serves no version that is read",
                "it must serve one of " + String.join(", ", ResourceReader.versions(kind))));
      }
    }
    findings.add(
        Finding.ok(
            there.isEmpty()
                ? "no definitions of Istio's kinds: the chart brings them"
                : "definitions that are there are used as they are: " + String.join(", ", there)));
    if (!gateways) {
      findings.add(
          Finding.warning(
              "the Gateway API isn't in this cluster",
              "for Gateway and HTTPRoute, apply the standard channel of"
                  + " https://gateway-api.sigs.k8s.io first or later; nothing has to restart"));
    }
  }
}
