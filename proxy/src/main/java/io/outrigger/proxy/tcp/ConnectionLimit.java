package io.outrigger.proxy.tcp;

import io.outrigger.config.listener.NetworkFilterConfig;
import io.outrigger.proxy.listener.DownstreamConnection;
import io.outrigger.proxy.listener.TerminalFilter;
import io.outrigger.proxy.stats.Counter;
import io.outrigger.proxy.stats.Gauge;
import io.outrigger.proxy.stats.StatStore;
import io.outrigger.proxy.timeout.Timeout;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * envoy.filters.network.connection_limit: closes connections of a chain beyond a number, perhaps
 * after a while. On a worker; the count is all workers'.
 */
@SuppressWarnings("FutureReturnValueIgnored") // the channel tells of its end by itself
public final class ConnectionLimit implements TerminalFilter {
  private final NetworkFilterConfig.ConnectionLimit config;
  private final AtomicLong open;
  private final TerminalFilter next;
  private final Counter limited;
  private final Gauge active;

  public ConnectionLimit(
      NetworkFilterConfig.ConnectionLimit config,
      AtomicLong open,
      StatStore store,
      TerminalFilter next) {
    this.config = config;
    this.open = open;
    this.next = next;
    String prefix = "connection_limit." + config.statPrefix() + ".";
    this.limited = store.counter(prefix + "limited_connections");
    this.active = store.gauge(prefix + "active_connections");
  }

  @Override
  public void start(DownstreamConnection connection) {
    if (!config.enabled().holds()) {
      next.start(connection);
      return;
    }
    int cell = connection.worker().index();
    if (open.incrementAndGet() > config.maxConnections()) {
      open.decrementAndGet();
      limited.inc(cell);
      connection.localCloseReason("over_connection_limit");
      turnAway(connection);
      return;
    }
    active.inc(cell);
    connection
        .channel()
        .closeFuture()
        .addListener(
            closed -> {
              active.dec(cell);
              open.decrementAndGet();
            });
    next.start(connection);
  }

  /** Nothing is read of it while it waits. */
  private void turnAway(DownstreamConnection connection) {
    if (config.delayMillis() == 0) {
      connection.channel().close();
      return;
    }
    Timeout delay = new Timeout(connection.worker().timers(), connection.channel()::close);
    delay.arm(TimeUnit.MILLISECONDS.toNanos(config.delayMillis()));
    connection.channel().closeFuture().addListener(closed -> delay.cancel());
  }
}
