package io.outrigger.proxy.worker;

import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.SingleThreadEventExecutor;
import io.outrigger.config.runtime.RuntimeValues;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;

/** The process's event loops: one for configuration and admin, and N that carry traffic. */
public final class Workers implements AutoCloseable {
  /** Runtime key: the longest pause of a busy worker, in microseconds; zero for none. */
  static final String LONGEST_PAUSE = "outrigger.workers.longest_pause_us";

  private static final int LONGEST_PAUSE_MICROS = 400;

  /** More is taken for a slip: connections would seem to hang. */
  private static final int MOST_PAUSE_MICROS = 10_000;

  private final Transport transport;
  private final MultiThreadIoEventLoopGroup mainGroup;
  private final MultiThreadIoEventLoopGroup workerGroup;
  private final Worker main;
  private final List<Worker> workers;
  private final List<WakeupModeration> moderations = new ArrayList<>();

  public Workers(Transport transport, int concurrency) {
    if (concurrency < 1) {
      throw new IllegalArgumentException(
          "concurrency is " + concurrency + ", at least 1 is needed");
    }
    this.transport = transport;
    this.mainGroup =
        new MultiThreadIoEventLoopGroup(
            1, threads("main"), transport.ioHandlers(() -> moderation(() -> 0)));
    this.workerGroup =
        new MultiThreadIoEventLoopGroup(
            concurrency, threads("worker"), transport.ioHandlers(this::moderation));
    this.main = new Worker(0, mainGroup.next());
    var list = new ArrayList<Worker>(concurrency);
    for (var loop : workerGroup) {
      list.add(new Worker(list.size() + 1, (EventLoop) loop));
    }
    this.workers = List.copyOf(list);
  }

  public Transport transport() {
    return transport;
  }

  /** The loop of configuration, xDS and admin; statistics cell 0. */
  public Worker main() {
    return main;
  }

  /** The loops that carry traffic, for connections that go around them. */
  public EventLoopGroup trafficGroup() {
    return workerGroup;
  }

  /** The workers that carry traffic, with indexes from 1. */
  public List<Worker> traffic() {
    return workers;
  }

  public int concurrency() {
    return workers.size();
  }

  /** How many cells a statistic needs: one a worker, and one for the main loop. */
  public int cells() {
    return workers.size() + 1;
  }

  /**
   * The longest pause between two turns that a worker has found to pay for the load that it has, in
   * microseconds; zero if none does. From any thread.
   */
  public int pauseMicros() {
    int longest = 0;
    for (WakeupModeration moderation : moderations) {
      longest = Math.max(longest, moderation.pauseMicros());
    }
    return longest;
  }

  private WakeupModeration moderation() {
    WakeupModeration made =
        moderation(
            () ->
                Math.min(
                    RuntimeValues.number(LONGEST_PAUSE, LONGEST_PAUSE_MICROS), MOST_PAUSE_MICROS));
    moderations.add(made);
    return made;
  }

  private static WakeupModeration moderation(LongSupplier longestMicros) {
    return new WakeupModeration(System::nanoTime, LockSupport::parkNanos, longestMicros);
  }

  /**
   * Ends the loops, with what is still queued on them done before, and closes their channels. Waits
   * up to five seconds.
   */
  @Override
  public void close() {
    var traffic = end(workerGroup);
    var config = end(mainGroup);
    traffic.awaitUninterruptibly(5, TimeUnit.SECONDS);
    config.awaitUninterruptibly(5, TimeUnit.SECONDS);
  }

  private static Future<?> end(EventLoopGroup group) {
    // A loop that is told in the middle of its turn would end after it, with its channels open, for
    // it looks at its state before the tasks and closes them there. What a shutdown hook does holds
    // up the end by a turn, if the quiet period isn't zero; a nanosecond isn't waited for.
    for (EventExecutor loop : group) {
      ((SingleThreadEventExecutor) loop).addShutdownHook(() -> {});
    }
    return group.shutdownGracefully(1, TimeUnit.SECONDS.toNanos(5), TimeUnit.NANOSECONDS);
  }

  private static ThreadFactory threads(String name) {
    // Netty's own threads: its pools and thread locals are an array's slot away on these
    return new DefaultThreadFactory("outrigger-" + name, true);
  }
}
