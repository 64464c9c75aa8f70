package io.outrigger.proxy.worker;

import io.netty.channel.EventLoop;
import java.util.concurrent.ThreadLocalRandom;

/**
 * One thread that carries traffic: an event loop with an index, a clock and a random source.
 *
 * <p>Index 0 is the loop of configuration, xDS and admin; workers count from 1, so that the index
 * is also the cell that statistics are written to. Classes owned by a worker begin their mutating
 * methods with {@code assert worker.inLoop()}.
 */
public final class Worker {
  private final int index;
  private final EventLoop loop;

  public Worker(int index, EventLoop loop) {
    this.index = index;
    this.loop = loop;
  }

  /** The statistics cell to write to. */
  public int index() {
    return index;
  }

  public EventLoop loop() {
    return loop;
  }

  public boolean inLoop() {
    return loop.inEventLoop();
  }

  /** Nanoseconds of a steady clock. */
  public long nanos() {
    return System.nanoTime();
  }

  /** Milliseconds since the epoch. */
  public long epochMillis() {
    return System.currentTimeMillis();
  }

  /** A uniform number from 0 up to, not including, {@code bound}. */
  public int random(int bound) {
    return ThreadLocalRandom.current().nextInt(bound);
  }

  public long randomLong() {
    return ThreadLocalRandom.current().nextLong();
  }
}
