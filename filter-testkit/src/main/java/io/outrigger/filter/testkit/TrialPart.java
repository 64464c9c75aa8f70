package io.outrigger.filter.testkit;

import io.outrigger.filter.BodyPart;

/** A part of a body. */
final class TrialPart implements BodyPart {
  private byte[] bytes;
  private final boolean last;
  private final boolean writable;

  TrialPart(byte[] bytes, boolean last, boolean writable) {
    this.bytes = bytes;
    this.last = last;
    this.writable = writable;
  }

  byte[] outcome() {
    return bytes;
  }

  @Override
  public int size() {
    return bytes.length;
  }

  @Override
  public boolean last() {
    return last;
  }

  @Override
  public byte[] bytes() {
    return bytes.clone();
  }

  @Override
  public void replace(byte[] with) {
    if (!writable) {
      throw new IllegalStateException(
          "FilterMaker.writesBodies must be true for bodies to be changed");
    }
    bytes = with.clone();
  }
}
