package io.outrigger.proxy.pool;

import io.outrigger.proxy.cluster.Pending;
import io.outrigger.proxy.cluster.StreamWaiter;
import org.jspecify.annotations.Nullable;

/** A wait for a stream of a pool; a link of the pool's queue. */
final class PendingStream implements Pending {
  private final HttpPool pool;
  final StreamWaiter waiter;
  @Nullable PendingStream previous;
  @Nullable PendingStream following;
  boolean queued;

  PendingStream(HttpPool pool, StreamWaiter waiter) {
    this.pool = pool;
    this.waiter = waiter;
  }

  @Override
  public void cancel() {
    pool.cancel(this);
  }
}
