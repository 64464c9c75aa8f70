package io.outrigger.filter;

/** A part of a body, as it came off the wire: its size says nothing about its content. */
public interface BodyPart {
  /** Bytes in this part. */
  int size();

  /** Whether the body ends with it. A body that trailers follow has no last part. */
  boolean last();

  /** A copy of the bytes, which may be kept. */
  byte[] bytes();

  /**
   * Sends these bytes on in place of the part.
   *
   * @throws IllegalStateException unless {@link FilterMaker#writesBodies}
   */
  void replace(byte[] bytes);
}
