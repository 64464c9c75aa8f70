package io.outrigger.proxy.filter;

import io.netty.buffer.ByteBuf;
import io.outrigger.config.ratelimit.TokenBucket;
import io.outrigger.proxy.timeout.Timeout;
import io.outrigger.proxy.worker.Worker;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;

/**
 * Lets a body pass no faster than a bucket fills with bytes. What waits is bounded: beyond a limit
 * its source is paused. On the exchange's worker.
 */
final class BodyPace {
  private final Worker worker;
  private final TokenBucket bytes;
  private final long fillNanos;
  private final long limit;
  private final Way way;
  private final ArrayDeque<ByteBuf> waiting = new ArrayDeque<>(4);
  private final Timeout timer;
  private long queued;
  private boolean end;
  private boolean trailers;
  private boolean full;

  /** Where a body goes. */
  interface Way {
    void pass(ByteBuf data, boolean end);

    /** The last part passes next. */
    default void ending() {}

    /** All that came before the trailers has passed, and they had to wait for it. */
    void ended();

    /** Whether so much waits that its source is to pause. */
    void full(boolean now);

    /** So many bytes have passed; {@code limited}: others could not. */
    void passed(long bytes, boolean limited);
  }

  /**
   * A pace of one body.
   *
   * @param fillMillis how often what waits is looked after
   * @param limit bytes that may wait before their source is paused
   */
  BodyPace(Worker worker, TokenBucket bytes, long fillMillis, long limit, Way way) {
    this.worker = worker;
    this.bytes = bytes;
    this.fillNanos = TimeUnit.MILLISECONDS.toNanos(fillMillis);
    this.limit = limit;
    this.way = way;
    this.timer = new Timeout(worker.timers(), this::go);
  }

  /** Takes a part over. */
  void add(ByteBuf data, boolean last) {
    waiting.add(data);
    queued += data.readableBytes();
    end |= last;
    if (!timer.isArmed()) {
      go();
    } else if (!full && queued > limit) {
      full = true;
      way.full(true);
    }
  }

  /** Whether trailers, or the end, may pass at once; else {@link Way#ended} says when. */
  boolean isEmpty() {
    return waiting.isEmpty();
  }

  /** The trailers came behind what waits. */
  void trailersFollow() {
    trailers = true;
  }

  private void go() {
    long now = worker.nanos();
    long allowed = bytes.takeUpTo(now, queued);
    queued -= allowed;
    way.passed(allowed, queued > 0);
    if (queued > 0) {
      timer.arm(fillNanos, now);
    }
    pass(allowed);
    if (full && queued <= limit / 2) {
      full = false;
      way.full(false);
    } else if (!full && queued > limit) {
      full = true;
      way.full(true);
    }
  }

  private void pass(long allowed) {
    long left = allowed;
    ByteBuf part = waiting.peek();
    while (part != null && part.readableBytes() <= left) {
      waiting.remove();
      left -= part.readableBytes();
      boolean last = waiting.isEmpty() && (end || trailers);
      if (last) {
        way.ending();
      }
      way.pass(part, end && last);
      if (last && trailers) {
        way.ended();
      }
      part = waiting.peek();
    }
    if (part != null && left > 0) {
      way.pass(part.readRetainedSlice((int) left), false);
    }
  }

  /** Forgets what waits. */
  void close() {
    timer.cancel();
    for (ByteBuf part = waiting.poll(); part != null; part = waiting.poll()) {
      part.release();
    }
    queued = 0;
  }

  /** A bucket for one body that has begun with an interval's bytes. */
  static TokenBucket ofOne(long bytesPerSecond, long fillMillis, long now) {
    TokenBucket bucket =
        new TokenBucket(bytesPerSecond, bytesPerSecond, TimeUnit.SECONDS.toNanos(1));
    long first = Math.max(1, bytesPerSecond * fillMillis / 1000);
    bucket.takeUpTo(now, bytesPerSecond - first);
    return bucket;
  }
}
