package io.outrigger.proxy;

import io.outrigger.proxy.listener.ListenerError;
import io.outrigger.proxy.listener.Listeners;
import io.outrigger.proxy.log.Log;
import io.outrigger.proxy.restart.HotRestart;
import io.outrigger.proxy.snapshot.Configuration;
import io.outrigger.proxy.snapshot.Snapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Puts each snapshot's listeners in force, after the workers were given it, and has the process
 * that was there before let go. On the configuration loop.
 */
final class Serving implements Configuration.Listener {
  private final Listeners listeners;
  private final Configuration configuration;
  private final ServerStatus status;
  private final @Nullable HotRestart restart;
  private final boolean fixedListeners;
  private final long parentShutdownMillis;
  private final Consumer<Snapshot> takenOver;
  private final List<String> bindErrors = new ArrayList<>();
  private final CompletableFuture<Void> initialized = new CompletableFuture<>();

  /**
   * @param fixedListeners whether all listeners are the bootstrap's
   * @param parentShutdownMillis how long the old process may drain
   * @param takenOver told once the old process has let go
   */
  Serving(
      Listeners listeners,
      Configuration configuration,
      ServerStatus status,
      @Nullable HotRestart restart,
      boolean fixedListeners,
      long parentShutdownMillis,
      Consumer<Snapshot> takenOver) {
    this.listeners = listeners;
    this.configuration = configuration;
    this.status = status;
    this.restart = restart;
    this.fixedListeners = fixedListeners;
    this.parentShutdownMillis = parentShutdownMillis;
    this.takenOver = takenOver;
  }

  /** Done when all that start-up waits for is in force. */
  CompletableFuture<Void> initialized() {
    return initialized;
  }

  /** Waits for that, but not for ever. */
  void await(long atMost, TimeUnit unit) {
    try {
      initialized.get(atMost, unit);
    } catch (ExecutionException | TimeoutException e) {
      Log.MAIN.info("still waiting for clusters' hosts");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** What listeners could not be had before that. */
  List<String> bindErrors() {
    return List.copyOf(bindErrors);
  }

  @Override
  public void onPublished(Snapshot snapshot) {
    listeners.extensions(snapshot.extensions());
    for (ListenerError error : listeners.apply(snapshot.listeners().values(), snapshot::secret)) {
      String line = "listener " + error.listener() + ": " + error.message();
      Log.CONFIG.error(line);
      if (!initialized.isDone()) {
        bindErrors.add(line);
      }
    }
    takeOver(snapshot);
  }

  @Override
  public void onInitialized() {
    StartGarbage.collect();
    Log.MAIN.info("all configuration is in force; state LIVE");
    status.live();
    initialized.complete(null);
    takeOver(configuration.current());
  }

  /** Has the old process drain, once this one serves what it served. */
  private void takeOver(Snapshot now) {
    if (restart == null
        || !initialized.isDone()
        || (fixedListeners ? !bindErrors.isEmpty() : now.listeners().isEmpty())) {
      return;
    }
    listeners.inherit(null);
    restart.takeOver(parentShutdownMillis, () -> takenOver.accept(now));
  }
}
