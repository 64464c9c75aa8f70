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
    tellOthers(proto, problems);
    for (int i = 0; i < proto.getBootstrapExtensionsCount(); i++) {
      String type = proto.getBootstrapExtensions(i).getTypedConfig().getTypeUrl();
      // Internal listeners need no registration here.
      if (!type.endsWith("envoy.extensions.bootstrap.internal_listener.v3.InternalListener")) {
        problems.at("bootstrap_extensions", i).warning("'" + type + "' is not supported");
      }
    }
  }

  @SuppressWarnings("deprecation") // old fields are not passed over either
  private static void tellOthers(Bootstrap proto, Problems problems) {
    ignored(proto.hasApplicationLogConfig(), "application_log_config", problems);
    ignored(
        proto.getCertificateProviderInstancesCount() > 0,
        "certificate_provider_instances",
        problems);
    ignored(proto.hasDefaultConfigSource(), "default_config_source", problems);
    ignored(proto.hasDefaultRegexEngine(), "default_regex_engine", problems);
    ignored(!proto.getDefaultSocketInterface().isEmpty(), "default_socket_interface", problems);
    ignored(proto.hasDeferredStatOptions(), "deferred_stat_options", problems);
    ignored(proto.hasDnsResolutionConfig(), "dns_resolution_config", problems);
    ignored(proto.getEnableDispatcherStats(), "enable_dispatcher_stats", problems);
    ignored(!proto.getFlagsPath().isEmpty(), "flags_path", problems);
    ignored(proto.hasGrpcAsyncClientManagerConfig(), "grpc_async_client_manager_config", problems);
    ignored(proto.getInlineHeadersCount() > 0, "inline_headers", problems);
    ignored(proto.hasListenerManager(), "listener_manager", problems);
    ignored(proto.hasMemoryAllocatorManager(), "memory_allocator_manager", problems);
    ignored(proto.getNodeContextParamsCount() > 0, "node_context_params", problems);
    ignored(!proto.getPerfTracingFilePath().isEmpty(), "perf_tracing_file_path", problems);
    ignored(proto.hasStatsServerVersionOverride(), "stats_server_version_override", problems);
    ignored(proto.getUseTcpForDnsLookups(), "use_tcp_for_dns_lookups", problems);
    ignored(proto.hasWatchdog(), "watchdog", problems);
    ignored(proto.hasXdsConfigTrackerExtension(), "xds_config_tracker_extension", problems);
    ignored(proto.hasXdsDelegateExtension(), "xds_delegate_extension", problems);
    Problems dynamic = problems.at("dynamic_resources");
    Bootstrap.DynamicResources resources = proto.getDynamicResources();
    ignored(!resources.getLdsResourcesLocator().isEmpty(), "lds_resources_locator", dynamic);
    ignored(!resources.getCdsResourcesLocator().isEmpty(), "cds_resources_locator", dynamic);
  }

  private static void ignored(boolean set, String field, Problems problems) {
    if (set) {
      problems.ignored(field);
    }
  }

  private static void tellClusterManager(ClusterManager proto, Problems problems) {
    if (proto.getOutlierDetection().hasEventService()) {
      problems.at("outlier_detection").ignored("event_service");
    }
    if (proto.getEnableDeferredClusterCreation()) {
      problems.ignored("enable_deferred_cluster_creation");
    }
  }
}
