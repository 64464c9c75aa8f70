package io.outrigger.proxy.restart;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.unix.FileDescriptor;
import io.outrigger.proxy.log.Log;
import io.outrigger.proxy.stats.StatStore;
import io.outrigger.proxy.worker.Transport;
import io.outrigger.proxy.worker.Worker;
import io.outrigger.proxy.worker.Workers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * This process's place in a line of processes: it takes over from the one before it, and gives way
 * to the one after it.
 *
 * <p>One control socket leads to the process in force; it is handed over as the listeners are, so
 * there is always exactly one to ask. The new process accepts on the old one's sockets as soon as
 * its listeners are warm, and only when all is in force it has the old one drain: whatever goes
 * wrong before leaves the old process as it was.
 */
@SuppressWarnings("FutureReturnValueIgnored") // channels tell of their end by themselves
public final class HotRestart {
  /** What {@code /hot_restart_version} says: the version of the protocol between two processes. */
  public static final String VERSION = "outrigger.1";

  private final RestartOptions options;
  private final ControlSocket socket;
  private final Worker main;
  private final OldProcess self;
  private final StatStore stats;
  private final StatsHandover handover;
  private final long startedMillis;
  private final int epoch;
  private final @Nullable Parent parent;
  private Channel listening;
  private @Nullable Successor successor;
  private boolean takenOver;
  private boolean handedOver;

  private HotRestart(
      RestartOptions options,
      Workers workers,
      StatStore stats,
      OldProcess self,
      @Nullable Parent parent,
      int epoch,
      long startedMillis)
      throws IOException {
    this.options = options;
    this.socket = new ControlSocket(options);
    this.main = workers.main();
    this.self = self;
    this.stats = stats;
    this.handover = new StatsHandover(stats);
    this.parent = parent;
    this.epoch = epoch;
    this.startedMillis = startedMillis;
    this.listening = listen();
    stats.gauge("server.hot_restart_epoch").set(0, epoch);
    stats.gauge("server.hot_restart_generation").set(0, epoch + 1L);
    stats.gauge("server.parent_connections").set(0, 0);
  }

  /** Finds the process before this one, or that there is none. Not on a loop. */
  public static HotRestart begin(
      RestartOptions options, Workers workers, StatStore stats, OldProcess self)
      throws IOException {
    if (workers.transport() != Transport.EPOLL) {
      throw new IOException(
          "hot restart passes sockets by epoll, which needs Linux; --disable-hot-restart starts"
              + " without it");
    }
    ControlSocket socket = new ControlSocket(options);
    Parent parent = Parent.connect(workers.traffic().getFirst().loop(), socket);
    if (parent == null) {
      if (options.epoch() > 0 && !options.startWithoutParent()) {
        throw new IOException(
            "--restart-epoch "
                + options.epoch()
                + ": no process listens on "
                + socket
                + " to take over from; --restart-epoch 0 begins a line");
      }
      int epoch = Math.max(0, options.epoch());
      return new HotRestart(options, workers, stats, self, null, epoch, System.currentTimeMillis());
    }
    try {
      List<String> hello = parent.require(Successor.HELLO);
      if (hello.size() != 3) {
        throw new IOException(
            "hot restart: another process is just taking over on " + socket + "; try again");
      }
      int theirs = Integer.parseInt(hello.get(0));
      if (options.epoch() != RestartOptions.ANY && options.epoch() != theirs + 1) {
        throw new IOException(
            "--restart-epoch "
                + options.epoch()
                + ": process "
                + hello.get(2)
                + " of epoch "
                + theirs
                + " listens on "
                + socket
                + "; epoch "
                + (theirs + 1)
                + " takes over from it, another --base-id begins another line");
      }
      Log.MAIN.info("hot restart: takes over from process " + hello.get(2) + ", epoch " + theirs);
      return new HotRestart(
          options, workers, stats, self, parent, theirs + 1, Long.parseLong(hello.get(1)));
    } catch (IOException e) {
      parent.close();
      throw e;
    }
  }

  /** A base id of which no process runs: {@code --use-dynamic-base-id}. */
  public static long anyBaseId() {
    return ThreadLocalRandom.current().nextInt(1, Integer.MAX_VALUE);
  }

  private Channel listen() throws IOException {
    List<FileDescriptor> inherited = parent == null ? List.of() : parent.take(ControlSocket.KEY);
    if (inherited.isEmpty()) {
      socket.removeStale();
    }
    HotRestart restart = this;
    ServerBootstrap bootstrap =
        new ServerBootstrap()
            .group(main.loop(), main.loop())
            .channelFactory(
                inherited.isEmpty()
                    ? EpollServerDomainSocketChannel::new
                    : () -> new EpollServerDomainSocketChannel(inherited.getFirst().intValue()))
            .option(ChannelOption.AUTO_READ, inherited.isEmpty())
            .childHandler(
                new ChannelInitializer<>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    channel.pipeline().addLast(new Successor(restart));
                  }
                });
    ChannelFuture bound =
        (inherited.isEmpty() ? bootstrap.bind(socket.address()) : bootstrap.register())
            .awaitUninterruptibly();
    if (!bound.isSuccess()) {
      throw new IOException(
          "hot restart: another process has " + socket + ": " + bound.cause().getMessage());
    }
    if (inherited.isEmpty()) {
      socket.mode(options.socketMode());
    }
    if (options.baseIdPath() != null) {
      Files.writeString(Path.of(options.baseIdPath()), Long.toString(options.baseId()));
    }
    return bound.channel();
  }

  public int epoch() {
    return epoch;
  }

  /** When the first process of the line began. */
  public long startedMillis() {
    return startedMillis;
  }

  /** The sockets of the process before; null without one, and once it has none any longer. */
  public @Nullable InheritedSockets inherited() {
    return takenOver ? null : parent;
  }

  // ---- the new side ----

  /**
   * All is in force here: the old process is to drain. {@code then} runs on the configuration loop
   * once it accepts and writes nothing any longer; at once without one, or if it is gone.
   */
  public void takeOver(long endMillis, Runnable then) {
    if (takenOver) {
      return;
    }
    takenOver = true;
    if (parent == null) {
      then.run();
      return;
    }
    parent
        .ask("drain " + endMillis)
        .whenCompleteAsync(
            (answer, error) -> {
              if (error != null) {
                Log.MAIN.warning("hot restart: " + error.getMessage());
              }
              listening.config().setAutoRead(true);
              Log.MAIN.info("hot restart: epoch " + epoch + " is in force");
              then.run();
              if (options.takeStats()) {
                pollStats();
              }
            },
            main.loop());
  }

  private void pollStats() {
    Parent old = parent;
    if (old == null) {
      return;
    }
    CompletableFuture<List<String>> answer = old.ask("stats");
    answer.whenCompleteAsync(
        (lines, error) -> {
          List<String> now = error == null ? lines : List.of("0");
          stats.gauge("server.parent_connections").set(0, Long.parseLong(now.getFirst()));
          handover.add(now.subList(1, now.size()));
          if (error == null) {
            main.loop().schedule(this::pollStats, 1, TimeUnit.SECONDS);
          }
        },
        main.loop());
  }

  // ---- the old side ----

  boolean claim(Successor by) {
    if (successor != null || handedOver) {
      return false;
    }
    successor = by;
    return true;
  }

  @SuppressWarnings("ReferenceEquality") // connections have identity
  boolean isClaimedBy(Successor by) {
    return successor == by;
  }

  void left(Successor by) {
    if (isClaimedBy(by)) {
      successor = null;
      if (!handedOver) {
        Log.MAIN.warning("hot restart: the new process went away; this one goes on");
      }
    }
  }

  List<String> describe() {
    return List.of(
        Integer.toString(epoch),
        Long.toString(startedMillis),
        Long.toString(ProcessHandle.current().pid()));
  }

  List<FileDescriptor> sockets(String key) {
    if (key.equals(ControlSocket.KEY) && listening instanceof EpollServerDomainSocketChannel own) {
      return List.of(own.fd());
    }
    return self.sockets(key);
  }

  void handOver(long endMillis) {
    handedOver = true;
    Log.MAIN.warning("hot restart: a new process is in force; draining, " + endMillis + " ms left");
    letGo(listening);
    self.handOver(endMillis);
  }

  /** The statistics that the new process adds to its own; open connections first. */
  List<String> statsSince() {
    List<String> lines = handover.since();
    lines.addFirst(Integer.toString(self.connections()));
    return lines;
  }

  /** Closes a domain socket that another process has too: its file stays. */
  public static void letGo(Channel channel) {
    if (channel instanceof EpollServerDomainSocketChannel own) {
      own.deregister().addListener(done -> own.fd().close());
    } else {
      channel.close();
    }
  }

  /** The end of this process. */
  public void close() {
    if (parent != null) {
      parent.close();
    }
    if (!handedOver) {
      if (takenOver || parent == null) {
        listening.close();
      } else {
        letGo(listening);
      }
    }
  }
}
