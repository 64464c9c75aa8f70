package io.outrigger.proxy.extproc;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.outrigger.config.http.Headers;
import org.jspecify.annotations.Nullable;

/**
 * What of a message waits for the processor, and how it goes on. After a call that lets something
 * go, the exchange may be over: see {@link ExtProcFilter#isDone}.
 */
final class Passing {
  private final ExtProcFilter filter;
  private final Side side;
  private final int limit;
  private final BodyParts kept = new BodyParts();
  private final BodyParts told = new BodyParts();
  private @Nullable Headers trailers;
  private boolean holdsHead;
  private boolean holdsBack;

  /** The body's end has come, and has yet to go on. */
  private boolean owesEnd;

  Passing(ExtProcFilter filter, Side side, int limit) {
    this.filter = filter;
    this.side = side;
    this.limit = limit;
  }

  /** Of the body, what the processor has not been told. */
  BodyParts kept() {
    return kept;
  }

  /** Of the body, what the processor was told, and may leave as it is. */
  BodyParts told() {
    return told;
  }

  /** Those that wait; null: none. */
  @Nullable Headers trailers() {
    return trailers;
  }

  void trailers(@Nullable Headers now) {
    trailers = now;
  }

  void holdHead() {
    holdsHead = true;
  }

  void owesEnd(boolean now) {
    owesEnd |= now;
  }

  boolean isOverLimit() {
    return kept.bytes() + told.bytes() > limit;
  }

  /** Whether so much has been answered that more is wanted. */
  boolean isLow() {
    return told.bytes() < limit / 2;
  }

  /** Whether the sender of the body is held back. */
  void holdBack(boolean now) {
    if (holdsBack != now) {
      holdsBack = now;
      side.holdBack(now);
    }
  }

  /** The body as it is now and the trailers go on, and the head before them. */
  void goOn() {
    told.moveBefore(kept);
    while (!kept.isEmpty() && !filter.isDone()) {
      ByteBuf part = kept.take();
      pass(part, owesEnd && kept.isEmpty());
    }
    if (owesEnd && !filter.isDone()) {
      pass(Unpooled.EMPTY_BUFFER, true);
    }
    if (trailers != null && !filter.isDone()) {
      trailers = null;
      side.passTrailers();
    }
    letGo();
  }

  void pass(ByteBuf part, boolean end) {
    if (end) {
      owesEnd = false;
    } else if (!part.isReadable()) {
      part.release();
      return;
    }
    side.passData(part, end);
  }

  /** The head goes on, and more of the body may come unless too much waits for an answer. */
  void letGo() {
    if (holdsHead && !filter.isDone()) {
      holdsHead = false;
      side.resume();
    }
    if (!filter.isDone()) {
      holdBack(isOverLimit());
    }
  }

  void release() {
    trailers = null;
    owesEnd = false;
    kept.release();
    told.release();
  }
}
