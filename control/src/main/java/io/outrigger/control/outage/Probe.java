package io.outrigger.control.outage;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Asks the API server now and then whether it is ready, and at once when a connection ends: a
 * server that hangs, or that a network has cut off, ends no watch. A thread of its own.
 */
public final class Probe implements AutoCloseable {
  private static final String PAGE = "/readyz";
  private static final Duration EVERY = Duration.ofSeconds(10);
  private static final Duration PAUSE = Duration.ofSeconds(1);
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final int SERVER_ERROR = 500;

  private final Config config;
  private final Reachability found;
  private final BooleanSupplier seen;
  private final Thread thread = Thread.ofPlatform().daemon().name("probe").unstarted(this::run);
  private @Nullable KubernetesClient client;

  /**
   * @param seen whether all that is watched is seen as it is now
   */
  public Probe(Config config, Reachability found, BooleanSupplier seen) {
    this.config =
        new ConfigBuilder(config)
            .withRequestRetryBackoffLimit(0)
            .withConnectionTimeout((int) PATIENCE.toMillis())
            .withRequestTimeout((int) PATIENCE.toMillis())
            .build();
    this.found = found;
    this.seen = seen;
  }

  /** Returns at once. */
  public void start() {
    thread.start();
  }

  private void run() {
    try {
      while (!Thread.currentThread().isInterrupted()) {
        ask();
        Thread.sleep(PAUSE); // however many connections end at a time
        if (!found.unsettled()) {
          found.awaitSuspicion(EVERY.minus(PAUSE));
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      forget();
    }
  }

  private void ask() {
    KubernetesClient asked = client;
    if (asked == null) {
      asked = new KubernetesClientBuilder().withConfig(config).build();
      client = asked;
    }
    try {
      asked.raw(PAGE);
      found.answered(seen.getAsBoolean());
    } catch (RuntimeException e) {
      ApiError error = ApiError.of(e);
      if (error.code() > 0 && error.code() < SERVER_ERROR) {
        found.answered(seen.getAsBoolean()); // whom it refuses it has heard
        return;
      }
      forget(); // the next question takes another connection: this one may be dead
      found.missed(
          isTimeout(e)
              ? "no answer to GET " + PAGE + " in " + PATIENCE.toSeconds() + " s"
              : error.isAway() ? error.told() : "GET " + PAGE + " is answered " + error.code());
    }
  }

  private static boolean isTimeout(Throwable error) {
    for (Throwable at = error; at != null; at = at.getCause()) {
      if (at instanceof TimeoutException || at instanceof java.net.http.HttpTimeoutException) {
        return true;
      }
    }
    return false;
  }

  private void forget() {
    KubernetesClient last = client;
    client = null;
    if (last != null) {
      last.close();
    }
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
