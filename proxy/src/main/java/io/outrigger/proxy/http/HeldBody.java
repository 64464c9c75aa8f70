package io.outrigger.proxy.http;

import io.netty.buffer.ByteBuf;
import io.outrigger.config.http.Headers;
import io.outrigger.proxy.worker.HeadersPool;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** What has come of a body, and its trailers, while a filter pauses the head before it. */
final class HeldBody {
  private final ArrayDeque<ByteBuf> parts = new ArrayDeque<>(4);
  private @Nullable Headers trailers;
  private boolean end;

  void add(ByteBuf part, boolean isLast) {
    parts.add(part);
    end |= isLast;
  }

  void add(Headers last) {
    trailers = last;
  }

  boolean isEmpty() {
    return !end && trailers == null && parts.isEmpty();
  }

  int parts() {
    return parts.size();
  }

  ByteBuf take() {
    return parts.remove();
  }

  /** Whether the last part ends the body. */
  boolean takeEnd() {
    boolean was = end;
    end = false;
    return was;
  }

  @Nullable Headers takeTrailers() {
    Headers was = trailers;
    trailers = null;
    return was;
  }

  void release(HeadersPool pool) {
    end = false;
    for (ByteBuf part = parts.poll(); part != null; part = parts.poll()) {
      part.release();
    }
    if (trailers != null) {
      pool.give(trailers);
      trailers = null;
    }
  }
}
