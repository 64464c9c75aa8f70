package io.outrigger.proxy.worker;

import io.netty.channel.EventLoop;
import io.outrigger.proxy.timeout.TimerWheel;
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
  private final TimerWheel timers;
  private final EndOfTurn endOfTurn;
  private final HeadersPool headers;

  public Worker(int index, EventLoop loop) {
    this.index = index;
    this.loop = loop;
    this.timers = new TimerWheel(loop, this::nanos);
    this.headers = new HeadersPool(timers);
    this.endOfTurn = new EndOfTurn(loop);
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

  /** This worker's time-outs; on the worker only. */
  public TimerWheel timers() {
    return timers;
  }

  /** Header blocks to take and give back; on the worker only. */
  public HeadersPool headers() {
    return headers;
  }

  /**
   * Runs {@code action} once when this turn of the loop has handled its events: where connections
   * flush what several streams wrote. On the worker only; the caller keeps it from being added
   * twice.
   */
  public void atEndOfTurn(Runnable action) {
    endOfTurn.add(action);
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
