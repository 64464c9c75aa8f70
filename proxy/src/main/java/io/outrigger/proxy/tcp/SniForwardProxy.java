package io.outrigger.proxy.tcp;

import io.outrigger.config.listener.NetworkFilterConfig;
import io.outrigger.proxy.dns.DnsCache;
import io.outrigger.proxy.dns.DnsCaches;
import io.outrigger.proxy.dns.DnsLookup;
import io.outrigger.proxy.listener.DownstreamConnection;
import io.outrigger.proxy.listener.HeldReads;
import io.outrigger.proxy.listener.TerminalFilter;
import org.jspecify.annotations.Nullable;

/**
 * envoy.filters.network.sni_dynamic_forward_proxy: a connection waits until DNS knows the name that
 * its SNI has; then the TCP proxy takes it. On its worker.
 */
@SuppressWarnings("FutureReturnValueIgnored") // the channel tells of its end by itself
public final class SniForwardProxy implements TerminalFilter {
  private static final int HTTPS = 443;

  private final NetworkFilterConfig.SniForwardProxy config;
  private final DnsCache cache;
  private final TerminalFilter next;

  public SniForwardProxy(
      NetworkFilterConfig.SniForwardProxy config, DnsCaches caches, TerminalFilter next) {
    this.config = config;
    this.cache = caches.of(config.cache());
    this.next = next;
  }

  @Override
  public void start(DownstreamConnection connection) {
    connection.upstreamPort(config.port());
    String name = connection.requestedServerName();
    if (name == null || name.isEmpty()) {
      next.start(connection);
      return;
    }
    new Wait(connection).start(name, config.port() > 0 ? config.port() : HTTPS);
  }

  /** Until the name is known. */
  private final class Wait {
    private final DownstreamConnection connection;
    private final DnsLookup lookup;
    private @Nullable HeldReads reads;

    Wait(DownstreamConnection connection) {
      this.connection = connection;
      this.lookup = new DnsLookup(cache, connection.worker(), this::proceed);
    }

    void start(String name, int port) {
      switch (lookup.start(name, port)) {
        case KNOWN -> next.start(connection);
        case LOADING -> reads = HeldReads.of(connection, lookup::cancel);
        case OVERFLOW, PENDING_OVERFLOW -> connection.channel().close();
      }
    }

    /** The name is known, or known not to be there: which the TCP proxy finds by itself. */
    private void proceed() {
      next.start(connection);
      HeldReads held = reads;
      if (held != null) {
        held.release();
      }
    }
  }
}
