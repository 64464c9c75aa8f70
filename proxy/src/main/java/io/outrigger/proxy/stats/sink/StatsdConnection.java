package io.outrigger.proxy.stats.sink;

import io.netty.buffer.ByteBufUtil;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.outrigger.config.bootstrap.StatsSink;
import io.outrigger.config.bootstrap.StatsSink.TagStyle;
import io.outrigger.proxy.cluster.Clusters;
import io.outrigger.proxy.cluster.Host;
import io.outrigger.proxy.cluster.LbContext;
import io.outrigger.proxy.cluster.TcpWaiter;
import io.outrigger.proxy.cluster.UpstreamInfo;
import io.outrigger.proxy.cluster.WorkerCluster;
import io.outrigger.proxy.stream.ResetReason;
import org.jspecify.annotations.Nullable;

/**
 * Statsd's lines over a connection to a cluster. While the connection is being made, or does not
 * take what was sent before, a flush is left out.
 */
@SuppressWarnings("FutureReturnValueIgnored") // the channel tells of its end by itself
final class StatsdConnection extends ChannelInboundHandlerAdapter
    implements StatsOutput, TcpWaiter, LbContext {
  private final StatsSink.StatsdTcp config;
  private final Clusters clusters;
  private final StatsdLines lines;
  private @Nullable Channel channel;
  private @Nullable FlushedStats first;
  private boolean connecting;

  StatsdConnection(StatsSink.StatsdTcp config, Clusters clusters) {
    this.config = config;
    this.clusters = clusters;
    this.lines = new StatsdLines(config.prefix(), TagStyle.NONE);
  }

  @Override
  public void flush(FlushedStats stats) {
    Channel open = channel;
    if (open != null) {
      if (open.isWritable()) {
        send(open, stats);
      }
    } else if (!connecting) {
      connect(stats);
    }
  }

  private void connect(FlushedStats stats) {
    WorkerCluster cluster = clusters.get(config.cluster());
    Host host = cluster == null ? null : cluster.pick(this);
    if (cluster == null || host == null) {
      return;
    }
    connecting = true;
    first = stats;
    cluster.newTcpConnection(host, this, this);
  }

  private void send(Channel open, FlushedStats stats) {
    StringBuilder text = new StringBuilder(16 * 1024);
    lines.write(stats, line -> text.append(line).append('\n'));
    open.writeAndFlush(ByteBufUtil.writeUtf8(open.alloc(), text));
  }

  @Override
  public void onConnection(Channel connected, UpstreamInfo info) {
    connecting = false;
    channel = connected;
    connected.pipeline().addLast(this);
    connected.config().setAutoRead(true); // to hear of its end
    FlushedStats waited = first;
    first = null;
    if (waited != null) {
      send(connected, waited);
    }
  }

  @Override
  public void onFailure(ResetReason reason, @Nullable String transportFailure) {
    connecting = false;
    first = null;
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    channel = null;
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    context.close();
  }
}
