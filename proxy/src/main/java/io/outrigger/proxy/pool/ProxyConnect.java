package io.outrigger.proxy.pool;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.PendingWriteQueue;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import java.nio.channels.ClosedChannelException;
import org.jspecify.annotations.Nullable;

/**
 * Asks an HTTP proxy for the way to a host, holds back all that is written until it says 200, and
 * leaves. Any other answer closes the connection, which looks as if the peer had done it: this
 * comes before all handlers that tell the difference.
 */
@SuppressWarnings("FutureReturnValueIgnored") // the channel tells of its end by itself
final class ProxyConnect extends ChannelDuplexHandler {
  private final byte[] request;
  private @Nullable PendingWriteQueue held;
  private @Nullable ByteBuf answer;
  private boolean readWanted;

  private ProxyConnect(byte[] request) {
    this.request = request;
  }

  /** Asks now, on a connection to the proxy, before {@code first} hears of anything more. */
  static void ask(Channel channel, ChannelHandler first, byte[] request) {
    channel
        .pipeline()
        .addBefore(channel.pipeline().context(first).name(), null, new ProxyConnect(request));
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    held = new PendingWriteQueue(ctx);
    ctx.writeAndFlush(Unpooled.wrappedBuffer(request));
    ctx.read();
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    ByteBuf bytes = (ByteBuf) message;
    if (held == null) {
      ctx.fireChannelRead(bytes);
      return;
    }
    ByteBuf all = answer == null ? bytes : join(ctx, answer, bytes);
    answer = all;
    int end = ProxyAnswer.end(all);
    if (end == ProxyAnswer.REFUSED) {
      ctx.close();
    } else if (end != ProxyAnswer.INCOMPLETE) {
      answer = null;
      all.skipBytes(end);
      goOn(ctx, held);
      if (all.isReadable()) {
        ctx.fireChannelRead(all);
      } else {
        all.release();
      }
      ctx.pipeline().remove(this);
    }
  }

  private static ByteBuf join(ChannelHandlerContext ctx, ByteBuf before, ByteBuf bytes) {
    ByteBuf joined = ctx.alloc().buffer(before.readableBytes() + bytes.readableBytes());
    joined.writeBytes(before).writeBytes(bytes);
    before.release();
    bytes.release();
    return joined;
  }

  private void goOn(ChannelHandlerContext ctx, PendingWriteQueue waiting) {
    held = null;
    waiting.removeAndWriteAll();
    ctx.flush();
    if (readWanted) {
      ctx.read();
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    if (held == null) {
      ctx.fireChannelReadComplete();
    } else {
      ctx.read();
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (held != null && event instanceof ChannelInputShutdownEvent) {
      ctx.close(); // no answer can come
    } else {
      ctx.fireUserEventTriggered(event);
    }
  }

  @Override
  public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
    if (held == null) {
      ctx.write(message, promise);
    } else {
      held.add(message, promise);
    }
  }

  @Override
  public void flush(ChannelHandlerContext ctx) {
    if (held == null) {
      ctx.flush();
    }
  }

  @Override
  public void read(ChannelHandlerContext ctx) {
    if (held == null) {
      ctx.read();
    } else {
      readWanted = true; // what is read until then is for this one
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    ctx.fireChannelInactive(); // first, or TLS would tell that it could not write
    end();
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    end();
  }

  private void end() {
    if (answer != null) {
      answer.release();
      answer = null;
    }
    PendingWriteQueue waiting = held;
    held = null;
    if (waiting != null) {
      waiting.removeAndFailAll(new ClosedChannelException());
    }
  }
}
