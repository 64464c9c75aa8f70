package io.outrigger.proxy.health;

import io.outrigger.config.cluster.HealthCheck;
import io.outrigger.proxy.cluster.Host;
import io.outrigger.proxy.log.EventLogs;
import io.outrigger.proxy.pool.PoolScope;
import io.outrigger.proxy.stats.StatStore;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Checks the hosts of one cluster. On the configuration loop. */
public final class HealthChecker {
  /** Hears of each check; the host's flags have changed already. */
  @FunctionalInterface
  public interface Listener {
    /** The host was found well or not; {@code changed}: host sets must be made anew. */
    void onChecked(Host host, boolean healthy, boolean changed);
  }

  private final CheckScope scope;
  private final Listener listener;
  private final HealthStats stats;
  private final HealthEvents events;
  private final Map<Host, HealthSession> sessions = new LinkedHashMap<>();
  private int healthy;
  private int degraded;
  private boolean stopped;

  /**
   * A checker without hosts yet.
   *
   * @param pools of the configuration loop
   * @param clusterPrefix {@code cluster.NAME.}, with the dot
   */
  public HealthChecker(
      HealthCheck config,
      PoolScope pools,
      StatStore store,
      String clusterPrefix,
      EventLogs logs,
      Listener listener) {
    this.scope = new CheckScope(config, pools);
    this.listener = listener;
    this.stats = new HealthStats(store, clusterPrefix);
    this.events =
        new HealthEvents(pools.config().name(), config, logs, pools.worker()::epochMillis);
  }

  /** Whether something is known of each host that is under check. */
  public boolean isFirstRoundOver() {
    for (HealthSession session : sessions.values()) {
      if (session.isFirst()) {
        return false;
      }
    }
    return true;
  }

  /** Takes over which hosts there are: new ones are asked at once. */
  public void update(Collection<Host> hosts) {
    Set<Host> wanted = new HashSet<>();
    for (Host host : hosts) {
      if (!host.endpoint().activeHealthCheckDisabled()) {
        wanted.add(host);
      }
    }
    for (Map.Entry<Host, HealthSession> known : List.copyOf(sessions.entrySet())) {
      Host host = known.getKey();
      if (!wanted.contains(host) || !known.getValue().address().equals(host.healthCheckAddress())) {
        known.getValue().end();
        sessions.remove(host);
      }
    }
    for (Host host : hosts) {
      if (wanted.contains(host) && !sessions.containsKey(host) && !stopped) {
        HealthSession session = new HealthSession(this, host);
        sessions.put(host, session);
        session.start();
      }
    }
  }

  /** An answer to traffic had x-envoy-immediate-health-check-fail. */
  public void failed(Host host) {
    HealthSession session = sessions.get(host);
    if (session != null) {
      host.setFlag(Host.EXCLUDED_VIA_IMMEDIATE_HC_FAIL, true);
      session.failed(FailureType.PASSIVE, false, 0);
    }
  }

  /** Asks nobody any more. */
  public void stop() {
    stopped = true;
    sessions.values().forEach(HealthSession::end);
    sessions.clear();
  }

  // ---- for sessions ----

  CheckScope scope() {
    return scope;
  }

  HealthStats stats() {
    return stats;
  }

  HealthEvents events() {
    return events;
  }

  /** Whether the cluster ever had a connection for traffic: until then checks are rare. */
  boolean hasTraffic() {
    return scope.pools().stats().upstreamCxTotal.value() > 0;
  }

  /** Some time, with its jitter in milliseconds and in percent; never none at all. */
  long withJitter(long millis, long jitterMillis) {
    long result = millis;
    long share = Math.min(Integer.MAX_VALUE, scope.config().intervalJitterPercent() * millis / 100);
    if (share > 0) {
      result += scope.worker().random((int) share);
    }
    if (jitterMillis > 0) {
      result += scope.worker().random((int) Math.min(Integer.MAX_VALUE, jitterMillis));
    }
    return Math.max(1, result);
  }

  void countHealthy(int change) {
    healthy += change;
    stats.healthy.set(0, healthy);
  }

  void countDegraded(int change) {
    degraded += change;
    stats.degraded.set(0, degraded);
  }

  void tell(Host host, boolean isHealthy, HealthSession.Change change) {
    listener.onChecked(host, isHealthy, change == HealthSession.Change.DONE);
  }
}
