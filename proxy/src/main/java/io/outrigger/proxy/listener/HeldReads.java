package io.outrigger.proxy.listener;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * Holds what a client sends while a filter waits before it starts the next. On the connection's
 * worker.
 */
public final class HeldReads extends ChannelInboundHandlerAdapter {
  private final Runnable gone;
  private final ArrayDeque<Object> held = new ArrayDeque<>(1);
  private @Nullable ChannelHandlerContext context;

  private HeldReads(Runnable gone) {
    this.gone = gone;
  }

  /** Begins to hold; {@code gone} is run when the connection ends, or the wait does. */
  public static HeldReads of(DownstreamConnection connection, Runnable gone) {
    HeldReads reads = new HeldReads(gone);
    connection.channel().pipeline().addLast(reads);
    return reads;
  }

  /** Gives what came meanwhile to the next filter, which has started. */
  public void release() {
    ChannelHandlerContext here = context;
    if (here == null) {
      return;
    }
    for (Object message = held.poll(); message != null; message = held.poll()) {
      here.fireChannelRead(message);
    }
    if (!here.isRemoved()) {
      here.pipeline().remove(this);
    }
  }

  @Override
  public void handlerAdded(ChannelHandlerContext added) {
    context = added;
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext removed) {
    gone.run();
    for (Object message = held.poll(); message != null; message = held.poll()) {
      ReferenceCountUtil.release(message);
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext from, Object message) {
    held.add(message);
  }

  @Override
  public void channelInactive(ChannelHandlerContext from) {
    gone.run();
    from.fireChannelInactive();
  }
}
