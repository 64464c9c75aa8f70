package io.outrigger.proxy.outlier;

import io.outrigger.config.cluster.OutlierDetection;
import io.outrigger.proxy.stats.StatStore;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.IntUnaryOperator;
import java.util.function.LongSupplier;

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

    /** Takes the host out of balancing, or back in. */
    void eject(H host, boolean ejected);
  }

  private final OutlierDetection config;
  private final Watched<H> watched;
  private final Executor loop;
  private final LongSupplier millis;
  private final IntUnaryOperator random;
  private final OutlierStats stats;

  /**
   * Watches a cluster's hosts.
   *
   * @param loop the configuration loop
   * @param millis a steady clock
   * @param random a number below the one given
   */
  public OutlierDetector(
      OutlierDetection config,
      Watched<H> watched,
      Executor loop,
      LongSupplier millis,
      IntUnaryOperator random,
      StatStore store,
      String clusterPrefix) {
    this.config = config;
    this.watched = watched;
    this.loop = loop;
    this.millis = millis;
    this.random = random;
    this.stats = new OutlierStats(store, clusterPrefix);
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
    if (!config.splitExternalLocalOriginErrors()) {
      onStatus(host, results, 503);
      return;
    }
    if (results.consecutiveLocalOriginFailure.incrementAndGet()
        == config.consecutiveLocalOriginFailure()) {
      report(host, Ejection.CONSECUTIVE_LOCAL_ORIGIN_FAILURE);
    }
  }

  /** A connection was had. */
  public void onLocalOriginSuccess(HostResults results) {
    if (results.consecutiveLocalOriginFailure.get() != 0) {
      results.consecutiveLocalOriginFailure.set(0);
    }
  }

  private void report(H host, Ejection kind) {
    loop.execute(() -> detected(host, kind));
  }

  // ---- decisions, on the configuration loop ----

  private void detected(H host, Ejection kind) {
    if (watched.results(host).ejected || !watched.hosts().contains(host)) {
      return;
    }
    stats.detected(kind);
    if (random.applyAsInt(100) < enforcing(kind)) {
      eject(host, kind);
    }
    HostResults results = watched.results(host);
    switch (kind) {
      case CONSECUTIVE_5XX -> results.consecutive5xx.set(0);
      case CONSECUTIVE_GATEWAY_FAILURE -> results.consecutiveGatewayFailure.set(0);
      case CONSECUTIVE_LOCAL_ORIGIN_FAILURE -> results.consecutiveLocalOriginFailure.set(0);
      case SUCCESS_RATE, FAILURE_PERCENTAGE -> {}
    }
  }

  private int enforcing(Ejection kind) {
    return switch (kind) {
      case CONSECUTIVE_5XX -> config.enforcingConsecutive5xx();
      case CONSECUTIVE_GATEWAY_FAILURE -> config.enforcingConsecutiveGatewayFailure();
      case CONSECUTIVE_LOCAL_ORIGIN_FAILURE -> config.enforcingConsecutiveLocalOriginFailure();
      case SUCCESS_RATE -> config.enforcingSuccessRate();
      case FAILURE_PERCENTAGE -> config.enforcingFailurePercentage();
    };
  }

  private void eject(H host, Ejection kind) {
    List<H> hosts = watched.hosts();
    int already = 0;
    for (H other : hosts) {
      already += watched.results(other).ejected ? 1 : 0;
    }
    double percent = 100.0 * (already + 1) / hosts.size();
    boolean one = config.alwaysEjectOneHost() && already == 0;
    if (percent > config.maxEjectionPercent() && !one) {
      stats.overflow.inc(0);
      return;
    }
    HostResults results = watched.results(host);
    results.ejected = true;
    results.timesEjected++;
    results.ejectedAtMillis = millis.getAsLong();
    long jitter =
        config.maxEjectionTimeJitterMillis() > 0
            ? random.applyAsInt((int) config.maxEjectionTimeJitterMillis())
            : 0;
    long longest = Math.max(config.maxEjectionTimeMillis(), config.baseEjectionTimeMillis());
    results.ejectedForMillis =
        Math.min(longest, config.baseEjectionTimeMillis() * results.timesEjected) + jitter;
    stats.enforced(kind);
    stats.active.set(0, already + 1);
    watched.eject(host, true);
  }

  /** Ends ejections that are over, and judges the rates of the interval that is. */
  public void tick() {
    List<H> hosts = watched.hosts();
    long now = millis.getAsLong();
    int ejected = 0;
    for (H host : hosts) {
      HostResults results = watched.results(host);
      if (!results.ejected) {
        results.timesEjected = Math.max(0, results.timesEjected - 1);
      } else if (now - results.ejectedAtMillis >= results.ejectedForMillis) {
        letIn(host);
      } else {
        ejected++;
      }
    }
    stats.active.set(0, ejected);
    judgeRates(hosts);
  }

  /** An active health check found the host well: an ejection ends with that, unless told not to. */
  public void onActiveCheckPassed(H host) {
    if (config.successfulActiveHealthCheckUnejectHost() && watched.results(host).ejected) {
      letIn(host);
      int ejected = 0;
      for (H other : watched.hosts()) {
        ejected += watched.results(other).ejected ? 1 : 0;
      }
      stats.active.set(0, ejected);
    }
  }

  private void letIn(H host) {
    HostResults results = watched.results(host);
    results.ejected = false;
    results.consecutive5xx.set(0);
    results.consecutiveGatewayFailure.set(0);
    results.consecutiveLocalOriginFailure.set(0);
    watched.eject(host, false);
  }

  private record Rate<H>(H host, long requests, double percent) {}

  private void judgeRates(List<H> hosts) {
    List<Rate<H>> rates = new ArrayList<>(hosts.size());
    for (H host : hosts) {
      HostResults results = watched.results(host);
      long requests = results.requests.sumThenReset();
      long successes = results.successes.sumThenReset();
      double percent = requests == 0 ? -1 : 100.0 * successes / requests;
      results.successRate = requests >= config.successRateRequestVolume() ? percent : -1;
      if (requests > 0) {
        rates.add(new Rate<>(host, requests, percent));
      }
    }
    judgeSuccessRate(rates);
    judgeFailurePercentage(rates);
  }

  private void judgeSuccessRate(List<Rate<H>> all) {
    List<Rate<H>> rates =
        all.stream().filter(r -> r.requests >= config.successRateRequestVolume()).toList();
    if (rates.isEmpty() || rates.size() < config.successRateMinimumHosts()) {
      return;
    }
    double mean = rates.stream().mapToDouble(Rate::percent).sum() / rates.size();
    double variance =
        rates.stream().mapToDouble(r -> (r.percent - mean) * (r.percent - mean)).sum()
            / rates.size();
    double threshold = mean - Math.sqrt(variance) * config.successRateStdevFactor() / 1000;
    for (Rate<H> rate : rates) {
      if (rate.percent < threshold) {
        detected(rate.host, Ejection.SUCCESS_RATE);
      }
    }
  }

  private void judgeFailurePercentage(List<Rate<H>> all) {
    List<Rate<H>> rates =
        all.stream().filter(r -> r.requests >= config.failurePercentageRequestVolume()).toList();
    if (rates.size() < config.failurePercentageMinimumHosts()) {
      return;
    }
    for (Rate<H> rate : rates) {
      if (100 - rate.percent >= config.failurePercentageThreshold()) {
        detected(rate.host, Ejection.FAILURE_PERCENTAGE);
      }
    }
  }
}
