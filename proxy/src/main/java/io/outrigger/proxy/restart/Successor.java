package io.outrigger.proxy.restart;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.unix.FileDescriptor;
import io.outrigger.proxy.log.Log;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The new process, as the old one sees it. On the configuration loop. */
final class Successor extends ChannelInboundHandlerAdapter {
  static final String HELLO = "hello 1";
  static final String BUSY = "busy";

  private final HotRestart restart;
  private final Lines lines = new Lines();
  private List<FileDescriptor> sockets = List.of();

  Successor(HotRestart restart) {
    this.restart = restart;
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    if (!(ctx.channel() instanceof EpollDomainSocketChannel channel)
        || !ControlSocket.isOwn(channel)) {
      Log.MAIN.warning("hot restart: refused a process of another user");
      ctx.close();
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) throws IOException {
    if (!ctx.channel().isActive()) {
      ((ByteBuf) message).release();
      return;
    }
    lines.add((ByteBuf) message, line -> line(ctx, line));
  }

  private void line(ChannelHandlerContext ctx, String line) {
    if (line.equals(HELLO)) {
      answer(ctx, restart.claim(this) ? restart.describe() : List.of(BUSY));
    } else if (!restart.isClaimedBy(this)) {
      ctx.close();
    } else if (line.startsWith("sockets ")) {
      sockets = restart.sockets(line.substring("sockets ".length()));
      answer(ctx, List.of(Integer.toString(sockets.size())));
    } else if (line.equals("go")) {
      for (FileDescriptor socket : sockets) {
        ctx.write(socket);
      }
      ctx.flush();
      sockets = List.of();
    } else if (line.startsWith("drain ")) {
      restart.handOver(Long.parseLong(line.substring("drain ".length())));
      answer(ctx, List.of());
    } else if (line.equals("stats")) {
      answer(ctx, restart.statsSince());
    } else {
      ctx.close();
    }
  }

  private static void answer(ChannelHandlerContext ctx, List<String> answer) {
    StringBuilder text = new StringBuilder();
    answer.forEach(line -> text.append(line).append('\n'));
    text.append(Parent.END).append('\n');
    ctx.writeAndFlush(Unpooled.copiedBuffer(text, StandardCharsets.UTF_8));
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    restart.left(this);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    Log.MAIN.warning("hot restart: " + cause);
    ctx.close();
  }
}
