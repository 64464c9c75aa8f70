package io.outrigger.proxy.tcpstats;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.outrigger.proxy.timeout.Timeout;
import io.outrigger.proxy.worker.Worker;
import org.jspecify.annotations.Nullable;

/**
 * Asks the kernel about one connection: before this side closes it, and each update_period.
 *
 * <p>Where the peer ends it, the socket is closed before a handler hears of it, but not before what
 * was read last has been handed on: so it is asked at the end of each turn of reading, too.
 */
final class TcpStatsWatch extends ChannelDuplexHandler {
  private final TcpStats stats;
  private final Worker worker;
  private final @Nullable Timeout period;
  private TcpInfo counted = TcpInfo.ZERO;
  private TcpInfo seen = TcpInfo.ZERO;
  private @Nullable ChannelHandlerContext context;
  private boolean over;

  TcpStatsWatch(TcpStats stats, Worker worker) {
    this.stats = stats;
    this.worker = worker;
    this.period =
        stats.updatePeriodMillis() == 0 ? null : new Timeout(worker.timers(), this::onPeriod);
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    context = ctx;
    if (period != null) {
      period.arm(stats.updatePeriodMillis() * 1_000_000);
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    look(ctx);
    ctx.fireChannelReadComplete();
  }

  @Override
  public void close(ChannelHandlerContext ctx, ChannelPromise promise) {
    look(ctx);
    end();
    ctx.close(promise);
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    end();
    ctx.fireChannelInactive();
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    end(); // one that never became active
  }

  private void look(ChannelHandlerContext ctx) {
    TcpInfo now = over ? null : TcpInfo.of(ctx.channel());
    if (now != null) {
      seen = now;
    }
  }

  private void onPeriod() {
    ChannelHandlerContext ctx = context;
    if (over || ctx == null) {
      return;
    }
    look(ctx);
    count();
    if (period != null) {
      period.arm(stats.updatePeriodMillis() * 1_000_000);
    }
  }

  /** Nothing is counted of a socket that the kernel says nothing of. */
  @SuppressWarnings("ReferenceEquality") // none was seen
  private void count() {
    if (seen != TcpInfo.ZERO) {
      stats.count(worker.index(), counted, seen);
      counted = seen;
    }
  }

  private void end() {
    if (!over) {
      over = true;
      Timeout.cancelIfMade(period);
      count();
      stats.gone(worker.index(), counted);
    }
  }
}
