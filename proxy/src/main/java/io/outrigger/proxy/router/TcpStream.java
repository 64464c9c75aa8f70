package io.outrigger.proxy.router;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.outrigger.config.http.HeaderName;
import io.outrigger.config.http.Headers;
import io.outrigger.proxy.cluster.Host;
import io.outrigger.proxy.cluster.LbContext;
import io.outrigger.proxy.cluster.Pending;
import io.outrigger.proxy.cluster.StreamWaiter;
import io.outrigger.proxy.cluster.TcpWaiter;
import io.outrigger.proxy.cluster.UpstreamInfo;
import io.outrigger.proxy.cluster.WorkerCluster;
import io.outrigger.proxy.stream.ClientStream;
import io.outrigger.proxy.stream.ResetReason;
import io.outrigger.proxy.stream.ResponseSink;
import io.outrigger.proxy.worker.Worker;
import org.jspecify.annotations.Nullable;

/**
 * A CONNECT that ends here: its body goes to a plain connection as it is, and what comes back is
 * the body of a 200. On its worker.
 */
@SuppressWarnings("FutureReturnValueIgnored") // the channel tells of its end by itself
final class TcpStream extends ChannelInboundHandlerAdapter implements ClientStream, TcpWaiter {
  private final Worker worker;
  private final StreamWaiter waiter;
  private @Nullable ResponseSink sink;
  private @Nullable Channel channel;
  private int pauses;

  private TcpStream(Worker worker, StreamWaiter waiter) {
    this.worker = worker;
    this.waiter = waiter;
  }

  static Pending open(
      Worker worker, WorkerCluster cluster, Host host, LbContext context, StreamWaiter waiter) {
    return cluster.newTcpConnection(host, context, new TcpStream(worker, waiter));
  }

  @Override
  public void onConnection(Channel connected, UpstreamInfo info) {
    channel = connected;
    connected.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
    connected.pipeline().addLast(this);
    sink = waiter.sink();
    waiter.onStream(this, info);
  }

  @Override
  public void onFailure(ResetReason reason, @Nullable String transportFailure) {
    waiter.onFailure(reason, transportFailure);
  }

  // ---- the request ----

  @Override
  public void sendHeaders(Headers headers, boolean endStream) {
    ResponseSink to = sink;
    Channel open = channel;
    if (to == null || open == null) {
      return;
    }
    Headers ok = worker.headers().take();
    ok.add(HeaderName.STATUS, "200");
    to.onResponseHeaders(ok, false);
    if (sink != null) {
      if (pauses == 0) {
        open.config().setAutoRead(true);
      }
      if (endStream) {
        endOutput(open);
      }
    }
  }

  @Override
  public void sendData(ByteBuf data, boolean endStream) {
    Channel open = channel;
    if (open == null || sink == null) {
      data.release();
      return;
    }
    open.writeAndFlush(data);
    if (endStream) {
      endOutput(open);
    }
  }

  private static void endOutput(Channel open) {
    if (open instanceof DuplexChannel duplex) {
      open.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(done -> duplex.shutdownOutput());
    }
  }

  @Override
  public void sendTrailers(Headers trailers) {
    Channel open = channel;
    if (open != null && sink != null) {
      endOutput(open);
    }
  }

  @Override
  public void reset(ResetReason reason) {
    sink = null;
    if (channel != null) {
      channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
    }
  }

  @Override
  public boolean isWritable() {
    return channel != null && channel.isWritable();
  }

  @Override
  public void pauseResponse() {
    pauses++;
    if (channel != null) {
      channel.config().setAutoRead(false);
    }
  }

  @Override
  public void resumeResponse() {
    if (--pauses == 0 && channel != null) {
      channel.config().setAutoRead(true);
    }
  }

  // ---- the response ----

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    ByteBuf data = (ByteBuf) message;
    ResponseSink to = sink;
    if (to == null) {
      data.release();
    } else {
      to.onResponseData(data, false);
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    if (event instanceof ChannelInputShutdownEvent) {
      end();
    } else {
      context.fireUserEventTriggered(event);
    }
  }

  private void end() {
    ResponseSink to = sink;
    if (to != null) {
      sink = null;
      to.onResponseData(Unpooled.EMPTY_BUFFER, true);
    }
    if (channel != null) {
      channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    end();
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext context) {
    ResponseSink to = sink;
    if (to != null && context.channel().isWritable()) {
      to.onRequestWritable();
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    ResponseSink to = sink;
    sink = null;
    if (to != null) {
      to.onResponseReset(ResetReason.CONNECTION_TERMINATION, null);
    }
    context.close();
  }
}
