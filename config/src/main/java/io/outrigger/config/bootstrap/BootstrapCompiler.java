package io.outrigger.config.bootstrap;

import io.envoyproxy.envoy.config.bootstrap.v3.Admin;
import io.envoyproxy.envoy.config.bootstrap.v3.Bootstrap;
import io.envoyproxy.envoy.config.bootstrap.v3.ClusterManager;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.outrigger.config.accesslog.AccessLogCompiler;
import io.outrigger.config.address.AddressCompiler;
import io.outrigger.config.bootstrap.BootstrapConfig.AdminConfig;
import io.outrigger.config.cluster.ClusterCompiler;
import io.outrigger.config.cluster.ClusterConfig;
import io.outrigger.config.cluster.EndpointsCompiler;
import io.outrigger.config.cluster.UpstreamBind;
import io.outrigger.config.cluster.UpstreamBindCompiler;
import io.outrigger.config.compile.Compiled;
import io.outrigger.config.compile.Problems;
import io.outrigger.config.listener.ListenerCompiler;
import io.outrigger.config.listener.ListenerConfig;
import io.outrigger.config.overload.OverloadCompiler;
import io.outrigger.config.source.ConfigSource;
import io.outrigger.config.source.ConfigSourceCompiler;
import io.outrigger.config.tls.Secret;
import io.outrigger.config.tls.SecretCompiler;
import io.outrigger.config.tracing.TracerCompiler;
import io.outrigger.config.tracing.TracerConfig;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Compiles the bootstrap; any error in it refuses it whole. */
public final class BootstrapCompiler {
  private static final String MESSAGE = "envoy.config.bootstrap.v3.Bootstrap";

  private BootstrapCompiler() {}

  /** The bootstrap, with what the command line adds to its node already in it. */
  public static Compiled<BootstrapConfig> compile(Bootstrap proto) {
    Problems problems = new Problems();
    problems.checkRules(MESSAGE, proto);
    return Compiled.of(compile(proto, problems), problems);
  }

  /** One that was checked against the rules of its proto when its text was read. */
  public static Compiled<BootstrapConfig> compileChecked(Bootstrap proto) {
    Problems problems = new Problems();
    return Compiled.of(compile(proto, problems), problems);
  }

  private static BootstrapConfig compile(Bootstrap proto, Problems problems) {
    IgnoredFields.tell(proto, problems);
    Problems resources = problems.at("static_resources");
    List<ClusterConfig> clusters = clusters(proto, resources);
    List<ListenerConfig> listeners = listeners(proto, resources);
    List<Secret> secrets = secrets(proto, resources);
    Problems dynamic = problems.at("dynamic_resources");
    var dynamicProto = proto.getDynamicResources();
    ConfigSource lds =
        dynamicProto.hasLdsConfig()
            ? ConfigSourceCompiler.compile(dynamicProto.getLdsConfig(), dynamic.at("lds_config"))
            : null;
    ConfigSource cds =
        dynamicProto.hasCdsConfig()
            ? ConfigSourceCompiler.compile(dynamicProto.getCdsConfig(), dynamic.at("cds_config"))
            : null;
    ConfigSource.Grpc ads =
        dynamicProto.hasAdsConfig()
            ? ConfigSourceCompiler.grpc(
                dynamicProto.getAdsConfig(), 15_000, dynamic.at("ads_config"))
            : null;
    BootstrapConfig config =
        new BootstrapConfig(
            node(proto.getNode()),
            listeners,
            clusters,
            secrets,
            admin(proto, problems),
            lds,
            cds,
            ads,
            loadStats(proto.getClusterManager(), problems.at("cluster_manager")),
            upstreamBind(proto.getClusterManager(), problems.at("cluster_manager")),
            RuntimeCompiler.compile(proto.getLayeredRuntime(), problems.at("layered_runtime")),
            StatsOptionsCompiler.compile(proto, problems),
            proto.hasOverloadManager()
                ? OverloadCompiler.compile(
                    proto.getOverloadManager(), problems.at("overload_manager"))
                : null,
            tracer(proto, problems),
            proto);
    BootstrapReferences.check(config, problems);
    return config;
  }

  private static ConfigSource.@Nullable Grpc loadStats(ClusterManager proto, Problems problems) {
    return proto.hasLoadStatsConfig()
        ? ConfigSourceCompiler.grpc(proto.getLoadStatsConfig(), 0, problems.at("load_stats_config"))
        : null;
  }

  private static @Nullable UpstreamBind upstreamBind(ClusterManager proto, Problems problems) {
    return proto.hasUpstreamBindConfig()
        ? UpstreamBindCompiler.compile(
            proto.getUpstreamBindConfig(), problems.at("upstream_bind_config"))
        : null;
  }

  @SuppressWarnings("deprecation") // tracing, still in use
  private static @Nullable TracerConfig tracer(Bootstrap proto, Problems problems) {
    return proto.getTracing().hasHttp()
        ? TracerCompiler.compile(proto.getTracing().getHttp(), problems.at("tracing").at("http"))
        : null;
  }

  private static NodeConfig node(Node proto) {
    return new NodeConfig(
        proto.getId(), proto.getCluster(), EndpointsCompiler.locality(proto.getLocality()), proto);
  }

  private static List<ClusterConfig> clusters(Bootstrap proto, Problems problems) {
    List<ClusterConfig> clusters = new ArrayList<>();
    for (int i = 0; i < proto.getStaticResources().getClustersCount(); i++) {
      clusters.add(
          ClusterCompiler.compile(
              proto.getStaticResources().getClusters(i), problems.at("clusters", i)));
    }
    return clusters;
  }

  private static List<ListenerConfig> listeners(Bootstrap proto, Problems problems) {
    List<ListenerConfig> listeners = new ArrayList<>();
    for (int i = 0; i < proto.getStaticResources().getListenersCount(); i++) {
      listeners.add(
          ListenerCompiler.compile(
              proto.getStaticResources().getListeners(i), problems.at("listeners", i)));
    }
    return listeners;
  }

  private static List<Secret> secrets(Bootstrap proto, Problems problems) {
    List<Secret> secrets = new ArrayList<>();
    for (int i = 0; i < proto.getStaticResources().getSecretsCount(); i++) {
      Secret secret =
          SecretCompiler.compile(
              proto.getStaticResources().getSecrets(i), problems.at("secrets", i));
      if (secret != null) {
        secrets.add(secret);
      }
    }
    return secrets;
  }

  @SuppressWarnings("deprecation") // access_log_path
  private static @Nullable AdminConfig admin(Bootstrap proto, Problems problems) {
    Admin admin = proto.getAdmin();
    if (!admin.hasAddress()) {
      return null;
    }
    Problems here = problems.at("admin");
    if (!admin.getAccessLogPath().isEmpty() && !admin.getAccessLogPath().equals("/dev/null")) {
      here.ignored("access_log_path");
    }
    if (admin.getAccessLogCount() > 0) {
      here.ignored("access_log");
    }
    return new AdminConfig(
        AddressCompiler.compile(admin.getAddress(), false, here.at("address")),
        AccessLogCompiler.compileAll(admin.getAccessLogList(), "access_log", here));
  }
}
