package io.outrigger.proxy.worker;

import io.outrigger.config.http.Headers;
import org.jspecify.annotations.Nullable;

/**
 * Header blocks to use again: codecs take one for a message, whoever handles the message gives it
 * back when it settles. Owned by one worker; keeps no more than a bound, so a burst is forgotten.
 */
public final class HeadersPool {
  private static final int KEEP = 256;

  private final @Nullable Headers[] free = new @Nullable Headers[KEEP];
  private int count;

  /** An empty block. */
  public Headers take() {
    if (count == 0) {
      return new Headers(1024, 32);
    }
    Headers headers = free[--count];
    free[count] = null;
    assert headers != null;
    return headers;
  }

  /** Gives a block back; the caller must not touch it again. */
  public void give(Headers headers) {
    if (count < KEEP) {
      headers.clear();
      free[count++] = headers;
    }
  }
}
