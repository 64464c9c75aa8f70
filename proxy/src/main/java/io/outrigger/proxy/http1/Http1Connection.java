package io.outrigger.proxy.http1;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.WriteBufferWaterMark;
import io.outrigger.config.http.Headers;
import io.outrigger.proxy.log.Log;
import io.outrigger.proxy.worker.Worker;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * What both sides of HTTP/1 share: bytes come in, are taken one step at a time, and wait while the
 * stream is paused. Owned by the channel's worker.
 */
abstract class Http1Connection extends ChannelInboundHandlerAdapter {
  final Worker worker;
  final Http1Settings settings;
  final LineReader lines = new LineReader();
  final MessageHead head;
  final BodyReader body = new BodyReader();

  /** The block that a section is being read into. */
  @Nullable Headers block;

  /** Bytes that came and were not taken yet. */
  @Nullable ByteBuf pending;

  boolean firstLine;
  private @Nullable ChannelHandlerContext ctx;
  private @Nullable OutBuffer out;
  private boolean dispatching;

  Http1Connection(Worker worker, Http1Settings settings, boolean requests) {
    this.worker = worker;
    this.settings = settings;
    this.head = new MessageHead(settings, requests);
  }

  /** Reads one thing; false where the bytes must wait. */
  abstract boolean step(ByteBuf in);

  abstract boolean isPaused();

  /** Whether what comes is thrown away. */
  abstract boolean discardsInput();

  /** The message breaks a rule. */
  abstract void refuse(Http1Error error);

  /** The trailer section has been read into the block. */
  abstract void onTrailers(ByteBuf in);

  void onWritten(int bytes) {}

  /** All that can be read now has been. */
  void afterDispatch() {}

  /** Whether bytes have come that couldn't be read yet. */
  final boolean hasPending() {
    return pending != null;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext context) {
    ctx = context;
    out = new OutBuffer(worker, context, this::onWritten);
    int high = settings.bufferLimit();
    context.channel().config().setWriteBufferWaterMark(new WriteBufferWaterMark(high / 2, high));
  }

  final Channel channel() {
    assert ctx != null;
    return ctx.channel();
  }

  final OutBuffer out() {
    assert out != null;
    return out;
  }

  /** Takes bytes over and reads what they hold. */
  final void accept(ChannelHandlerContext context, ByteBuf in) {
    ByteBuf before = pending;
    if (before == null) {
      pending = in;
    } else if (before.refCnt() == 1 && in.readableBytes() <= before.maxWritableBytes()) {
      before.writeBytes(in); // grows by doubling
      in.release();
    } else {
      ByteBuf joined = context.alloc().buffer(before.readableBytes() + in.readableBytes());
      pending = joined.writeBytes(before).writeBytes(in);
      before.release();
      in.release();
    }
    dispatch();
  }

  private void dispatch() {
    if (dispatching) {
      return;
    }
    dispatching = true;
    worker.eventBegins();
    try {
      ByteBuf in = pending;
      while (in != null && in.isReadable() && !isPaused() && step(in)) {
        in = pending;
      }
    } finally {
      dispatching = false;
      worker.eventsEnded();
    }
    ByteBuf rest = pending;
    if (rest != null && (!rest.isReadable() || discardsInput())) {
      pending = null;
      rest.release();
    }
    afterDispatch();
    boolean waiting = pending != null;
    if (waiting == channel().config().isAutoRead()) {
      channel().config().setAutoRead(!waiting);
    }
  }

  /** Goes on with a message that has come behind the last one. */
  final void readOn() {
    if (dispatching) {
      worker.eventBegins(); // it has times of its own
    }
    resumeReading();
  }

  /** Reads on, after the calls that are under way. */
  final void resumeReading() {
    if (!dispatching) {
      worker.loop().execute(this::dispatch);
    }
  }

  final void beginTrailers() {
    Headers trailers = worker.headers().take();
    block = trailers;
    head.begin(trailers);
    lines.begin(trailers);
  }

  final void readTrailers(ByteBuf in) {
    while (lines.readLine(in)) {
      Http1Error error;
      if (isHeadTooLarge()) {
        error = Http1Error.HEADERS_TOO_LARGE;
      } else if (lines.start() == lines.end()) {
        lines.finish(in);
        onTrailers(in);
        return;
      } else {
        error = head.field(lines.start(), lines.end());
      }
      if (error != null) {
        refuse(error);
        return;
      }
    }
    if (isHeadTooLarge()) {
      refuse(Http1Error.HEADERS_TOO_LARGE);
    }
  }

  final boolean isHeadTooLarge() {
    return lines.length() > settings.maxHeadersBytes();
  }

  final void giveBlockBack() {
    Headers headers = block;
    block = null;
    if (headers != null) {
      worker.headers().give(headers);
    }
  }

  /** Takes what waits away from the reading that is over; null while a step still uses it. */
  final @Nullable ByteBuf takePending() {
    ByteBuf rest = pending;
    if (dispatching) {
      return null;
    }
    pending = null;
    return rest;
  }

  final boolean isWritable() {
    return channel().isWritable();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    if (!(cause instanceof IOException)) {
      Log.HTTP.error("a bug on an HTTP/1 connection, which is closed", cause);
    }
    context.close();
  }
}
