package io.outrigger.proxy.userfilter;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.outrigger.filter.BodyPart;
import org.jspecify.annotations.Nullable;

/**
 * A part of a body as a user's filter sees it, for the time of one call. One a worker and filter.
 */
final class PartView implements BodyPart {
  private @Nullable ByteBuf data;
  private byte @Nullable [] replacement;
  private boolean last;
  private boolean writable;

  void open(ByteBuf of, boolean ends, boolean mayReplace) {
    data = of;
    last = ends;
    writable = mayReplace;
    replacement = null;
  }

  /** What the filter put in the part's place, or null. */
  byte @Nullable [] close() {
    byte[] instead = replacement;
    data = null;
    replacement = null;
    return instead;
  }

  private ByteBuf data() {
    ByteBuf now = data;
    if (now == null) {
      throw new IllegalStateException("a part may be used until the call that brought it returns");
    }
    return now;
  }

  @Override
  public int size() {
    return data().readableBytes();
  }

  @Override
  public boolean last() {
    data();
    return last;
  }

  @Override
  public byte[] bytes() {
    return ByteBufUtil.getBytes(data());
  }

  @Override
  public void replace(byte[] bytes) {
    data();
    if (!writable) {
      throw new IllegalStateException(
          "FilterMaker.writesBodies must be true for bodies to be changed");
    }
    replacement = bytes.clone();
  }
}
