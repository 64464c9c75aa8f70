package io.outrigger.proxy.worker;

import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.SingleThreadEventExecutor;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;

/** The process's event loops: one for configuration and admin, and N that carry traffic. */
public final class Workers implements AutoCloseable {
  private final Transport transport;
  private final MultiThreadIoEventLoopGroup mainGroup;
  private final MultiThreadIoEventLoopGroup workerGroup;
  private final Worker main;
  private final List<Worker> workers;

  public Workers(Transport transport, int concurrency) {
    if (concurrency < 1) {
      throw new IllegalArgumentException(
          "concurrency is " + concurrency + ", at least 1 is needed");
    }
    this.transport = transport;
    this.mainGroup = new MultiThreadIoEventLoopGroup(1, threads("main"), transport.ioHandlers());
    this.workerGroup =
        new MultiThreadIoEventLoopGroup(concurrency, threads("worker"), transport.ioHandlers());
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
