package io.outrigger.control.publish;

import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.LocalObjectReferenceBuilder;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.ProbeBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.ServicePort;
import io.fabric8.kubernetes.api.model.ServicePortBuilder;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.VolumeMountBuilder;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.outrigger.control.gatewayapi.Deployed;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The objects that serve a Gateway: ServiceAccount, Service and Deployment of its proxies. */
final class GatewayObjects {
  private static final long USER = 1337;
  private static final int HEALTH_PORT = 15021;
  private static final int STATS_PORT = 15090;

  private final GatewaySettings settings;
  private final Deployed gateway;

  GatewayObjects(GatewaySettings settings, Deployed gateway) {
    this.settings = settings;
    this.gateway = gateway;
  }

  /** In the order in which they are made; they go when their owner goes. */
  List<HasMetadata> all(OwnerReference owner) {
    return List.of(
        new ServiceAccountBuilder().withMetadata(metadata(owner)).build(),
        new ServiceBuilder()
            .withMetadata(metadata(owner))
            .withNewSpec()
            .withType(
                gateway.serviceType() == null ? settings.serviceType() : gateway.serviceType())
            .withSelector(selector())
            .withPorts(gateway.ports().stream().map(GatewayObjects::port).toList())
            .endSpec()
            .build(),
        new DeploymentBuilder()
            .withMetadata(metadata(owner))
            .withNewSpec()
            .withNewSelector()
            .withMatchLabels(selector())
            .endSelector()
            .withNewTemplate()
            .withNewMetadata()
            .withLabels(podLabels())
            .withAnnotations(gateway.annotations())
            .endMetadata()
            .withSpec(pod())
            .endTemplate()
            .endSpec()
            .build());
  }

  private Map<String, String> selector() {
    return Map.of(Deployed.LABEL, gateway.label());
  }

  private Map<String, String> labels() {
    Map<String, String> out = new TreeMap<>(gateway.labels());
    out.put(Deployed.LABEL, gateway.label());
    out.put("app.kubernetes.io/managed-by", "outrigger");
    return out;
  }

  private Map<String, String> podLabels() {
    Map<String, String> out = labels();
    out.put("sidecar.istio.io/inject", "false");
    out.put("service.istio.io/canonical-name", gateway.name());
    return out;
  }

  private ObjectMeta metadata(OwnerReference owner) {
    return new ObjectMetaBuilder()
        .withName(gateway.name())
        .withNamespace(gateway.namespace())
        .withLabels(labels())
        .withAnnotations(gateway.annotations())
        .withOwnerReferences(owner)
        .build();
  }

  private static ServicePort port(Deployed.Port port) {
    return new ServicePortBuilder()
        .withName(port.protocol() + "-" + port.number())
        .withPort(port.number())
        .withNewTargetPort(port.number())
        .withProtocol("TCP")
        .build();
  }

  private PodSpec pod() {
    return new PodSpecBuilder()
        .withServiceAccountName(gateway.name())
        .withImagePullSecrets(
            settings.imagePullSecrets().stream()
                .map(name -> new LocalObjectReferenceBuilder().withName(name).build())
                .toList())
        .withNewSecurityContext()
        .withRunAsUser(USER)
        .withRunAsGroup(USER)
        .withRunAsNonRoot(true)
        // ports below 1024 are opened without a right of root's
        .addNewSysctl("net.ipv4.ip_unprivileged_port_start", "0")
        .endSecurityContext()
        .addNewContainer()
        .withName("istio-proxy")
        .withImage(settings.image())
        .withImagePullPolicy(settings.imagePullPolicy())
        .withArgs(arguments())
        .withEnv(
            field("POD_NAME", "metadata.name"),
            field("POD_NAMESPACE", "metadata.namespace"),
            field("INSTANCE_IP", "status.podIP"))
        .addNewPort()
        .withName("http-envoy-prom")
        .withContainerPort(STATS_PORT)
        .withProtocol("TCP")
        .endPort()
        .withNewResources()
        .addToRequests("cpu", new Quantity("10m"))
        .addToRequests("memory", new Quantity("64Mi"))
        .endResources()
        .withNewSecurityContext()
        .withPrivileged(false)
        .withAllowPrivilegeEscalation(false)
        .withReadOnlyRootFilesystem(true)
        .withNewCapabilities()
        .withDrop("ALL")
        .endCapabilities()
        .endSecurityContext()
        .withStartupProbe(probe(1, 600))
        .withReadinessProbe(probe(5, 3))
        .withVolumeMounts(
            mount("state", "/var/lib/outrigger"),
            mount("tmp", "/tmp"),
            mount("root", "/var/run/secrets/istio"),
            mount("token", "/var/run/secrets/tokens"),
            mount("podinfo", "/etc/istio/pod"))
        .endContainer()
        .addNewVolume()
        .withName("state")
        .withNewEmptyDir()
        .endEmptyDir()
        .endVolume()
        .addNewVolume()
        .withName("tmp")
        .withNewEmptyDir()
        .endEmptyDir()
        .endVolume()
        .addNewVolume()
        .withName("root")
        .withNewConfigMap()
        .withName("istio-ca-root-cert")
        .endConfigMap()
        .endVolume()
        .addNewVolume()
        .withName("token")
        .withNewProjected()
        .addNewSource()
        .withNewServiceAccountToken("istio-ca", 43200L, "istio-token")
        .endSource()
        .endProjected()
        .endVolume()
        .addNewVolume()
        .withName("podinfo")
        .withNewDownwardAPI()
        .addNewItem()
        .withPath("labels")
        .withNewFieldRef("v1", "metadata.labels")
        .endItem()
        .endDownwardAPI()
        .endVolume()
        .build();
  }

  private List<String> arguments() {
    List<String> out =
        new java.util.ArrayList<>(
            List.of(
                "gateway",
                "--service",
                gateway.name(),
                "--namespace",
                "$(POD_NAMESPACE)",
                "--service-account",
                gateway.name(),
                "--trust-domain",
                settings.trustDomain(),
                "--instance",
                "$(POD_NAME)",
                "--address",
                "$(INSTANCE_IP)",
                "--pod-info",
                "/etc/istio/pod",
                "--control",
                settings.control(),
                "--ca-file",
                "/var/run/secrets/istio/root-cert.pem",
                "--token-file",
                "/var/run/secrets/tokens/istio-token",
                "--health-port",
                Integer.toString(HEALTH_PORT),
                "--stats-port",
                Integer.toString(STATS_PORT),
                "--state-dir",
                "/var/lib/outrigger/state"));
    if (!settings.controlName().isEmpty()) {
      out.add("--control-name");
      out.add(settings.controlName());
    }
    return out;
  }

  private static EnvVar field(String name, String path) {
    return new EnvVarBuilder()
        .withName(name)
        .withNewValueFrom()
        .withNewFieldRef("v1", path)
        .endValueFrom()
        .build();
  }

  private static Probe probe(int period, int failures) {
    return new ProbeBuilder()
        .withNewHttpGet()
        .withPath("/healthz/ready")
        .withNewPort(HEALTH_PORT)
        .endHttpGet()
        .withPeriodSeconds(period)
        .withFailureThreshold(failures)
        .build();
  }

  private static VolumeMount mount(String name, String path) {
    return new VolumeMountBuilder().withName(name).withMountPath(path).build();
  }
}
