package io.outrigger.proxy;

import io.netty.channel.unix.FileDescriptor;
import io.outrigger.proxy.listener.Listeners;
import io.outrigger.proxy.restart.InheritedSockets;
import io.outrigger.proxy.restart.OldProcess;
import io.outrigger.proxy.worker.Worker;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** What a new process is given of this one, which then only drains. On the configuration loop. */
final class Handover implements OldProcess {
  /** What is there once the proxy is made. */
  private record Rest(AdminPort admin, @Nullable StateKeeper state, Shutdown shutdown) {}

  private final Worker main;
  private final Listeners listeners;
  private final CompletableFuture<Void> done = new CompletableFuture<>();
  private volatile @Nullable Rest rest;

  Handover(Worker main, Listeners listeners) {
    this.main = main;
    this.listeners = listeners;
  }

  void of(AdminPort admin, @Nullable StateKeeper state, Shutdown shutdown) {
    rest = new Rest(admin, state, shutdown);
  }

  /** Done when another process has taken over. */
  CompletableFuture<Void> done() {
    return done;
  }

  @Override
  public List<FileDescriptor> sockets(String key) {
    if (!key.startsWith(InheritedSockets.ADMIN + ' ')) {
      return listeners.share(key);
    }
    Rest now = rest;
    return now == null ? List.of() : now.admin().share(key);
  }

  @Override
  public int connections() {
    return listeners.connections();
  }

  @Override
  public void handOver(long endMillis) {
    listeners.handOver();
    Rest now = rest;
    if (now == null) {
      throw new IllegalStateException("asked to hand over before it had begun");
    }
    now.admin().letGo();
    if (now.state() != null) {
      now.state().leave();
    }
    done.complete(null);
    main.loop().schedule(now.shutdown()::now, endMillis, TimeUnit.MILLISECONDS);
    endWhenIdle(now.shutdown(), false);
  }

  /** Twice in a second: what was accepted last may not have a filter chain yet. */
  private void endWhenIdle(Shutdown shutdown, boolean before) {
    boolean now = listeners.connections() == 0;
    if (now && before) {
      shutdown.now();
    } else {
      main.loop().schedule(() -> endWhenIdle(shutdown, now), 1, TimeUnit.SECONDS);
    }
  }
}
