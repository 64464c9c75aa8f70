package io.outrigger.proxy.http1;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslHandler;
import io.outrigger.proxy.worker.Worker;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * What a connection writes: heads and small bodies share one buffer, large bodies are passed as
 * they are, and all is flushed once at the end of the loop's turn.
 */
final class OutBuffer {
  private static final int COPY_UP_TO = 2048;
  private static final int SPILL = 32 * 1024;
  private static final int INITIAL = 1024;

  private final Worker worker;
  private final ChannelHandlerContext ctx;
  private final IntConsumer written;
  private final Runnable flush = this::flush;
  private @Nullable ByteBuf current;
  private boolean scheduled;
  private int hint = INITIAL;

  OutBuffer(Worker worker, ChannelHandlerContext ctx, IntConsumer written) {
    this.written = written;
    this.worker = worker;
    this.ctx = ctx;
  }

  /** The buffer to write to now; it will be flushed with this turn. */
  ByteBuf buffer() {
    if (!scheduled) {
      scheduled = true;
      worker.atEndOfTurn(flush);
    }
    ByteBuf buffer = current;
    if (buffer == null) {
      buffer = ctx.alloc().directBuffer(hint);
      current = buffer;
    }
    return buffer;
  }

  /** Writes a part of a body; it is this buffer's from now on. */
  void body(ByteBuf data) {
    int length = data.readableBytes();
    if (length <= COPY_UP_TO) {
      if (length > 0) {
        buffer().writeBytes(data);
      }
      data.release();
      spillIfLarge();
      return;
    }
    buffer();
    spill();
    written.accept(length);
    ctx.write(data, ctx.voidPromise());
  }

  private void spillIfLarge() {
    if (current != null && current.readableBytes() > SPILL) {
      spill();
    }
  }

  private void spill() {
    ByteBuf buffer = current;
    if (buffer == null) {
      return;
    }
    current = null;
    if (buffer.isReadable()) {
      written.accept(buffer.readableBytes());
      hint = Math.clamp(Integer.highestOneBit(buffer.readableBytes()) << 1, INITIAL, SPILL);
      ctx.write(buffer, ctx.voidPromise());
    } else {
      buffer.release();
    }
  }

  private void flush() {
    scheduled = false;
    spill();
    ctx.flush();
  }

  /** Writes out what there is, then closes. */
  void flushAndClose() {
    spill();
    ctx.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
  }

  /** Writes out what there is, then says that nothing more will come, and leaves reading open. */
  void flushAndShutdownOutput() {
    spill();
    ctx.writeAndFlush(Unpooled.EMPTY_BUFFER)
        .addListener(
            done -> {
              SslHandler tls = ctx.pipeline().get(SslHandler.class);
              if (tls != null) {
                tls.closeOutbound();
              } else if (ctx.channel() instanceof DuplexChannel socket) {
                socket.shutdownOutput();
              }
            });
  }

  /** Forgets what was not written; the channel is gone. */
  void discard() {
    ByteBuf buffer = current;
    current = null;
    if (buffer != null) {
      buffer.release();
    }
  }
}
