package io.outrigger.proxy.worker;

import io.outrigger.config.http.Headers;
import io.outrigger.proxy.timeout.TimerWheel;

/**
 * Header blocks to use again: codecs take one for a message, whoever handles the message gives it
 * back when it settles. Owned by one worker.
 */
public final class HeadersPool {
  private final FreeList<Headers> free;

  HeadersPool(TimerWheel timers) {
    this.free = new FreeList<>(timers);
  }

  /** An empty block. */
  public Headers take() {
    Headers headers = free.take();
    return headers == null ? new Headers(1024, 32) : headers;
  }

  /** Gives a block back; the caller must not touch it again. */
  public void give(Headers headers) {
    headers.clear();
    free.give(headers);
  }
}
