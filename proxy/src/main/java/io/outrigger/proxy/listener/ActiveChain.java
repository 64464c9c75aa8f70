package io.outrigger.proxy.listener;

import io.outrigger.config.listener.FilterChain;
import io.outrigger.config.listener.ListenerConfig;
import io.outrigger.config.listener.NetworkFilterConfig;
import io.outrigger.config.tls.DownstreamTls;
import io.outrigger.proxy.drain.DrainState;
import io.outrigger.proxy.tcpstats.TcpStats;
import io.outrigger.proxy.tls.ServerTls;
import io.outrigger.proxy.tls.TlsStats;
import io.outrigger.proxy.worker.Worker;
import org.jspecify.annotations.Nullable;

/** A filter chain in force: its TLS, its drain state, and its terminal filter on each worker. */
final class ActiveChain {
  private final ListenerConfig listener;
  private final FilterChain config;
  private final String statPrefix;
  private final @Nullable ServerTls tls;
  private final @Nullable TcpStats tcpStats;
  private final DrainState drain;
  private final TerminalFilter.Factory filters;

  /** By worker, each made and used on that worker alone. */
  private final @Nullable TerminalFilter[] terminals;

  ActiveChain(
      ListenerConfig listener,
      FilterChain config,
      String statPrefix,
      TlsStats tlsStats,
      @Nullable TcpStats tcpStats,
      DrainState drain,
      TerminalFilter.Factory filters,
      int workers) {
    this.listener = listener;
    this.config = config;
    this.statPrefix = statPrefix;
    this.tcpStats = tcpStats;
    this.drain = drain;
    this.filters = filters;
    this.terminals = new @Nullable TerminalFilter[workers];
    DownstreamTls tlsConfig = config.tls();
    this.tls =
        tlsConfig == null
            ? null
            : new ServerTls(
                tlsConfig,
                config.transportSocketConnectTimeoutMillis(),
                config.terminal() instanceof NetworkFilterConfig.Tcp
                    || config.terminal() instanceof NetworkFilterConfig.Discovered,
                tlsStats);
  }

  String name() {
    return config.name();
  }

  /** Null for plaintext. */
  @Nullable ServerTls tls() {
    return tls;
  }

  /** What counts the kernel's numbers of its connections, or null. */
  @Nullable TcpStats tcpStats() {
    return tcpStats;
  }

  DrainState drain() {
    return drain;
  }

  TerminalFilter terminal(Worker worker) {
    assert worker.inLoop();
    int at = worker.index() - 1;
    TerminalFilter found = terminals[at];
    if (found == null) {
      found = filters.create(new TerminalFilter.Scope(worker, listener, config, statPrefix));
      terminals[at] = found;
    }
    return found;
  }
}
