package io.outrigger.proxy.tcp;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.outrigger.proxy.listener.DownstreamConnection;
import io.outrigger.proxy.listener.TerminalFilter;

/** envoy.filters.network.echo: sends back what it gets. */
@SuppressWarnings("FutureReturnValueIgnored") // the channel tells of its end by itself
public final class EchoFilter implements TerminalFilter {
  @Override
  public void start(DownstreamConnection connection) {
    Channel channel = connection.channel();
    channel.pipeline().addLast(new Echo());
    channel.config().setAutoRead(true);
  }

  private static final class Echo extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      ctx.write(message);
      if (!ctx.channel().isWritable()) {
        ctx.channel().config().setAutoRead(false);
      }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
      ctx.flush();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
      ctx.channel().config().setAutoRead(ctx.channel().isWritable());
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
      if (event instanceof ChannelInputShutdownEvent || event instanceof SslCloseCompletionEvent) {
        ctx.close();
      }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      ctx.close(); // the client reset the connection
    }
  }
}
