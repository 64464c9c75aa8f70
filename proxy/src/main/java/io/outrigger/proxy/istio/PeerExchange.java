package io.outrigger.proxy.istio;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.util.ReferenceCountUtil;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Metadata of peers on one connection that has agreed on it: before its first byte, each side sends
 * a magic number, a length, and so many bytes of a protobuf Any with a Struct. Leaves the pipeline
 * when both have.
 *
 * <p>A peer that begins with anything else has no metadata, and its bytes are passed on, as Istio
 * does. One whose metadata is too long or can't be read is closed: nobody could tell where its data
 * begins.
 */
@SuppressWarnings("FutureReturnValueIgnored") // the channel tells of its end by itself
final class PeerExchange extends ChannelDuplexHandler {
  static final int MAGIC = 0x3D230467;

  /** Magic number and length. */
  static final int HEADER = 8;

  /** Istio has no limit. */
  static final int LONGEST = 64 * 1024;

  private final byte[] greeting;
  private final PeerExchanges.Counters counters;
  private final int cell;
  private final boolean atOnce;
  private final Consumer<Peer> learned;
  private @Nullable ByteBuf held;
  private boolean told;
  private boolean heard;
  private boolean refused;

  PeerExchange(
      byte[] greeting,
      PeerExchanges.Counters counters,
      int cell,
      boolean atOnce,
      Consumer<Peer> learned) {
    this.greeting = greeting;
    this.counters = counters;
    this.cell = cell;
    this.atOnce = atOnce;
    this.learned = learned;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext context) {
    if (atOnce) {
      tell(context);
      context.flush();
    }
  }

  private void tell(ChannelHandlerContext context) {
    if (!told) {
      told = true;
      counters.added().inc(cell);
      context.write(Unpooled.wrappedBuffer(greeting));
    }
  }

  @Override
  public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
    if (message instanceof ByteBuf bytes && bytes.isReadable()) {
      tell(context);
    }
    context.write(message, promise);
    leave(context);
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    if (refused) {
      ReferenceCountUtil.release(message);
      return;
    }
    if (heard || !(message instanceof ByteBuf bytes)) {
      context.fireChannelRead(message);
      return;
    }
    tell(context);
    context.flush();
    ByteBuf more = held;
    if (more == null) {
      more = context.alloc().buffer(Math.max(bytes.readableBytes(), 256));
      held = more;
    }
    more.writeBytes(bytes);
    bytes.release();
    listen(context, more);
  }

  private void listen(ChannelHandlerContext context, ByteBuf bytes) {
    if (!mayBeMagic(bytes)) {
      counters.noInitialHeader().inc(cell);
      passOn(context);
      return;
    }
    if (bytes.readableBytes() < HEADER) {
      return;
    }
    long length = bytes.getUnsignedInt(bytes.readerIndex() + 4);
    if (length > LONGEST) {
      refuse(context);
      return;
    }
    if (bytes.readableBytes() < HEADER + length) {
      return;
    }
    bytes.skipBytes(HEADER);
    if (read(ByteBufUtil.getBytes(bytes.readSlice((int) length)))) {
      passOn(context);
    } else {
      refuse(context);
    }
  }

  /** Whether it is, or may become once more has come. */
  private static boolean mayBeMagic(ByteBuf bytes) {
    int known = Math.min(4, bytes.readableBytes());
    for (int i = 0; i < known; i++) {
      if (bytes.getByte(bytes.readerIndex() + i) != (byte) (MAGIC >>> (24 - 8 * i))) {
        return false;
      }
    }
    return true;
  }

  private boolean read(byte[] data) {
    try {
      Any any = Any.parseFrom(data);
      if (!any.getTypeUrl().endsWith("/google.protobuf.Struct")) {
        return false;
      }
      Value metadata = Struct.parseFrom(any.getValue()).getFieldsMap().get(PeerExchanges.METADATA);
      if (metadata != null && metadata.hasStructValue()) {
        learned.accept(Peer.of(metadata.getStructValue()));
      }
      return true;
    } catch (InvalidProtocolBufferException e) {
      return false;
    }
  }

  /** What is held now is the peer's data. */
  private void passOn(ChannelHandlerContext context) {
    heard = true;
    ByteBuf rest = held;
    held = null;
    if (rest != null && rest.isReadable()) {
      context.fireChannelRead(rest);
    } else if (rest != null) {
      rest.release();
    }
    leave(context);
  }

  private void refuse(ChannelHandlerContext context) {
    counters.noHeader().inc(cell);
    refused = true;
    release();
    context.close();
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    if (event instanceof ChannelInputShutdownEvent || event instanceof SslCloseCompletionEvent) {
      end(context);
    }
    context.fireUserEventTriggered(event);
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    end(context);
    context.fireChannelInactive();
  }

  /** Nothing more comes: a few bytes that only look like the magic number were data. */
  private void end(ChannelHandlerContext context) {
    ByteBuf rest = held;
    if (rest != null && rest.readableBytes() >= 4) {
      counters.noHeader().inc(cell);
      release();
    }
    if (!heard && !refused) {
      passOn(context);
    }
  }

  private void leave(ChannelHandlerContext context) {
    if (told && heard && !context.isRemoved()) {
      context.pipeline().remove(this);
    }
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext context) {
    release();
  }

  private void release() {
    ByteBuf rest = held;
    held = null;
    if (rest != null) {
      rest.release();
    }
  }
}
