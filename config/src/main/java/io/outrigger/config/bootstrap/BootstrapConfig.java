package io.outrigger.config.bootstrap;

import io.envoyproxy.envoy.config.bootstrap.v3.Bootstrap;
import io.outrigger.config.accesslog.AccessLogConfig;
import io.outrigger.config.address.Address;
import io.outrigger.config.cluster.ClusterConfig;
import io.outrigger.config.cluster.UpstreamBind;
import io.outrigger.config.listener.ListenerConfig;
import io.outrigger.config.overload.OverloadConfig;
import io.outrigger.config.runtime.RuntimeLayerConfig;
import io.outrigger.config.source.ConfigSource;
import io.outrigger.config.tls.Secret;
import io.outrigger.config.tracing.TracerConfig;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The bootstrap as compiled.
 *
 * @param admin null: no admin server
 * @param lds null: static listeners alone
 * @param cds null: static clusters alone
 * @param ads null: no aggregated stream
 * @param loadStats whom loads are reported to (LRS); null: nobody
 * @param upstreamBind of clusters that have none of their own; null: the kernel picks
 * @param overload null: no overload manager
 * @param runtime its layers; the last wins
 * @param tracer the provider of connection managers that name none; null: none
 */
public record BootstrapConfig(
    NodeConfig node,
    List<ListenerConfig> listeners,
    List<ClusterConfig> clusters,
    List<Secret> secrets,
    @Nullable AdminConfig admin,
    @Nullable ConfigSource lds,
    @Nullable ConfigSource cds,
    ConfigSource.@Nullable Grpc ads,
    ConfigSource.@Nullable Grpc loadStats,
    @Nullable UpstreamBind upstreamBind,
    List<RuntimeLayerConfig> runtime,
    StatsOptions stats,
    @Nullable OverloadConfig overload,
    @Nullable TracerConfig tracer,
    Bootstrap proto) {
  public BootstrapConfig {
    listeners = List.copyOf(listeners);
    clusters = List.copyOf(clusters);
    secrets = List.copyOf(secrets);
    runtime = List.copyOf(runtime);
  }

  /** The admin server. */
  public record AdminConfig(Address address, List<AccessLogConfig> accessLogs) {}
}
