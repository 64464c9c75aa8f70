package io.outrigger.config.tcp;

import io.envoyproxy.envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy;
import io.outrigger.config.accesslog.AccessLogCompiler;
import io.outrigger.config.accesslog.LogFormatParser;
import io.outrigger.config.compile.Millis;
import io.outrigger.config.compile.Problems;
import io.outrigger.config.compile.Unsigned;
import io.outrigger.config.metadata.Metadata;
import io.outrigger.config.proxyprotocol.TlvCompiler;
import io.outrigger.config.route.HeaderMutationsCompiler;
import io.outrigger.config.source.OnDemandClustersCompiler;
import io.outrigger.config.tcp.TcpProxyConfig.ClusterWeight;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Compiles TcpProxy messages. */
public final class TcpProxyCompiler {
  private static final long DEFAULT_IDLE_MILLIS = 3_600_000;

  private TcpProxyCompiler() {}

  public static TcpProxyConfig compile(TcpProxy proto, Problems problems) {
    if (proto.getStatPrefix().isEmpty()) {
      problems.error("stat_prefix", "is empty; a prefix is required");
    }
    tellUnsupported(proto, problems);
    List<ClusterWeight> clusters = clusters(proto, problems);
    long total = clusters.stream().mapToLong(ClusterWeight::weight).sum();
    Problems backOff = problems.at("backoff_options");
    long base =
        Millis.orElse(
            proto.getBackoffOptions().hasBaseInterval(),
            proto.getBackoffOptions().getBaseInterval(),
            0,
            backOff.at("base_interval"));
    return new TcpProxyConfig(
        proto.getStatPrefix(),
        clusters,
        Math.max(total, 1),
        Metadata.of(proto.getMetadataMatch()),
        Millis.orElse(
            proto.hasIdleTimeout(),
            proto.getIdleTimeout(),
            DEFAULT_IDLE_MILLIS,
            problems.at("idle_timeout")),
        Millis.orElse(
            proto.hasMaxDownstreamConnectionDuration(),
            proto.getMaxDownstreamConnectionDuration(),
            0,
            problems.at("max_downstream_connection_duration")),
        Unsigned.within(
            proto.hasMaxConnectAttempts(),
            proto.getMaxConnectAttempts(),
            1,
            1,
            Integer.MAX_VALUE,
            problems.at("max_connect_attempts")),
        base,
        Millis.orElse(
            proto.getBackoffOptions().hasMaxInterval(),
            proto.getBackoffOptions().getMaxInterval(),
            base * 10,
            backOff.at("max_interval")),
        hashesSourceIp(proto, problems),
        AccessLogCompiler.compileAll(proto.getAccessLogList(), "access_log", problems),
        flushInterval(proto, problems),
        flushOnConnected(proto),
        TlvCompiler.added(proto.getProxyProtocolTlvsList()),
        tunneling(proto, problems.at("tunneling_config")),
        OnDemandClustersCompiler.compile(proto.getOnDemand(), problems.at("on_demand")));
  }

  private static void tellUnsupported(TcpProxy proto, Problems problems) {
    if (proto.hasDownstreamIdleTimeout()) {
      problems.ignored("downstream_idle_timeout");
    }
    if (proto.hasUpstreamIdleTimeout()) {
      problems.ignored("upstream_idle_timeout");
    }
  }

  private static List<ClusterWeight> clusters(TcpProxy proto, Problems problems) {
    List<ClusterWeight> clusters = new ArrayList<>();
    switch (proto.getClusterSpecifierCase()) {
      case CLUSTER -> {
        if (proto.getCluster().isEmpty()) {
          problems.error("cluster", "is empty; a cluster's name is required");
        }
        clusters.add(new ClusterWeight(proto.getCluster(), 1, Metadata.EMPTY));
      }
      case WEIGHTED_CLUSTERS -> {
        for (int i = 0; i < proto.getWeightedClusters().getClustersCount(); i++) {
          var cluster = proto.getWeightedClusters().getClusters(i);
          Problems here = problems.at("weighted_clusters").at("clusters", i);
          if (cluster.getName().isEmpty()) {
            here.error("name", "is empty; a cluster's name is required");
          }
          if (cluster.getWeight() == 0) {
            here.error("weight", "is 0; 1 or more is allowed");
          }
          clusters.add(
              new ClusterWeight(
                  cluster.getName(),
                  Unsigned.toLong(cluster.getWeight()),
                  Metadata.of(cluster.getMetadataMatch())));
        }
      }
      case CLUSTERSPECIFIER_NOT_SET -> {}
    }
    if (clusters.isEmpty()) {
      problems.error("one of cluster or weighted_clusters is required");
    }
    return clusters;
  }

  private static boolean hashesSourceIp(TcpProxy proto, Problems problems) {
    for (int i = 0; i < proto.getHashPolicyCount(); i++) {
      if (proto.getHashPolicy(i).hasSourceIp()) {
        return true;
      }
      problems.at("hash_policy", i).unsupported("filter_state");
    }
    return false;
  }

  @SuppressWarnings("deprecation") // access_log_flush_interval
  private static long flushInterval(TcpProxy proto, Problems problems) {
    if (proto.getAccessLogOptions().hasAccessLogFlushInterval()) {
      return Millis.of(
          proto.getAccessLogOptions().getAccessLogFlushInterval(),
          problems.at("access_log_options").at("access_log_flush_interval"));
    }
    return Millis.orElse(
        proto.hasAccessLogFlushInterval(),
        proto.getAccessLogFlushInterval(),
        0,
        problems.at("access_log_flush_interval"));
  }

  @SuppressWarnings("deprecation") // flush_access_log_on_connected
  private static boolean flushOnConnected(TcpProxy proto) {
    return proto.getFlushAccessLogOnConnected()
        || proto.getAccessLogOptions().getFlushAccessLogOnConnected();
  }

  private static TcpProxyConfig.@Nullable Tunneling tunneling(TcpProxy proto, Problems problems) {
    if (!proto.hasTunnelingConfig()) {
      return null;
    }
    TcpProxy.TunnelingConfig tunneling = proto.getTunnelingConfig();
    if (tunneling.getHostname().isEmpty()) {
      problems.error("hostname", "is empty; a host name is required");
    }
    if (!tunneling.getPostPath().isEmpty() && !tunneling.getUsePost()) {
      problems.error("post_path", "Can't set a post path when POST method isn't used");
    }
    return new TcpProxyConfig.Tunneling(
        LogFormatParser.parse(tunneling.getHostname(), problems.at("hostname")),
        tunneling.getUsePost(),
        tunneling.getPostPath().isEmpty() ? "/" : tunneling.getPostPath(),
        HeaderMutationsCompiler.added(tunneling.getHeadersToAddList(), "headers_to_add", problems),
        tunneling.getPropagateResponseHeaders(),
        tunneling.getPropagateResponseTrailers());
  }
}
