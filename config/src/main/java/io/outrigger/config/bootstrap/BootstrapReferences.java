package io.outrigger.config.bootstrap;

import io.outrigger.config.address.Address;
import io.outrigger.config.cluster.ClusterConfig;
import io.outrigger.config.cluster.Discovery;
import io.outrigger.config.compile.Problems;
import io.outrigger.config.hcm.RouteSource;
import io.outrigger.config.listener.FilterChain;
import io.outrigger.config.listener.ListenerConfig;
import io.outrigger.config.listener.NetworkFilterConfig;
import io.outrigger.config.source.ConfigSource;
import io.outrigger.config.source.GrpcService;
import io.outrigger.config.tls.SdsSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** Checks the names in a bootstrap against each other, and its addresses. */
final class BootstrapReferences {
  private BootstrapReferences() {}

  static void check(BootstrapConfig config, Problems problems) {
    Set<String> clusters = clusterNames(config, problems.at("static_resources"));
    checkAddresses(config.listeners(), problems.at("static_resources"));
    Problems dynamic = problems.at("dynamic_resources");
    if (config.ads() != null) {
      checkSource(config.ads(), clusters, dynamic.at("ads_config"));
    }
    if (config.lds() != null) {
      checkSource(config.lds(), clusters, dynamic.at("lds_config").at("api_config_source"));
    }
    if (config.cds() != null) {
      checkSource(config.cds(), clusters, dynamic.at("cds_config").at("api_config_source"));
    }
    if (config.loadStats() != null) {
      checkSource(
          config.loadStats(), clusters, problems.at("cluster_manager").at("load_stats_config"));
    }
    checkSinks(config, clusters, problems);
    checkAds(config, problems);
    checkSecrets(config, problems.at("static_resources"));
    checkNode(config, problems);
    for (int i = 0; i < config.listeners().size(); i++) {
      checkRoutes(
          config.listeners().get(i), clusters, problems.at("static_resources").at("listeners", i));
    }
  }

  private static void checkSinks(BootstrapConfig config, Set<String> clusters, Problems problems) {
    for (StatsSink sink : config.stats().sinks()) {
      if (sink instanceof StatsSink.StatsdTcp statsd && !clusters.contains(statsd.cluster())) {
        problems.error("stats_sinks", "unknown cluster '" + statsd.cluster() + "'");
      }
    }
  }

  private static Set<String> clusterNames(BootstrapConfig config, Problems problems) {
    Set<String> names = new HashSet<>();
    for (int i = 0; i < config.clusters().size(); i++) {
      String name = config.clusters().get(i).name();
      if (!names.add(name)) {
        problems
            .at("clusters", i)
            .error("name", "cluster manager: duplicate cluster '" + name + "'");
      }
    }
    return names;
  }

  private static void checkAddresses(List<ListenerConfig> listeners, Problems problems) {
    Map<Address, Integer> seen = new HashMap<>();
    for (int i = 0; i < listeners.size(); i++) {
      ListenerConfig listener = listeners.get(i);
      for (Address address : listener.addresses()) {
        if (address instanceof Address.Ip ip && ip.port() == 0) {
          continue;
        }
        Integer first = seen.putIfAbsent(address, i);
        if (first != null && first != i) {
          problems
              .at("listeners", i)
              .error(
                  "address",
                  "listener '"
                      + listener.name()
                      + "' has duplicate address '"
                      + address
                      + "' as existing listener '"
                      + listeners.get(first).name()
                      + "'");
        }
      }
    }
  }

  private static void checkSource(ConfigSource source, Set<String> clusters, Problems problems) {
    if (!(source instanceof ConfigSource.Grpc grpc)) {
      return;
    }
    for (int i = 0; i < grpc.services().size(); i++) {
      GrpcService service = grpc.services().get(i);
      if (!service.cluster().isEmpty() && !clusters.contains(service.cluster())) {
        problems
            .at("grpc_services", i)
            .at("envoy_grpc")
            .error(
                "cluster_name",
                "unknown gRPC cluster: '"
                    + service.cluster()
                    + "'; one of static_resources.clusters is required: "
                    + clusters);
      }
    }
  }

  /** What comes from ADS needs ads_config. */
  private static void checkAds(BootstrapConfig config, Problems problems) {
    if (config.ads() != null) {
      return;
    }
    if (config.lds() instanceof ConfigSource.Ads) {
      problems.at("dynamic_resources").at("lds_config").error("ads", "needs ads_config");
    }
    if (config.cds() instanceof ConfigSource.Ads) {
      problems.at("dynamic_resources").at("cds_config").error("ads", "needs ads_config");
    }
    for (int i = 0; i < config.clusters().size(); i++) {
      ClusterConfig cluster = config.clusters().get(i);
      if (cluster.discovery() instanceof Discovery.Eds eds
          && eds.source() instanceof ConfigSource.Ads) {
        problems
            .at("static_resources")
            .at("clusters", i)
            .at("eds_cluster_config")
            .at("eds_config")
            .error("ads", "needs dynamic_resources.ads_config");
      }
    }
  }

  private static void checkNode(BootstrapConfig config, Problems problems) {
    boolean remote =
        config.ads() != null
            || config.lds() != null
            || config.cds() != null
            || config.listeners().stream().anyMatch(l -> !l.routeTables().isEmpty())
            || secrets(config).anyMatch(secret -> secret.source() != null);
    if (remote && (config.node().id().isEmpty() || config.node().cluster().isEmpty())) {
      problems.error(
          "node",
          "node 'id' and 'cluster' are required. Set it either in 'node' config or via"
              + " --service-node and --service-cluster options.");
    }
  }

  private static Stream<SdsSource> secrets(BootstrapConfig config) {
    return Stream.concat(
        config.listeners().stream().flatMap(listener -> listener.secrets().stream()),
        config.clusters().stream().flatMap(cluster -> cluster.secrets().stream()));
  }

  /** A secret without a source must be one of the bootstrap's own. */
  private static void checkSecrets(BootstrapConfig config, Problems problems) {
    Set<String> names = new HashSet<>();
    for (int i = 0; i < config.secrets().size(); i++) {
      String name = config.secrets().get(i).name();
      if (!names.add(name)) {
        problems.at("secrets", i).error("name", "duplicate static secret name " + name);
      }
    }
    for (int i = 0; i < config.listeners().size(); i++) {
      checkSecrets(config.listeners().get(i).secrets(), names, problems.at("listeners", i));
    }
    for (int i = 0; i < config.clusters().size(); i++) {
      checkSecrets(config.clusters().get(i).secrets(), names, problems.at("clusters", i));
    }
  }

  private static void checkSecrets(Set<SdsSource> secrets, Set<String> names, Problems problems) {
    for (SdsSource secret : secrets) {
      if (secret.source() == null && !names.contains(secret.name())) {
        problems.error(
            "unknown static secret: "
                + secret.name()
                + "; one of static_resources.secrets, or an sds_config, is required");
      }
    }
  }

  /** Static route tables may name static clusters only, unless validate_clusters is off. */
  private static void checkRoutes(
      ListenerConfig listener, Set<String> clusters, Problems problems) {
    List<FilterChain> chains = listener.allFilterChains();
    for (int i = 0; i < chains.size(); i++) {
      Problems here =
          i < listener.filterChains().size()
              ? problems.at("filter_chains", i)
              : problems.at("default_filter_chain");
      List<FilterChain.NetworkFilter> filters = chains.get(i).networkFilters();
      for (int j = 0; j < filters.size(); j++) {
        if (filters.get(j).config() instanceof NetworkFilterConfig.Http http) {
          for (RouteSource source : http.config().routes().parts()) {
            checkTable(source, clusters, here.at("filters", j).at("typed_config"));
          }
        }
      }
    }
  }

  private static void checkTable(RouteSource source, Set<String> clusters, Problems problems) {
    if (source instanceof RouteSource.Inline inline && inline.table().validateClusters()) {
      for (String name : inline.table().referencedClusters()) {
        if (!clusters.contains(name)) {
          problems.error(
              "route_config",
              "route: unknown cluster '" + name + "'; static_resources.clusters has " + clusters);
        }
      }
    }
  }
}
