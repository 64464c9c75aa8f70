package io.outrigger.proxy.tcp;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import io.outrigger.proxy.timeout.Timeout;
import java.io.IOException;
import java.util.ArrayDeque;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * One of a session's two connections, as the last handler of its channel: passes what it reads to
 * the other, buffer by buffer.
 */
@SuppressWarnings("FutureReturnValueIgnored") // the channel tells of its end by itself
final class Half extends ChannelInboundHandlerAdapter {
  private final TcpSession session;
  private final Channel channel;
  private final boolean isDownstream;
  private @Nullable Half other;

  /** What the listener filters had read before the upstream was connected. */
  private @Nullable ArrayDeque<Object> early;

  private boolean paused;
  private boolean inputEnded;
  private boolean outputEnded;
  private boolean closing;
  private boolean reset;
  private @Nullable Timeout flushing;
  private long bytesRead;

  Half(TcpSession session, Channel channel, boolean isDownstream) {
    this.session = session;
    this.channel = channel;
    this.isDownstream = isDownstream;
    channel.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
  }

  /** Bytes from this side's peer. */
  long bytesRead() {
    return bytesRead;
  }

  /** Whether the peer ended the connection with a reset. */
  boolean wasReset() {
    return reset;
  }

  /** Joins the halves; what came early is passed on. */
  void splice(Half to) {
    other = to;
    ArrayDeque<Object> waiting = early;
    early = null;
    if (waiting != null) {
      for (Object bytes : waiting) {
        to.channel.write(bytes);
      }
      to.channel.flush();
    }
    if (inputEnded) {
      to.endOutput();
    }
  }

  void startReading() {
    Half to = other;
    if (to != null && !paused && !to.channel.isWritable()) {
      pause();
    }
    if (!paused && !closing) {
      channel.config().setAutoRead(true);
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    int size = message instanceof ByteBuf bytes ? bytes.readableBytes() : 0;
    bytesRead += size;
    if (isDownstream) {
      session.stats().receivedBytes.add(session.cell(), size);
    } else {
      session.stats().sentBytes.add(session.cell(), size);
    }
    Half to = other;
    if (to != null && !to.closing) {
      session.active();
      to.channel.write(message);
      if (!to.channel.isWritable()) {
        pause();
      }
    } else if (to == null && isDownstream && !closing) {
      if (early == null) {
        early = new ArrayDeque<>(2);
      }
      early.add(message);
    } else {
      ReferenceCountUtil.release(message);
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    Half to = other;
    if (to != null) {
      to.channel.flush();
    }
  }

  /** This side can take more again, or can't: its source is the other side. */
  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    Half source = other;
    if (source == null) {
      return;
    }
    if (channel.isWritable()) {
      source.resume();
    } else {
      source.pause();
    }
  }

  private void pause() {
    if (!paused) {
      paused = true;
      channel.config().setAutoRead(false);
      if (isDownstream) {
        session.stats().pausedReading.inc(session.cell());
      }
    }
  }

  private void resume() {
    if (paused) {
      paused = false;
      if (isDownstream) {
        session.stats().resumedReading.inc(session.cell());
      }
      if (!closing) {
        channel.config().setAutoRead(true);
      }
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    // FIN on a plain connection, close_notify on one with TLS
    if (event instanceof ChannelInputShutdownEvent || event instanceof SslCloseCompletionEvent) {
      onInputEnd();
    }
  }

  private void onInputEnd() {
    if (inputEnded) {
      return;
    }
    inputEnded = true;
    Half to = other;
    if (to != null) {
      to.endOutput();
    }
  }

  /** The other side's peer has said all: so says this side to its peer, after what is buffered. */
  private void endOutput() {
    if (outputEnded) {
      return;
    }
    outputEnded = true;
    Half from = other;
    if (inputEnded && from != null && from.outputEnded) {
      session.bothEnded();
      return;
    }
    channel
        .writeAndFlush(Unpooled.EMPTY_BUFFER)
        .addListener(
            written -> {
              SslHandler tls = channel.pipeline().get(SslHandler.class);
              if (tls != null) {
                tls.closeOutbound(); // close_notify; the socket stays open for the other way
              } else if (channel instanceof DuplexChannel duplex && !duplex.isOutputShutdown()) {
                duplex.shutdownOutput();
              }
            });
  }

  /** Closes once all that is buffered was sent; reads nothing more. */
  void flushAndClose(boolean withReset) {
    if (closing) {
      return;
    }
    closing = true;
    channel.config().setAutoRead(false);
    if (withReset) {
      // RFC 9293 section 3.10.7.4: the other peer's reset is passed on as one
      channel.config().setOption(ChannelOption.SO_LINGER, 0);
      channel.close();
      return;
    }
    channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
  }

  /** As {@link #flushAndClose}, counted: the client is gone, and what it sent still goes out. */
  void flushAndCloseAsUpstream(boolean withReset) {
    var buffer = channel.unsafe().outboundBuffer();
    if (!closing && !withReset && buffer != null && buffer.totalPendingWriteBytes() > 0) {
      flushing = session.flushLimit(channel::close);
      session.stats().upstreamFlush.inc(session.cell());
      session.stats().upstreamFlushActive.inc(session.cell());
    }
    flushAndClose(withReset);
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    closing = true;
    Timeout limit = flushing;
    if (limit != null) {
      limit.cancel();
      flushing = null;
      session.stats().upstreamFlushActive.dec(session.cell());
    }
    ArrayDeque<Object> waiting = early;
    early = null;
    if (waiting != null) {
      waiting.forEach(ReferenceCountUtil::release);
    }
    session.closed(this);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    // a reset by the peer; TLS that breaks off ends here too, and isn't passed on as one
    reset |= cause instanceof IOException && !(cause instanceof SSLException);
    ctx.close();
  }
}
