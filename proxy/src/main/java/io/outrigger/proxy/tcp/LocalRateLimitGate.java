package io.outrigger.proxy.tcp;

import io.outrigger.config.listener.NetworkFilterConfig;
import io.outrigger.config.ratelimit.TokenBucket;
import io.outrigger.proxy.accesslog.ResponseFlag;
import io.outrigger.proxy.listener.DownstreamConnection;
import io.outrigger.proxy.listener.TerminalFilter;
import io.outrigger.proxy.stats.Counter;
import io.outrigger.proxy.stats.StatStore;

/**
 * envoy.filters.network.local_ratelimit: closes connections of a chain while a bucket is empty. On
 * a worker; the bucket is all workers'.
 */
public final class LocalRateLimitGate implements TerminalFilter {
  private final NetworkFilterConfig.LocalRateLimit config;
  private final TokenBucket bucket;
  private final TerminalFilter next;
  private final Counter limited;

  public LocalRateLimitGate(
      NetworkFilterConfig.LocalRateLimit config,
      TokenBucket bucket,
      StatStore store,
      TerminalFilter next) {
    this.config = config;
    this.bucket = bucket;
    this.next = next;
    this.limited = store.counter("local_rate_limit." + config.statPrefix() + ".rate_limited");
  }

  @Override
  public void start(DownstreamConnection connection) {
    if (!config.enabled().holds() || bucket.take(connection.worker().nanos())) {
      next.start(connection);
      return;
    }
    limited.inc(connection.worker().index());
    connection.responseFlag(ResponseFlag.URX); // as in Envoy
    connection.localCloseReason("local_ratelimit_close_over_limit");
    next.refuse(connection);
  }

  @Override
  public void refuse(DownstreamConnection connection) {
    next.refuse(connection);
  }
}
