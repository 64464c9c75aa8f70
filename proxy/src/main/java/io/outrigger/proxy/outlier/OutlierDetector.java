package io.outrigger.proxy.outlier;

import io.outrigger.config.cluster.OutlierDetection;
import io.outrigger.proxy.outlier.SuccessRates.Rate;
import io.outrigger.proxy.outlier.SuccessRates.Usual;
import io.outrigger.proxy.stats.StatStore;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.IntUnaryOperator;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Ejects the hosts of one cluster that fail too often, and lets them in again.
 *
 * <p>{@link #onStatus} and its like are called by any worker; all else runs on the configuration
 * loop, where {@link #tick} is called each interval.
 *
 * @param <H> the hosts
 */
public final class OutlierDetector<H> {
  /** The hosts under watch; called on the configuration loop. */
  public interface Watched<H> {
    List<H> hosts();

    HostResults results(H host);

    /** Its address, for events. */
    String name(H host);

    /** Takes the host out of balancing, or back in. */
    void eject(H host, boolean ejected);
  }

  private final OutlierDetection config;
  private final Watched<H> watched;
  private final Executor loop;
  private final LongSupplier millis;
  private final IntUnaryOperator random;
  private final OutlierStats stats;
  private final @Nullable OutlierEvents events;
  private volatile Usual usual = Usual.UNKNOWN;
  private volatile Usual localUsual = Usual.UNKNOWN;

  /**
   * Watches a cluster's hosts.
   *
   * @param loop the configuration loop
   * @param millis a steady clock
   * @param random a number below the one given
   * @param events null: ejections are not logged
   */
  public OutlierDetector(
      OutlierDetection config,
      Watched<H> watched,
      Executor loop,
      LongSupplier millis,
      IntUnaryOperator random,
      StatStore store,
      String clusterPrefix,
      @Nullable OutlierEvents events) {
    this.config = config;
    this.watched = watched;
    this.loop = loop;
    this.millis = millis;
    this.random = random;
    this.stats = new OutlierStats(store, clusterPrefix);
    this.events = events;
  }

  // ---- results, on any worker ----

  /** The host answered with this status (for gRPC: what the grpc-status maps to). */
  public void onStatus(H host, HostResults results, int status) {
    results.requests.increment();
    if (status < 500) {
      results.successes.increment();
      results.clearConsecutive();
      return;
    }
    if (status >= 502 && status <= 504) {
      if (results.consecutiveGatewayFailure.incrementAndGet()
          == config.consecutiveGatewayFailure()) {
        report(host, Ejection.CONSECUTIVE_GATEWAY_FAILURE);
      }
    } else {
      results.consecutiveGatewayFailure.set(0);
    }
    if (results.consecutive5xx.incrementAndGet() == config.consecutive5xx()) {
      report(host, Ejection.CONSECUTIVE_5XX);
    }
  }

  /** We could not connect, or the connection broke; unless split, it counts as a 503. */
  public void onLocalOriginFailure(H host, HostResults results) {
    onLocalOriginFailure(host, results, 503);
  }

  /** There was no answer in time; unless split, it counts as a 504. */
  public void onTimeout(H host, HostResults results) {
    onLocalOriginFailure(host, results, 504);
  }

  private void onLocalOriginFailure(H host, HostResults results, int status) {
    if (!config.splitExternalLocalOriginErrors()) {
      onStatus(host, results, status);
      return;
    }
    results.countLocal(false);
    if (results.consecutiveLocalOriginFailure.incrementAndGet()
        == config.consecutiveLocalOriginFailure()) {
      report(host, Ejection.CONSECUTIVE_LOCAL_ORIGIN_FAILURE);
    }
  }

  /** A connection was had. */
  public void onLocalOriginSuccess(HostResults results) {
    if (!config.splitExternalLocalOriginErrors()) {
      return;
    }
    results.countLocal(true);
    if (results.consecutiveLocalOriginFailure.get() != 0) {
      results.consecutiveLocalOriginFailure.set(0);
    }
  }

  private void report(H host, Ejection kind) {
    loop.execute(() -> detected(host, Evidence.consecutive(kind)));
  }

  // ---- decisions, on the configuration loop ----

  private void detected(H host, Evidence evidence) {
    HostResults results = watched.results(host);
    if (results.ejected || !watched.hosts().contains(host)) {
      return;
    }
    stats.detected(evidence.kind());
    eject(host, results, evidence);
    switch (evidence.kind()) {
      case CONSECUTIVE_5XX -> results.consecutive5xx.set(0);
      case CONSECUTIVE_GATEWAY_FAILURE -> results.consecutiveGatewayFailure.set(0);
      case CONSECUTIVE_LOCAL_ORIGIN_FAILURE -> results.consecutiveLocalOriginFailure.set(0);
      case SUCCESS_RATE,
          LOCAL_ORIGIN_SUCCESS_RATE,
          FAILURE_PERCENTAGE,
          LOCAL_ORIGIN_FAILURE_PERCENTAGE -> {}
    }
  }

  private int enforcing(Ejection kind) {
    return switch (kind) {
      case CONSECUTIVE_5XX -> config.enforcingConsecutive5xx();
      case CONSECUTIVE_GATEWAY_FAILURE -> config.enforcingConsecutiveGatewayFailure();
      case CONSECUTIVE_LOCAL_ORIGIN_FAILURE -> config.enforcingConsecutiveLocalOriginFailure();
      case SUCCESS_RATE -> config.enforcingSuccessRate();
      case LOCAL_ORIGIN_SUCCESS_RATE -> config.enforcingLocalOriginSuccessRate();
      case FAILURE_PERCENTAGE -> config.enforcingFailurePercentage();
      case LOCAL_ORIGIN_FAILURE_PERCENTAGE -> config.enforcingFailurePercentageLocalOrigin();
    };
  }

  private void eject(H host, HostResults results, Evidence evidence) {
    List<H> hosts = watched.hosts();
    int already = countEjected(hosts);
    double percent = 100.0 * (already + 1) / hosts.size();
    boolean one = config.alwaysEjectOneHost() && already == 0;
    if (percent > config.maxEjectionPercent() && !one) {
      stats.overflow.inc(0);
      return;
    }
    stats.allowed(evidence.kind());
    boolean enforced = random.applyAsInt(100) < enforcing(evidence.kind());
    if (enforced) {
      results.ejected = true;
      results.timesEjected++;
      results.totalEjections++;
    }
    if (events != null) {
      events.ejected(
          watched.name(host), evidence, sinceLastAction(results), results.totalEjections, enforced);
    }
    if (!enforced) {
      return;
    }
    results.ejectedAtMillis = millis.getAsLong();
    results.lastActionMillis = results.ejectedAtMillis;
    long jitter =
        config.maxEjectionTimeJitterMillis() > 0
            ? random.applyAsInt((int) config.maxEjectionTimeJitterMillis())
            : 0;
    long longest = Math.max(config.maxEjectionTimeMillis(), config.baseEjectionTimeMillis());
    results.ejectedForMillis =
        Math.min(longest, config.baseEjectionTimeMillis() * results.timesEjected) + jitter;
    stats.enforced(evidence.kind());
    stats.active.set(0, already + 1);
    watched.eject(host, true);
  }

  private long sinceLastAction(HostResults results) {
    return results.lastActionMillis < 0 ? -1 : millis.getAsLong() - results.lastActionMillis;
  }

  private int countEjected(List<H> hosts) {
    int ejected = 0;
    for (H host : hosts) {
      ejected += watched.results(host).ejected ? 1 : 0;
    }
    return ejected;
  }

  /** Ends ejections that are over, and judges the rates of the interval that is. */
  public void tick() {
    List<H> hosts = watched.hosts();
    long now = millis.getAsLong();
    for (H host : hosts) {
      HostResults results = watched.results(host);
      if (!results.ejected) {
        results.timesEjected = Math.max(0, results.timesEjected - 1);
      } else if (now - results.ejectedAtMillis >= results.ejectedForMillis) {
        letIn(host, results);
      }
    }
    stats.active.set(0, countEjected(hosts));
    judgeRates(hosts);
  }

  /** An active health check found the host well: an ejection ends with that, unless told not to. */
  public void onActiveCheckPassed(H host) {
    HostResults results = watched.results(host);
    if (config.successfulActiveHealthCheckUnejectHost() && results.ejected) {
      letIn(host, results);
      stats.active.set(0, countEjected(watched.hosts()));
    }
  }

  private void letIn(H host, HostResults results) {
    results.ejected = false;
    results.consecutive5xx.set(0);
    results.consecutiveGatewayFailure.set(0);
    results.consecutiveLocalOriginFailure.set(0);
    if (events != null) {
      events.let(watched.name(host), sinceLastAction(results), results.totalEjections);
    }
    results.lastActionMillis = millis.getAsLong();
    watched.eject(host, false);
  }

  // ---- rates ----

  private void judgeRates(List<H> hosts) {
    SuccessRates<H> external = new SuccessRates<>();
    SuccessRates<H> local = new SuccessRates<>();
    boolean split = config.splitExternalLocalOriginErrors();
    for (H host : hosts) {
      HostResults results = watched.results(host);
      long requests = results.requests.sumThenReset();
      long successes = results.successes.sumThenReset();
      results.successRate =
          requests == 0 ? -1 : rate(external, results.ejected ? null : host, requests, successes);
      if (split) {
        long asked = results.takeLocalRequests();
        long had = results.takeLocalSuccesses();
        results.localOriginSuccessRate =
            asked == 0 ? -1 : rate(local, results.ejected ? null : host, asked, had);
      }
    }
    usual = judge(external, Ejection.SUCCESS_RATE, Ejection.FAILURE_PERCENTAGE);
    if (split) {
      localUsual =
          judge(
              local, Ejection.LOCAL_ORIGIN_SUCCESS_RATE, Ejection.LOCAL_ORIGIN_FAILURE_PERCENTAGE);
    }
  }

  /** The rate to be shown; it counts among the others unless the host is out already. */
  private double rate(SuccessRates<H> into, @Nullable H host, long requests, long successes) {
    double percent = 100.0 * successes / requests;
    if (host == null) {
      return -1;
    }
    into.add(host, requests, percent);
    return requests >= config.successRateRequestVolume() ? percent : -1;
  }

  private Usual judge(SuccessRates<H> rates, Ejection byRate, Ejection byPercentage) {
    Usual found =
        rates.usual(
            config.successRateRequestVolume(),
            config.successRateMinimumHosts(),
            config.successRateStdevFactor());
    if (found.threshold() >= 0) {
      for (Rate<H> rate : rates.below(found.threshold(), config.successRateRequestVolume())) {
        detected(
            rate.host(), new Evidence(byRate, rate.percent(), found.average(), found.threshold()));
      }
    }
    for (Rate<H> rate :
        rates.failing(
            config.failurePercentageThreshold(),
            config.failurePercentageRequestVolume(),
            config.failurePercentageMinimumHosts())) {
      detected(rate.host(), new Evidence(byPercentage, rate.percent(), 0, 0));
    }
    return found;
  }

  /** Average success rate of the last interval and the threshold below it; -1 where unknown. */
  public double[] usual(boolean localOrigin) {
    Usual now = localOrigin ? localUsual : usual;
    return new double[] {now.average(), now.threshold()};
  }
}
