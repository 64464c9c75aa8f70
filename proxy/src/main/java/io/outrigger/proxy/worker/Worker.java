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

  /** The clock as the event found it that is being handled; 0: none is. */
  private long eventNanos;

  public Worker(int index, EventLoop loop) {
    this.index = index;
    this.loop = loop;
    this.timers = new TimerWheel(loop, this::nanos, System::nanoTime);
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

  /**
   * Nanoseconds of a steady clock; within an event the time at which it began, so that a request,
   * which asks a dozen times, costs a few looks at the clock. On the worker only.
   */
  public long nanos() {
    long event = eventNanos;
    return event != 0 ? event : System.nanoTime();
  }

  /** A codec begins to handle a message, or a part of one. It says in any case when it is done. */
  public void eventBegins() {
    eventNanos = System.nanoTime();
  }

  /** What was read has been handled: from here each look at the clock is one. */
  public void eventsEnded() {
    eventNanos = 0;
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
