package io.outrigger.control.inject;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.outrigger.control.istio.InterceptionMode;
import io.outrigger.control.resource.LabelSelector;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What an installation says about sidecars; a pod's annotations may say otherwise.
 *
 * @param image of the sidecar and of the container that sets its rules
 * @param imagePullSecrets names, added to each pod's own
 * @param revision which pods are this control plane's; {@code default}: those that name none
 * @param controlAddress {@code HOST:PORT}
 * @param controlName what the control plane's certificate is for; empty: the host of its address
 * @param injectByDefault whether namespaces without a label are meshed
 * @param skippedNamespaces never meshed
 * @param neverInject pods that get no sidecar, unless their own label asks for one
 * @param alwaysInject pods that get one in namespaces without a label
 * @param mode how traffic comes to sidecars; null: as the mesh's settings say
 */
public record InjectionSettings(
    String image,
    String imagePullPolicy,
    List<String> imagePullSecrets,
    String revision,
    String controlAddress,
    String controlName,
    String trustDomain,
    boolean injectByDefault,
    Set<String> skippedNamespaces,
    List<LabelSelector> neverInject,
    List<LabelSelector> alwaysInject,
    Proxy proxy,
    Init init,
    @Nullable InterceptionMode mode,
    Capture interception) {

  /** The same with another image. */
  public InjectionSettings withImage(String other) {
    return new InjectionSettings(
        other,
        imagePullPolicy,
        imagePullSecrets,
        revision,
        controlAddress,
        controlName,
        trustDomain,
        injectByDefault,
        skippedNamespaces,
        neverInject,
        alwaysInject,
        proxy,
        init,
        mode,
        interception);
  }

  /** Whether Kubernetes is asked for a sidecar that it starts before, and ends after, the pod. */
  public enum NativeSidecar {
    /** Where the cluster's nodes can. */
    AUTO,
    TRUE,
    FALSE
  }

  /** Requests and limits, by resource. */
  public record Resources(Map<String, String> requests, Map<String, String> limits) {}

  /**
   * The sidecar.
   *
   * @param concurrency worker threads; 0: by its CPU limit
   * @param accessLog a file, {@code -} for standard output; empty: the mesh's
   * @param securityContext fields of its security context that stand in place of ours; not changed
   * @param holdApplication whether the application waits for it, where it isn't a native one
   * @param prometheusMerge whether its port 15020 shows the application's metrics beside its own
   */
  public record Proxy(
      Resources resources,
      String logLevel,
      String accessLog,
      int concurrency,
      ObjectNode securityContext,
      NativeSidecar nativeSidecar,
      boolean holdApplication,
      boolean rewriteProbes,
      boolean prometheusMerge,
      int statusPort,
      Probe startup,
      Probe readiness,
      Drain drain) {}

  /** How often, and how long, the kubelet asks; {@code failureThreshold} 0: not at all. */
  public record Probe(int initialDelaySeconds, int periodSeconds, int failureThreshold) {}

  /**
   * The sidecar's end.
   *
   * @param delayApplication whether containers without a preStop hook are told to end only after
   *     {@code minimum}, while their callers go elsewhere
   * @param minimum how long new requests are served after the pod was told to end
   * @param maximum how long those that are in flight may take
   */
  public record Drain(Duration minimum, Duration maximum, boolean delayApplication) {}

  /**
   * The container that sets the rules of interception.
   *
   * @param resources null: as many as the pod's sidecar has
   */
  public record Init(@Nullable Resources resources) {}

  /**
   * What comes to the sidecar, in the words of Istio's annotations: lists with commas.
   *
   * @param includeInboundPorts {@code *}: all
   * @param includeOutboundPorts whatever their destination
   * @param includeOutboundRanges {@code *}: all
   */
  public record Capture(
      String includeInboundPorts,
      String excludeInboundPorts,
      String includeOutboundPorts,
      String excludeOutboundPorts,
      String includeOutboundRanges,
      String excludeOutboundRanges,
      String excludeInterfaces) {}
}
