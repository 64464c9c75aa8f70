package io.outrigger.proxy.listener;

import io.netty.channel.Channel;
import io.outrigger.config.listener.ListenerConfig;
import io.outrigger.config.overload.LoadShedPoint.Kind;
import io.outrigger.config.runtime.RuntimeValues;
import io.outrigger.proxy.overload.OverloadState;
import io.outrigger.proxy.worker.Worker;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** How many connections a listener may have, of its own and of all; asked for each that comes. */
final class ConnectionLimits {
  private static final String GLOBAL = "overload.global_downstream_max_connections";

  private final String key;
  private final ListenerStats stats;
  private final AtomicInteger all;
  private final AtomicInteger own = new AtomicInteger();
  private final @Nullable OverloadState overload;
  private final boolean bypassesAll;

  ConnectionLimits(
      ListenerConfig config,
      ListenerStats stats,
      AtomicInteger all,
      @Nullable OverloadState overload) {
    this.key = "envoy.resource_limits.listener." + config.name() + ".connection_limit";
    this.stats = stats;
    this.all = all;
    this.overload = config.proto().getBypassOverloadManager() ? null : overload;
    this.bypassesAll = config.proto().getIgnoreGlobalConnLimit();
  }

  @Nullable OverloadState overload() {
    return overload;
  }

  /** Counts it until it closes; false if it is one too many, or all are refused. */
  boolean admit(Worker worker, Channel channel) {
    assert worker.inLoop();
    OverloadState state = overload;
    if (state != null
        && (state.rejectsConnection(worker.randomLong())
            || state.sheds(Kind.TCP_LISTENER_ACCEPT, worker))) {
      stats.overloadReject.inc(worker.index());
      return false;
    }
    long limit = RuntimeValues.number(GLOBAL, state == null ? 0 : state.maxConnections());
    if (limit > 0 && !bypassesAll && all.get() >= limit) {
      stats.globalOverflow.inc(worker.index());
      return false;
    }
    if (own.get() >= RuntimeValues.number(key, Long.MAX_VALUE)) {
      stats.overflow.inc(worker.index());
      return false;
    }
    own.incrementAndGet();
    if (!bypassesAll) {
      all.incrementAndGet();
    }
    var _ =
        channel
            .closeFuture()
            .addListener(
                closed -> {
                  own.decrementAndGet();
                  if (!bypassesAll) {
                    all.decrementAndGet();
                  }
                });
    return true;
  }
}
