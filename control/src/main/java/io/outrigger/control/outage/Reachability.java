package io.outrigger.control.outage;

import io.outrigger.control.debug.PrometheusText;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Whether the API server answers, and what is said of it: a sentence when it goes away, a short
 * line now and then, a sentence when it is back. What else fails is said once a minute at most, and
 * not at all where the reason is that it is away. Any thread.
 */
public final class Reachability {
  /** What was asked while it was away may fail this much later. */
  private static final Duration LATE = Duration.ofSeconds(20);

  private static final Duration SAID = Duration.ofMinutes(1);
  private static final int REMEMBERED = 256;

  private final String server;
  private final InstantSource clock;
  private final BiConsumer<System.Logger.Level, String> log;
  private final Outage away;
  private final Outage stale;
  private final Semaphore suspicions = new Semaphore(0);
  private final Map<String, String> doubts = new LinkedHashMap<>();
  private final Map<String, Instant> said = new LinkedHashMap<>();
  private final Instant began;
  private @Nullable Instant missed;
  private Instant back = Instant.MIN;
  private String reason = "";
  private boolean answered;

  /**
   * @param server its host and port
   */
  public Reachability(
      String server, InstantSource clock, BiConsumer<System.Logger.Level, String> log) {
    this.server = server;
    this.clock = clock;
    this.log = log;
    this.away = new Outage(clock);
    this.stale = new Outage(clock);
    this.began = now();
  }

  /** One question wasn't answered: it is away once that is so twice running. */
  synchronized void missed(String why) {
    reason = why;
    if (away.since() != null) {
      if (away.due()) {
        warn("the API server " + server + " is still away, for " + length() + ": " + why);
      }
      return;
    }
    Instant first = missed;
    if (first == null) {
      missed = now();
      return;
    }
    away.begin(answered ? first : began);
    stale.begin(first);
    doubts.clear();
    warn(
        "the API server "
            + server
            + (answered ? " is away since " : " hasn't answered since this control plane began, ")
            + away.since()
            + ": "
            + why
            + ". "
            + (answered
                ? "Proxies go on with what they have, and those that connect get what is known;"
                    + " nothing new of the cluster is seen, no status is written and no Lease kept"
                    + " until it is back."
                : "Nothing of the cluster is known yet, so no proxy is served before it answers.")
            + " See whether it runs, and whether this machine reaches "
            + server);
  }

  /**
   * A question was answered.
   *
   * @param seen whether all that is watched is seen as it is now
   */
  synchronized void answered(boolean seen) {
    missed = null;
    answered = true;
    if (away.since() != null) {
      String length = length();
      away.end();
      back = now();
      log.accept(
          System.Logger.Level.INFO,
          "the API server " + server + " is back; it was away for " + length);
    } else {
      doubts.forEach(this::once);
    }
    doubts.clear();
    if (seen) {
      stale.end();
    } else {
      stale.begin(now());
    }
  }

  /** Something that was asked of it failed. */
  public void failed(String what, Throwable error) {
    ApiError found = ApiError.of(error);
    synchronized (this) {
      if (!found.isAway()) {
        once(what, found.told());
      } else if (away.since() == null && now().isAfter(back.plus(LATE))) {
        doubts.put(what, found.told());
      }
    }
    if (found.isAway()) {
      suspect();
    }
  }

  /** A connection to it has ended, which it may do. */
  void suspect() {
    suspicions.release();
  }

  /** Waits for a suspicion. */
  void awaitSuspicion(Duration atMost) throws InterruptedException {
    suspicions.drainPermits();
    if (suspicions.tryAcquire(atMost.toMillis(), java.util.concurrent.TimeUnit.MILLISECONDS)) {
      suspicions.drainPermits();
    }
  }

  private void once(String what, String told) {
    String sentence = what + ": " + told;
    Instant now = now();
    Instant last = said.get(sentence);
    if (last == null || !now.isBefore(last.plus(SAID))) {
      said.remove(sentence);
      said.put(sentence, now);
      if (said.size() > REMEMBERED) {
        said.remove(said.keySet().iterator().next());
      }
      warn(sentence);
    }
  }

  private void warn(String sentence) {
    log.accept(System.Logger.Level.WARNING, sentence);
  }

  /** Since when it is away, and why; empty: it isn't. */
  public synchronized String trouble() {
    Instant since = away.since();
    return since == null ? "" : "since " + since + ": " + reason;
  }

  /** Whether to look again soon: something isn't as it should be. */
  synchronized boolean unsettled() {
    return missed != null || stale.since() != null;
  }

  /** Appends what it has to say in Prometheus' text form. */
  public synchronized void print(StringBuilder out) {
    PrometheusText.gauge(out, "outrigger_kubernetes_reachable", away.since() == null ? 1 : 0);
    PrometheusText.gauge(out, "outrigger_kubernetes_stale_seconds", stale.seconds());
  }

  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.SECONDS);
  }

  private String length() {
    long seconds = Math.max(1, away.lasted().toSeconds());
    return seconds < 120 ? seconds + " s" : seconds / 60 + " min";
  }
}
