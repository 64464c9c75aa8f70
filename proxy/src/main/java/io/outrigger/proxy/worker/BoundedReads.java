package io.outrigger.proxy.worker;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.channel.socket.ChannelOutputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.util.UncheckedBooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads from sockets: as much at once as lately came, a large body's parts up to a mebibyte in a
 * turn, and no more than one part while reading is paused. The first handler of a connection's
 * pipeline; one for all of them.
 *
 * <p>With epoll, Netty reads everything that the kernel holds, tens of megabytes perhaps, once the
 * peer has closed its side, whether reading is paused or not. So the buffers for that are refused.
 */
@Sharable
public final class BoundedReads extends ChannelInboundHandlerAdapter {
  /** Large enough for a body's peers to be woken seldom; the allocator pools it. */
  private static final int LARGEST = 64 * 1024;

  /**
   * Parts that follow each other, each of which filled its buffer, before what they became is
   * written: a body is forwarded with a write, and its peers are woken, once a mebibyte rather than
   * once a part. Envoy, too, reads its buffer limit of a mebibyte first.
   */
  private static final int PARTS_A_TURN = 16;

  private static final int FIRST = 2048;
  private static final int SMALLEST = 64;

  private static final BoundedReads INSTANCE = new BoundedReads();
  private static final RecvByteBufAllocator BUFFERS = new Buffers();

  private BoundedReads() {}

  /** Sets a channel up; before its other handlers. */
  public static void of(Channel channel) {
    channel.config().setRecvByteBufAllocator(BUFFERS);
    channel.pipeline().addFirst(INSTANCE);
  }

  @Override
  @SuppressWarnings("ReferenceEquality") // there is but one
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) throws Exception {
    if (cause != Paused.INSTANCE) {
      super.exceptionCaught(context, cause);
    } else if (context.channel() instanceof DuplexChannel socket && socket.isOutputShutdown()) {
      readOn(context);
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    if (event == ChannelOutputShutdownEvent.INSTANCE && !context.channel().config().isAutoRead()) {
      readOn(context);
    }
    context.fireUserEventTriggered(event);
  }

  /**
   * A socket that both sides have closed is ready for ever, and would be asked again and again: it
   * is better read to its end.
   */
  private static void readOn(ChannelHandlerContext context) {
    context.channel().read();
  }

  /** Ends a turn of reading; nothing is wrong. */
  private static final class Paused extends RuntimeException {
    private static final long serialVersionUID = 1L;

    @SuppressWarnings("StaticAssignmentOfThrowable") // it has neither a trace nor suppressed ones
    static final Paused INSTANCE = new Paused();

    private Paused() {
      super("reading is paused", null, false, false);
    }
  }

  private static final class Buffers extends AdaptiveRecvByteBufAllocator {
    Buffers() {
      super(SMALLEST, FIRST, LARGEST);
      maxMessagesPerRead(PARTS_A_TURN);
    }

    @Override
    public ExtendedHandle newHandle() {
      return new Turn((ExtendedHandle) super.newHandle());
    }
  }

  /** One channel's turns of reading. */
  private static final class Turn extends RecvByteBufAllocator.DelegatingHandle
      implements RecvByteBufAllocator.ExtendedHandle {
    private final RecvByteBufAllocator.ExtendedHandle sizes;
    private @Nullable ChannelConfig config;
    private @Nullable BytesRead read;
    private boolean began;

    Turn(RecvByteBufAllocator.ExtendedHandle sizes) {
      super(sizes);
      this.sizes = sizes;
    }

    @Override
    public void reset(ChannelConfig of) {
      config = of;
      began = false;
      super.reset(of);
    }

    @Override
    public ByteBuf allocate(ByteBufAllocator alloc) {
      ChannelConfig of = config;
      if (began && of != null && !of.isAutoRead()) {
        throw Paused.INSTANCE;
      }
      began = true;
      return super.allocate(alloc);
    }

    @Override
    public void lastBytesRead(int bytes) {
      if (bytes > 0) {
        BytesRead ofWorker = read;
        if (ofWorker == null) {
          ofWorker = BytesRead.here(); // a channel stays on its worker
          read = ofWorker;
        }
        ofWorker.add(bytes);
      }
      super.lastBytesRead(bytes);
    }

    @Override
    public boolean continueReading(UncheckedBooleanSupplier maybeMore) {
      return sizes.continueReading(maybeMore);
    }
  }
}
