package io.outrigger.proxy.compression;

import io.netty.buffer.ByteBuf;
import io.outrigger.config.compression.CompressionLibrary;

/**
 * How much may come out of a body in one go: some, and then in proportion to what went in since
 * something last came out, as a coding keeps a whole block back until its last byte is there.
 */
final class InflateBound {
  private final CompressionLibrary library;
  private long held;
  private int last;

  InflateBound(CompressionLibrary library) {
    this.library = library;
  }

  /** The bound of what comes out, once so many bytes have gone in. */
  long of(int input) {
    last = input;
    held += input;
    return Math.max(library.chunkSize(), library.maxInflateRatio() * held);
  }

  /** That much came out; the last bytes may begin the next block. */
  void gave(ByteBuf out) {
    if (out.isReadable()) {
      held = last;
    }
  }
}
