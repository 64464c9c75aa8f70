package io.outrigger.proxy.worker;

import io.netty.util.concurrent.FastThreadLocal;

/** What a worker has read from sockets since it began, in bytes: how far it has got. */
final class BytesRead {
  private static final FastThreadLocal<BytesRead> OF_THREAD =
      new FastThreadLocal<>() {
        @Override
        protected BytesRead initialValue() {
          return new BytesRead();
        }
      };

  private long total;

  /** The current thread's. */
  static BytesRead here() {
    return OF_THREAD.get();
  }

  void add(int bytes) {
    total += bytes;
  }

  long total() {
    return total;
  }
}
