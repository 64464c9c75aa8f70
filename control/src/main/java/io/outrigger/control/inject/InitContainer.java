package io.outrigger.control.inject;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.outrigger.control.inject.InjectionSettings.Capture;
import io.outrigger.control.inject.InjectionSettings.Resources;
import io.outrigger.control.istio.InterceptionMode;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The container that sets a pod's rules of interception and ends. */
final class InitContainer {
  static final String NAME = "istio-init";

  /** The sidecar's own pages: its statistics, and its readiness. */
  private static final List<String> PAGES = List.of("15090", "15021");

  private InitContainer() {}

  static Container of(InjectionSettings settings, PodSettings pod) {
    Resources own = settings.init().resources();
    return new ContainerBuilder()
        .withName(NAME)
        .withImage(pod.image())
        .withImagePullPolicy(settings.imagePullPolicy())
        .withArgs(arguments(pod))
        .withResources(SidecarContainer.requirements(own == null ? pod.resources() : own))
        .withNewSecurityContext()
        .withRunAsUser(0L)
        .withRunAsGroup(0L)
        .withRunAsNonRoot(false)
        .withPrivileged(false)
        .withAllowPrivilegeEscalation(false)
        .withReadOnlyRootFilesystem(true)
        .withNewCapabilities()
        .withAdd("NET_ADMIN", "NET_RAW")
        .withDrop("ALL")
        .endCapabilities()
        .endSecurityContext()
        .withVolumeMounts(
            SidecarVolumes.mount(SidecarVolumes.SCRATCH, "/tmp"),
            SidecarVolumes.mount(SidecarVolumes.SCRATCH, "/run")) // iptables' lock
        .build();
  }

  /** Istio's flags, those only that say something else than the default. */
  private static List<String> arguments(PodSettings pod) {
    Capture capture = pod.capture();
    List<String> out =
        new ArrayList<>(List.of("intercept", "apply", "-p", "15001", "-z", "15006", "-u", "1337"));
    if (pod.mode() == InterceptionMode.TPROXY) {
      out.addAll(List.of("-g", "1337", "-m", "TPROXY"));
    }
    out.addAll(List.of("-b", spaceless(capture.includeInboundPorts())));
    Set<String> excluded =
        new LinkedHashSet<>(AnnotationValues.split(capture.excludeInboundPorts()));
    excluded.addAll(PAGES);
    if (pod.statusPort() != 0) {
      excluded.add(Integer.toString(pod.statusPort()));
    }
    out.addAll(List.of("-d", String.join(",", excluded)));
    out.addAll(List.of("-i", spaceless(capture.includeOutboundRanges())));
    optional(out, "-q", capture.includeOutboundPorts());
    optional(out, "-o", capture.excludeOutboundPorts());
    optional(out, "-x", capture.excludeOutboundRanges());
    optional(out, "-c", capture.excludeInterfaces());
    return out;
  }

  private static void optional(List<String> out, String flag, String value) {
    if (!value.isBlank()) {
      out.addAll(List.of(flag, spaceless(value)));
    }
  }

  private static String spaceless(String list) {
    return String.join(",", AnnotationValues.split(list));
  }
}
