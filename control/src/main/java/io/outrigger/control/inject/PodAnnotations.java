package io.outrigger.control.inject;

import io.outrigger.api.yaml.Suggestion;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** The annotations of Istio that pods have: which there are, and which of them do something. */
final class PodAnnotations {
  static final String INJECT = "sidecar.istio.io/inject";
  static final String STATUS = "sidecar.istio.io/status";
  static final String REVISION = "istio.io/rev";
  static final String PROXY_CPU = "sidecar.istio.io/proxyCPU";
  static final String PROXY_MEMORY = "sidecar.istio.io/proxyMemory";
  static final String PROXY_CPU_LIMIT = "sidecar.istio.io/proxyCPULimit";
  static final String PROXY_MEMORY_LIMIT = "sidecar.istio.io/proxyMemoryLimit";
  static final String PROXY_IMAGE = "sidecar.istio.io/proxyImage";
  static final String LOG_LEVEL = "sidecar.istio.io/logLevel";
  static final String MODE = "sidecar.istio.io/interceptionMode";
  static final String NATIVE = "sidecar.istio.io/nativeSidecar";
  static final String REWRITE_PROBES = "sidecar.istio.io/rewriteAppHTTPProbers";
  static final String USER_VOLUME = "sidecar.istio.io/userVolume";
  static final String USER_VOLUME_MOUNT = "sidecar.istio.io/userVolumeMount";
  static final String CONFIG = "proxy.istio.io/config";
  static final String TEMPLATES = "inject.istio.io/templates";
  static final String STATUS_PORT = "status.sidecar.istio.io/port";
  static final String READY_DELAY = "readiness.status.sidecar.istio.io/initialDelaySeconds";
  static final String READY_PERIOD = "readiness.status.sidecar.istio.io/periodSeconds";
  static final String READY_FAILURES = "readiness.status.sidecar.istio.io/failureThreshold";
  static final String MERGE_METRICS = "prometheus.istio.io/merge-metrics";
  private static final String TRAFFIC = "traffic.sidecar.istio.io/";
  static final String INCLUDE_INBOUND_PORTS = TRAFFIC + "includeInboundPorts";
  static final String EXCLUDE_INBOUND_PORTS = TRAFFIC + "excludeInboundPorts";
  static final String INCLUDE_OUTBOUND_PORTS = TRAFFIC + "includeOutboundPorts";
  static final String EXCLUDE_OUTBOUND_PORTS = TRAFFIC + "excludeOutboundPorts";
  static final String INCLUDE_RANGES = TRAFFIC + "includeOutboundIPRanges";
  static final String EXCLUDE_RANGES = TRAFFIC + "excludeOutboundIPRanges";
  static final String EXCLUDE_INTERFACES = TRAFFIC + "excludeInterfaces";

  private static final Set<String> READ =
      Set.of(
          INJECT,
          STATUS,
          REVISION,
          PROXY_CPU,
          PROXY_MEMORY,
          PROXY_CPU_LIMIT,
          PROXY_MEMORY_LIMIT,
          PROXY_IMAGE,
          LOG_LEVEL,
          MODE,
          NATIVE,
          REWRITE_PROBES,
          USER_VOLUME,
          USER_VOLUME_MOUNT,
          CONFIG,
          TEMPLATES,
          STATUS_PORT,
          READY_DELAY,
          READY_PERIOD,
          READY_FAILURES,
          MERGE_METRICS,
          INCLUDE_INBOUND_PORTS,
          EXCLUDE_INBOUND_PORTS,
          INCLUDE_OUTBOUND_PORTS,
          EXCLUDE_OUTBOUND_PORTS,
          INCLUDE_RANGES,
          EXCLUDE_RANGES,
          EXCLUDE_INTERFACES);

  /** Istio's, that have no effect here. */
  private static final Set<String> WITHOUT_EFFECT =
      Set.of(
          "sidecar.istio.io/agentLogLevel",
          "sidecar.istio.io/bootstrapOverride",
          "sidecar.istio.io/componentLogLevel",
          "sidecar.istio.io/controlPlaneAuthPolicy",
          "sidecar.istio.io/discoveryAddress",
          "sidecar.istio.io/enableCoreDump",
          "sidecar.istio.io/extraStatTags",
          "sidecar.istio.io/proxyImageType",
          "sidecar.istio.io/statsCompression",
          "sidecar.istio.io/statsEvictionInterval",
          "sidecar.istio.io/statsHistogramBuckets",
          "sidecar.istio.io/statsInclusionPrefixes",
          "sidecar.istio.io/statsInclusionRegexps",
          "sidecar.istio.io/statsInclusionSuffixes",
          "proxy.istio.io/overrides",
          "readiness.status.sidecar.istio.io/applicationPorts",
          TRAFFIC + "kubevirtInterfaces");

  private static final List<String> PREFIXES =
      List.of(
          "sidecar.istio.io/",
          TRAFFIC,
          "proxy.istio.io/",
          "inject.istio.io/",
          "status.sidecar.istio.io/",
          "readiness.status.sidecar.istio.io/");

  private PodAnnotations() {}

  /** Says which annotations do nothing, and which are misspelt. */
  static void check(Map<String, String> annotations, PodProblems problems) {
    for (String name : annotations.keySet()) {
      if (WITHOUT_EFFECT.contains(name)) {
        problems.warning(name, "has no effect");
      } else if (!READ.contains(name) && PREFIXES.stream().anyMatch(name::startsWith)) {
        TreeSet<String> all = new TreeSet<>(READ);
        problems.warning(name, "is unknown, and has no effect" + Suggestion.clause(name, all));
      }
    }
  }
}
