package io.outrigger.proxy.health;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.outrigger.config.cluster.HealthCheck;
import io.outrigger.proxy.cluster.Host;
import io.outrigger.proxy.pool.OwnChannel;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** tcp_health_check: connects; or sends some bytes and awaits others. */
@SuppressWarnings("FutureReturnValueIgnored") // the channel tells of its end by itself
final class TcpCheckup implements Checkup, OwnChannel.Owner {
  private final CheckScope scope;
  private final Host host;
  private final HealthCheck.Tcp config;
  private final Verdict verdict;
  private @Nullable OwnChannel channel;
  private boolean connected;
  private boolean awaiting;

  TcpCheckup(CheckScope scope, Host host, HealthCheck.Tcp config, Verdict verdict) {
    this.scope = scope;
    this.host = host;
    this.config = config;
    this.verdict = verdict;
  }

  @Override
  public void start() {
    awaiting = true;
    OwnChannel open = channel;
    if (open == null) {
      connected = false;
      open = scope.open(host, List.of(), this);
      channel = open;
      open.open();
    } else if (connected) {
      send(open);
    }
  }

  @Override
  @SuppressWarnings("ReferenceEquality")
  public void onConnected(OwnChannel up) {
    if (up != channel) {
      return;
    }
    connected = true;
    if (config.receive().isEmpty()) {
      close();
      awaiting = false;
      verdict.healthy(false);
      return;
    }
    up.channel().pipeline().addLast(new Received(up));
    send(up);
  }

  private void send(OwnChannel up) {
    if (!config.send().isEmpty()) {
      up.channel().writeAndFlush(Unpooled.wrappedBuffer(config.send().asReadOnlyByteBuffer()));
    }
  }

  @Override
  @SuppressWarnings("ReferenceEquality")
  public void onClosed(OwnChannel down) {
    if (down != channel) {
      return;
    }
    channel = null;
    if (awaiting) {
      awaiting = false;
      verdict.unhealthy(FailureType.NETWORK, false, 0);
    }
  }

  /** Collects what comes until it has what is awaited. */
  private final class Received extends SimpleChannelInboundHandler<ByteBuf> {
    /** More than this between two parts isn't kept. */
    private static final int MOST = 64 * 1024;

    private final OwnChannel from;
    private final ByteBuf bytes = Unpooled.buffer(256, Integer.MAX_VALUE);

    Received(OwnChannel from) {
      this.from = from;
    }

    @Override
    @SuppressWarnings("ReferenceEquality")
    protected void channelRead0(ChannelHandlerContext context, ByteBuf part) {
      if (from != channel) {
        return;
      }
      if (bytes.readableBytes() + part.readableBytes() > MOST) {
        context.close();
        return;
      }
      bytes.writeBytes(part);
      if (awaiting && Payloads.match(config.receive(), bytes)) {
        awaiting = false;
        bytes.clear();
        if (!scope.config().reuseConnection()) {
          close();
        }
        verdict.healthy(false);
      }
    }
  }

  @Override
  public void timedOut() {
    close();
  }

  @Override
  public void close() {
    awaiting = false;
    OwnChannel open = channel;
    channel = null;
    if (open != null) {
      open.close();
    }
  }
}
