package io.outrigger.proxy.pool;

import io.netty.channel.Channel;
import io.outrigger.proxy.cluster.Host;
import io.outrigger.proxy.cluster.Pending;
import io.outrigger.proxy.cluster.TcpWaiter;
import io.outrigger.proxy.stream.ResetReason;
import io.outrigger.proxy.tls.TlsInfo;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A plain connection for one session, from the wait for it to its end. */
final class TcpConnection implements UpstreamChannel.Owner, Pending {
  private final TcpPool pool;
  private final PoolScope scope;
  private final Host host;
  private final TcpWaiter waiter;
  private final UpstreamChannel channel;
  private @Nullable Channel established;
  private boolean told;

  TcpConnection(
      TcpPool pool,
      PoolScope scope,
      Host host,
      boolean highPriority,
      Introduction introduction,
      TcpWaiter waiter) {
    this.pool = pool;
    this.scope = scope;
    this.host = host;
    this.waiter = waiter;
    this.channel =
        new UpstreamChannel(scope, host, highPriority, introduction, List.of(), false, this);
  }

  void open() {
    channel.open();
  }

  @SuppressWarnings("FutureReturnValueIgnored") // the channel tells of its end by itself
  void close() {
    if (established != null) {
      established.close();
    }
  }

  void abandon() {
    channel.abandon();
  }

  @Override
  public void cancel() {
    assert scope.worker().inLoop();
    if (!told) {
      told = true;
      pool.cancel(this);
    }
  }

  @Override
  public void onConnected(Channel up, @Nullable TlsInfo tls) {
    told = true;
    established = up;
    pool.notPending();
    int cell = scope.cell();
    scope.stats().upstreamRqTotal.inc(cell);
    scope.stats().upstreamRqActive.inc(cell);
    host.stats().requestStarted(cell);
    waiter.onConnection(up, channel.info(null, tls));
  }

  @Override
  public void onConnectFailed(ResetReason reason, @Nullable String transportFailure) {
    pool.onGone(this);
    if (!told) {
      told = true;
      pool.notPending();
      scope.stats().upstreamRqPendingFailureEject.inc(scope.cell());
      waiter.onFailure(reason, transportFailure);
    }
  }

  @Override
  public void onDisconnected(boolean locally) {
    int cell = scope.cell();
    scope.stats().upstreamRqActive.dec(cell);
    host.stats().requestsEnded(cell, 1);
    pool.onGone(this);
  }

  @Override
  public int activeRequests() {
    return 1;
  }

  @Override
  public int totalRequests() {
    return 1;
  }
}
