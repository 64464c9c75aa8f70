package io.outrigger.proxy.extproc;

import com.google.protobuf.ByteString;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.outrigger.config.filter.ExtProcMode;
import io.outrigger.config.filter.ExtProcMode.Body;
import io.outrigger.config.http.HeaderName;
import io.outrigger.config.http.Headers;
import io.outrigger.proxy.extproc.Telling.Waits;
import org.jspecify.annotations.Nullable;

/** What comes of a request or a response, and what of that the processor is shown, and when. */
abstract class Showing {
  final ExtProcFilter filter;
  final Side side;
  final Passing passing;
  final Telling telling;
  ExtProcMode.Way mode;
  @Nullable Headers head;
  boolean bodiless;
  boolean hasBody;
  boolean complete;
  boolean toldBeginning;

  /** Whether what comes of the body isn't wanted any more. */
  boolean drops;

  Showing(ExtProcFilter filter, Side side, int limit, ExtProcMode.Way mode) {
    this.filter = filter;
    this.side = side;
    this.passing = new Passing(filter, side, limit);
    this.telling = new Telling(filter, side);
    this.mode = mode;
    telling.timeless(goesThrough());
  }

  ExtProcMode.Way mode() {
    return mode;
  }

  void mode(ExtProcMode.Way other) {
    mode = other;
    telling.timeless(goesThrough());
  }

  boolean goesThrough() {
    return mode.body() == Body.FULL_DUPLEX_STREAMED;
  }

  // ---- what comes ----

  /** Whether the head waits. */
  boolean onHead(Headers headers, boolean end) {
    bodiless = end;
    complete = end;
    if (mode.head()) {
      telling.head(headers, end);
    }
    if (filter.config().observes()) {
      return false;
    }
    if (mode.head()) {
      head = headers;
      passing.holdHead();
    }
    if (mode.dropsLength()) {
      headers.remove(HeaderName.CONTENT_LENGTH);
    }
    return mode.head();
  }

  @Nullable ByteBuf onData(ByteBuf data, boolean end) {
    complete |= end;
    if (drops) {
      data.release();
      return end ? Unpooled.EMPTY_BUFFER : null;
    }
    Waits waits = telling.waits();
    boolean unseen = mode.body() == Body.NONE && waits == Waits.NOTHING;
    if (filter.isOver() || unseen || toldBeginning) {
      return data;
    }
    if (filter.config().observes()) {
      observe(data, end);
      return data;
    }
    if (!end && !data.isReadable()) {
      data.release();
      return null;
    }
    hasBody = true;
    passing.owesEnd(end);
    if ((waits == Waits.HEAD && !isToldAtOnce()) || waits == Waits.BEGINNING) {
      passing.kept().add(data);
      boundKept();
    } else if (mode.body() == Body.STREAMED) {
      tellPart(data, end);
    } else if (goesThrough()) {
      tellAway(data, end);
    } else {
      keep(data, end);
    }
    return null;
  }

  private void observe(ByteBuf data, boolean end) {
    if (mode.body() == Body.STREAMED) {
      telling.body(BodyParts.copy(data), end, Waits.NOTHING);
      passing.holdBack(!filter.isWritable());
    }
  }

  private void keep(ByteBuf data, boolean end) {
    passing.kept().add(data);
    boolean full = boundKept();
    if (mode.body() == Body.BUFFERED_PARTIAL && (full || end)) {
      tellKept(Waits.BEGINNING, end);
    } else if (mode.body() == Body.BUFFERED && end && !full) {
      tellKept(Waits.WHOLE_BODY, true);
    }
  }

  /** Whether the body doesn't wait for the answer about its head. */
  private boolean isToldAtOnce() {
    return goesThrough() || (mode.body() == Body.STREAMED && filter.config().bodyBeforeAnswer());
  }

  /** Whether as much is kept as may be. */
  private boolean boundKept() {
    if (!passing.isOverLimit()) {
      return false;
    }
    if (mode.body() == Body.BUFFERED) {
      drops = true;
      passing.kept().release();
      side.tooLarge();
    } else {
      passing.holdBack(true);
    }
    return true;
  }

  /** Whether they go on at once. */
  boolean onTrailers(Headers last) {
    if (filter.isOver()) {
      return true;
    }
    boolean before = complete;
    complete = true;
    if (filter.config().observes()) {
      if (mode.trailers()) {
        telling.trailers(last);
      }
      return true;
    }
    passing.trailers(last);
    if (telling.waits() != Waits.NOTHING && !goesThrough()) {
      return false;
    }
    if (!before && !passing.kept().isEmpty()) {
      tellKept(mode.body() == Body.BUFFERED ? Waits.WHOLE_BODY : Waits.BEGINNING, false);
      return false;
    }
    if (mode.trailers()) {
      telling.trailers(last);
      return false;
    }
    passing.trailers(null);
    passing.letGo();
    return true;
  }

  void tellPart(ByteBuf part, boolean end) {
    passing.told().add(part);
    if (passing.isOverLimit()) {
      passing.holdBack(true);
    }
    telling.body(BodyParts.copy(part), end, Waits.PARTS);
  }

  /** The part is the processor's, which gives what goes on in its place. */
  private void tellAway(ByteBuf part, boolean end) {
    ByteString bytes = BodyParts.copy(part);
    part.release();
    telling.body(bytes, end, Waits.PARTS);
    passing.holdBack(!filter.isWritable());
  }

  /** The processor takes more again. */
  void onWritable() {
    if (goesThrough() || filter.config().observes()) {
      passing.holdBack(false);
    }
  }

  void tellKept(Waits now, boolean end) {
    ByteString bytes = passing.kept().joined();
    passing.kept().moveBefore(passing.told());
    telling.body(bytes, end, now);
  }
}
