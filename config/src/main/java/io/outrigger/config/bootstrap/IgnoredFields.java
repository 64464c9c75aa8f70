package io.outrigger.config.bootstrap;

import io.envoyproxy.envoy.config.bootstrap.v3.Bootstrap;
import io.envoyproxy.envoy.config.bootstrap.v3.ClusterManager;
import io.outrigger.config.compile.Problems;

/** Tells of the bootstrap's fields that have no effect. */
final class IgnoredFields {
  private IgnoredFields() {}

  static void tell(Bootstrap proto, Problems problems) {
    if (proto.hasHdsConfig()) {
      problems.ignored("hds_config");
    }
    if (proto.hasWatchdogs()) {
      problems.ignored("watchdogs");
    }
    if (proto.hasClusterManager()) {
      tellClusterManager(proto.getClusterManager(), problems.at("cluster_manager"));
    }
    if (!proto.getHeaderPrefix().isEmpty()) {
      problems.error("header_prefix", "is not supported; x-envoy is the prefix");
    }
    if (proto.getConfigSourcesCount() > 0) {
      problems.unsupported("config_sources");
    }
    if (proto.getFatalActionsCount() > 0) {
      problems.ignored("fatal_actions");
    }
    if (proto.hasTypedDnsResolverConfig()) {
      problems.ignored("typed_dns_resolver_config");
    }
    for (int i = 0; i < proto.getBootstrapExtensionsCount(); i++) {
      String type = proto.getBootstrapExtensions(i).getTypedConfig().getTypeUrl();
      // Internal listeners need no registration here.
      if (!type.endsWith("envoy.extensions.bootstrap.internal_listener.v3.InternalListener")) {
        problems.at("bootstrap_extensions", i).warning("'" + type + "' is not supported");
      }
    }
  }

  private static void tellClusterManager(ClusterManager proto, Problems problems) {
    if (proto.hasOutlierDetection()) {
      problems.ignored("outlier_detection");
    }
    if (proto.hasUpstreamBindConfig()) {
      problems.ignored("upstream_bind_config");
    }
    if (proto.hasLoadStatsConfig()) {
      problems.ignored("load_stats_config");
    }
    if (proto.getEnableDeferredClusterCreation()) {
      problems.ignored("enable_deferred_cluster_creation");
    }
  }
}
