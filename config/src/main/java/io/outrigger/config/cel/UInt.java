package io.outrigger.config.cel;

/** CEL's uint. */
record UInt(long bits) {
  @Override
  public String toString() {
    return Long.toUnsignedString(bits);
  }
}
