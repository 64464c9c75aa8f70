package io.outrigger.control.inject;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarBuilder;
import io.fabric8.kubernetes.api.model.Lifecycle;
import io.fabric8.kubernetes.api.model.LifecycleBuilder;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.ProbeBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.ResourceRequirementsBuilder;
import io.fabric8.kubernetes.api.model.SecurityContext;
import io.fabric8.kubernetes.api.model.SecurityContextBuilder;
import io.outrigger.control.inject.InjectionSettings.Resources;
import io.outrigger.control.istio.InterceptionMode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The sidecar's container. */
final class SidecarContainer {
  static final String NAME = "istio-proxy";

  /** Istio's user for proxies, whose traffic the rules leave alone. */
  static final long USER = 1337;

  private static final int HEALTH_PORT = 15021;
  private static final int STATS_PORT = 15090;
  private static final int HTTP_PROXY_PORT = 15080;

  private final InjectionSettings settings;
  private final PodSettings pod;
  private final Workload workload;

  SidecarContainer(InjectionSettings settings, PodSettings pod, Workload workload) {
    this.settings = settings;
    this.pod = pod;
    this.workload = workload;
  }

  /**
   * The container.
   *
   * @param appPort where the application listens; only used where nothing is intercepted
   * @param drainLimit the pod's own grace period allows no more
   * @param more variables: what of the application it stands for
   */
  Container of(int appPort, Duration drainLimit, Map<String, String> more) {
    return new ContainerBuilder()
        .withName(NAME)
        .withImage(pod.image())
        .withImagePullPolicy(settings.imagePullPolicy())
        .withRestartPolicy(pod.nativeSidecar() ? "Always" : null)
        .withArgs(arguments(appPort, drainLimit))
        .withEnv(environment(more))
        .withResources(requirements(pod.resources()))
        .addNewPort()
        .withName("http-envoy-prom")
        .withContainerPort(STATS_PORT)
        .withProtocol("TCP")
        .endPort()
        .withSecurityContext(securityContext())
        .withStartupProbe(probe(settings.proxy().startup()))
        .withReadinessProbe(probe(pod.readiness()))
        .withLifecycle(lifecycle())
        .withVolumeMounts(SidecarVolumes.mounts())
        .build();
  }

  /**
   * With TPROXY it listens and connects under addresses that aren't its own, which is a capability;
   * Kubernetes gives those to root alone.
   */
  private SecurityContext securityContext() {
    boolean transparent = pod.mode() == InterceptionMode.TPROXY;
    return new SecurityContextBuilder()
        .withRunAsUser(transparent ? 0L : USER)
        .withRunAsGroup(USER)
        .withRunAsNonRoot(!transparent)
        .withPrivileged(false)
        .withAllowPrivilegeEscalation(false)
        .withReadOnlyRootFilesystem(true)
        .withNewCapabilities()
        .withAdd(transparent ? List.of("NET_ADMIN") : List.of())
        .withDrop("ALL")
        .endCapabilities()
        .build();
  }

  private List<String> arguments(int appPort, Duration drainLimit) {
    List<String> out = new ArrayList<>();
    out.add("sidecar");
    flag(out, "--service", workload.canonicalName());
    flag(out, "--workload", workload.name());
    flag(out, "--namespace", "$(POD_NAMESPACE)");
    flag(out, "--service-account", "$(SERVICE_ACCOUNT)");
    flag(out, "--trust-domain", settings.trustDomain());
    flag(out, "--instance", "$(POD_NAME)");
    flag(out, "--address", "$(INSTANCE_IP)");
    flag(out, "--pod-info", SidecarVolumes.POD_INFO_DIR);
    flag(out, "--control", pod.controlAddress());
    flag(out, "--control-name", settings.controlName());
    flag(out, "--ca-file", SidecarVolumes.ROOT_FILE);
    flag(out, "--token-file", SidecarVolumes.TOKEN_FILE);
    if (pod.mode() == InterceptionMode.NONE) {
      flag(out, "--intercept", "none");
      flag(out, "--app-port", Integer.toString(appPort));
      flag(out, "--http-proxy-port", Integer.toString(HTTP_PROXY_PORT));
    } else {
      flag(
          out, "--intercept", pod.mode() == InterceptionMode.TPROXY ? "applied-tproxy" : "applied");
    }
    flag(out, "--health-port", Integer.toString(HEALTH_PORT));
    flag(out, "--stats-port", Integer.toString(STATS_PORT));
    flag(out, "--status-port", Integer.toString(pod.statusPort()));
    flag(out, "--access-log", settings.proxy().accessLog());
    flag(out, "--state-dir", SidecarVolumes.STATE_DIR + "/state");
    flag(out, "--log-level", pod.logLevel());
    if (pod.concurrency() != 0) {
      flag(out, "--concurrency", Integer.toString(pod.concurrency()));
    }
    if (!pod.zipkin().isEmpty()) {
      flag(out, "--zipkin", pod.zipkin());
      flag(out, "--trace-sampling", Integer.toString(pod.traceSampling()));
    }
    Duration most = pod.drain().maximum();
    most = most.compareTo(drainLimit) > 0 ? drainLimit : most;
    Duration least = pod.drain().minimum();
    flag(out, "--drain-minimum", seconds(least.compareTo(most) > 0 ? most : least));
    flag(out, "--drain-time", seconds(most));
    return out;
  }

  private static void flag(List<String> out, String name, String value) {
    if (!value.isEmpty()) {
      out.add(name);
      out.add(value);
    }
  }

  private static String seconds(Duration duration) {
    return duration.plusMillis(999).toSeconds() + "s";
  }

  private static List<EnvVar> environment(Map<String, String> more) {
    List<EnvVar> out = new ArrayList<>();
    out.add(field("POD_NAME", "metadata.name"));
    out.add(field("POD_NAMESPACE", "metadata.namespace"));
    out.add(field("INSTANCE_IP", "status.podIP"));
    out.add(field("SERVICE_ACCOUNT", "spec.serviceAccountName"));
    out.add(field("HOST_IP", "status.hostIP"));
    more.forEach(
        (name, value) -> out.add(new EnvVarBuilder().withName(name).withValue(value).build()));
    return out;
  }

  private static EnvVar field(String name, String path) {
    return new EnvVarBuilder()
        .withName(name)
        .withNewValueFrom()
        .withNewFieldRef()
        .withFieldPath(path)
        .endFieldRef()
        .endValueFrom()
        .build();
  }

  static ResourceRequirements requirements(Resources resources) {
    return new ResourceRequirementsBuilder()
        .withRequests(quantities(resources.requests()))
        .withLimits(quantities(resources.limits()))
        .build();
  }

  private static Map<String, Quantity> quantities(Map<String, String> amounts) {
    Map<String, Quantity> out = new TreeMap<>();
    amounts.forEach((resource, amount) -> out.put(resource, Quantity.parse(amount)));
    return out;
  }

  private @Nullable Probe probe(InjectionSettings.Probe probe) {
    if (probe.failureThreshold() == 0 || pod.statusPort() == 0) {
      return null;
    }
    return new ProbeBuilder()
        .withNewHttpGet()
        .withPath("/healthz/ready")
        .withNewPort(HEALTH_PORT)
        .endHttpGet()
        .withInitialDelaySeconds(probe.initialDelaySeconds())
        .withPeriodSeconds(probe.periodSeconds())
        .withTimeoutSeconds(3)
        .withFailureThreshold(probe.failureThreshold())
        .build();
  }

  /**
   * The application waits for a classic sidecar that stands before it: the kubelet starts the next
   * container when this one's postStart has ended. Where the application goes first, the pod's end
   * is known to its sidecar before the signal.
   */
  private @Nullable Lifecycle lifecycle() {
    LifecycleBuilder out = new LifecycleBuilder();
    if (!pod.nativeSidecar() && pod.holdApplication()) {
      out.withNewPostStart()
          .withNewExec()
          .withCommand("/usr/bin/outrigger", "wait", "http://127.0.0.1:15021/healthz/ready")
          .endExec()
          .endPostStart();
    }
    if (pod.nativeSidecar() && pod.statusPort() != 0) {
      out.withNewPreStop()
          .withNewExec()
          .withCommand(
              "/bin/busybox",
              "wget",
              "-q",
              "-O",
              "/dev/null",
              "--post-data=",
              "http://127.0.0.1:" + pod.statusPort() + "/drain")
          .endExec()
          .endPreStop();
    }
    Lifecycle lifecycle = out.build();
    return lifecycle.getPostStart() == null && lifecycle.getPreStop() == null ? null : lifecycle;
  }
}
