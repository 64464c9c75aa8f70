package io.outrigger.proxy.tcp;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.outrigger.config.metadata.Metadata;
import io.outrigger.config.tcp.TcpProxyConfig;
import io.outrigger.proxy.accesslog.AccessLogger;
import io.outrigger.proxy.accesslog.ValueFormat;
import io.outrigger.proxy.cluster.Clusters;
import io.outrigger.proxy.http.HeaderMutator;
import io.outrigger.proxy.istio.PeerExchanges;
import io.outrigger.proxy.istio.SeriesTable;
import io.outrigger.proxy.listener.DownstreamConnection;
import io.outrigger.proxy.listener.TerminalFilter;
import io.outrigger.proxy.snapshot.SnapshotReader;
import io.outrigger.proxy.stats.StatStore;
import org.jspecify.annotations.Nullable;

/**
 * envoy.filters.network.tcp_proxy on one worker: makes a session of each connection. Owned by its
 * worker.
 */
public final class TcpProxy implements TerminalFilter {
  static final String CLUSTER = "envoy.tcp_proxy.cluster";
  private static final String LB = "envoy.lb";

  private final TcpProxyConfig config;
  private final Clusters clusters;
  private final SnapshotReader snapshots;
  private final AccessLogger accessLogger;
  private final TcpProxyStats stats;
  private final ValueFormat values = new ValueFormat();
  private final HeaderMutator mutator = new HeaderMutator(values);
  private final PeerExchanges exchanges;
  private final @Nullable SeriesTable istio;

  public TcpProxy(
      TcpProxyConfig config,
      Clusters clusters,
      SnapshotReader snapshots,
      AccessLogger accessLogger,
      StatStore store,
      PeerExchanges exchanges,
      @Nullable SeriesTable istio) {
    this.exchanges = exchanges;
    this.istio = istio;
    this.config = config;
    this.clusters = clusters;
    this.snapshots = snapshots;
    this.accessLogger = accessLogger;
    this.stats = new TcpProxyStats(store, config.statPrefix(), config.onDemand() != null);
  }

  @Override
  public void start(DownstreamConnection connection) {
    new TcpSession(this, connection, pick(connection)).start();
  }

  /** It is counted and logged as others are. */
  @Override
  public void refuse(DownstreamConnection connection) {
    new TcpSession(this, connection, pick(connection)).refuse();
  }

  private TcpProxyConfig.ClusterWeight pick(DownstreamConnection connection) {
    Value named = connection.filterState(CLUSTER);
    return named != null && named.hasStringValue()
        ? new TcpProxyConfig.ClusterWeight(named.getStringValue(), 1, Metadata.EMPTY)
        : config.pick(connection.worker().randomLong());
  }

  TcpProxyConfig config() {
    return config;
  }

  Clusters clusters() {
    return clusters;
  }

  SnapshotReader snapshots() {
    return snapshots;
  }

  AccessLogger accessLogger() {
    return accessLogger;
  }

  TcpProxyStats stats() {
    return stats;
  }

  ValueFormat values() {
    return values;
  }

  HeaderMutator mutator() {
    return mutator;
  }

  PeerExchanges exchanges() {
    return exchanges;
  }

  /** Null: Istio's metrics are not kept. */
  @Nullable SeriesTable istio() {
    return istio;
  }

  /** What endpoints must have: the chosen cluster's criteria over those of the whole filter. */
  @Nullable Struct metadataMatch(TcpProxyConfig.ClusterWeight chosen) {
    Struct own = chosen.metadataMatch().namespace(LB);
    Struct all = config.metadataMatch().namespace(LB);
    if (own == null || all == null) {
      return own != null ? own : all;
    }
    return all.toBuilder().putAllFields(own.getFieldsMap()).build();
  }
}
