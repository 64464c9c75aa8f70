package io.outrigger.cli.explain;

import io.outrigger.config.cluster.CircuitBreakers;
import io.outrigger.config.cluster.ClusterConfig;
import io.outrigger.config.cluster.LbPolicy;
import io.outrigger.config.cluster.OutlierDetection;
import io.outrigger.config.protocol.CommonHttpOptions;
import io.outrigger.control.istio.TrafficPolicy;
import io.outrigger.control.istio.TrafficPolicy.ConnectionPool;
import io.outrigger.control.resource.ResourceId;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What holds for the connections to one cluster: a service's port, or a subset of it. */
final class ClusterSettings {
  private final Section section;
  private final ClusterConfig cluster;
  private final TrafficPolicy policy;
  private final Sources sources;
  private final List<ResourceId> rules;
  private final @Nullable String subset;
  private final int port;

  /**
   * @param policy what the DestinationRules say together
   * @param rules those DestinationRules
   */
  ClusterSettings(
      Section section,
      ClusterConfig cluster,
      TrafficPolicy policy,
      Sources sources,
      List<ResourceId> rules,
      @Nullable String subset,
      int port) {
    this.section = section;
    this.cluster = cluster;
    this.policy = policy;
    this.sources = sources;
    this.rules = rules;
    this.subset = subset;
    this.port = port;
  }

  void add() {
    String balancer =
        sources.rule(rules, subset, port, TrafficPolicy::loadBalancer, policy.loadBalancer());
    section.add("load balancing", balancing(cluster.lbPolicy()), balancer);
    pool(
        "connect timeout",
        Words.time(cluster.connectTimeoutMillis(), "none"),
        ConnectionPool::connectTimeout,
        sources.mesh());
    CommonHttpOptions http = cluster.http().common();
    pool(
        "idle connections close after",
        Words.time(http.idleTimeoutMillis(), "never"),
        of -> of.httpIdleTimeout() != null ? of.httpIdleTimeout() : of.tcpIdleTimeout(),
        Setting.DEFAULT);
    pool(
        "a connection lives for",
        Words.time(http.maxConnectionDurationMillis(), "ever"),
        ConnectionPool::maxConnectionDuration,
        Setting.DEFAULT);
    pool(
        "requests a connection",
        cluster.maxRequestsPerConnection() <= 0
            ? "no limit"
            : Words.limit(cluster.maxRequestsPerConnection()),
        ConnectionPool::maxRequestsPerConnection,
        Setting.DEFAULT);
    breakers(cluster.circuitBreakers().defaultPriority());
    outliers(cluster.outlierDetection());
  }

  private <T> void pool(
      String name, String value, Function<ConnectionPool, @Nullable T> setting, String otherwise) {
    Function<TrafficPolicy, @Nullable T> read =
        of -> of.connectionPool() == null ? null : setting.apply(of.connectionPool());
    String from = sources.rule(rules, subset, port, read, read.apply(policy));
    section.add(name, value, from.equals(Setting.DEFAULT) ? otherwise : from);
  }

  private void breakers(CircuitBreakers.Thresholds limits) {
    pool(
        "connections",
        Words.limit(limits.maxConnections()),
        ConnectionPool::maxConnections,
        Setting.DEFAULT);
    pool(
        "waiting requests",
        Words.limit(limits.maxPendingRequests()),
        ConnectionPool::http1MaxPendingRequests,
        Setting.DEFAULT);
    pool(
        "requests under way",
        Words.limit(limits.maxRequests()),
        ConnectionPool::http2MaxRequests,
        Setting.DEFAULT);
    CircuitBreakers.RetryBudget budget = limits.retryBudget();
    pool(
        "retries under way",
        budget == null
            ? Words.limit(limits.maxRetries())
            : Words.percent(budget.budgetPercent())
                + " of the requests under way, "
                + budget.minRetryConcurrency()
                + " at any time",
        ConnectionPool::maxRetries,
        Setting.DEFAULT);
  }

  private void outliers(@Nullable OutlierDetection detection) {
    String from =
        sources.rule(
            rules, subset, port, TrafficPolicy::outlierDetection, policy.outlierDetection());
    if (detection == null) {
      section.add("a failing host is left out", "never", from);
      return;
    }
    section.add(
        "a failing host is left out",
        "for "
            + Words.time(detection.baseEjectionTimeMillis(), "0")
            + ", longer each time, at most "
            + Words.time(detection.maxEjectionTimeMillis(), "0"),
        from);
    errors(
        "after server errors",
        detection.consecutive5xx(),
        detection.enforcingConsecutive5xx(),
        from);
    errors(
        "after gateway errors",
        detection.consecutiveGatewayFailure(),
        detection.enforcingConsecutiveGatewayFailure(),
        from);
    if (detection.splitExternalLocalOriginErrors()) {
      errors(
          "after failed connections",
          detection.consecutiveLocalOriginFailure(),
          detection.enforcingConsecutiveLocalOriginFailure(),
          from);
    }
    section.add("looked at every", Words.time(detection.intervalMillis(), "0"), from);
    section.add(
        "left out at once", "at most " + Words.percent(detection.maxEjectionPercent()), from);
    section.add(
        "all hosts are used when",
        cluster.commonLb().healthyPanicThreshold() <= 0
            ? "never: the rest carries on"
            : "less than "
                + Words.percent(cluster.commonLb().healthyPanicThreshold())
                + " are healthy",
        from);
  }

  private void errors(String name, int consecutive, int enforcing, String from) {
    section.add(name, enforcing == 0 ? "never" : consecutive + " in a row", from);
  }

  private static String balancing(LbPolicy policy) {
    if (policy instanceof LbPolicy.LeastRequest least) {
      boolean all = least.choiceCount() == LbPolicy.LeastRequest.ALL_HOSTS;
      return "least requests of " + (all ? "all" : least.choiceCount()) + ramp(least.slowStart());
    }
    if (policy instanceof LbPolicy.RoundRobin turns) {
      return "round robin" + ramp(turns.slowStart());
    }
    if (policy instanceof LbPolicy.PeakEwma latency) {
      return "least latency of " + latency.choiceCount();
    }
    if (policy instanceof LbPolicy.ClientSideWeighted) {
      return "round robin, weighted by the load that hosts report";
    }
    if (policy instanceof LbPolicy.Random) {
      return "random";
    }
    if (policy instanceof LbPolicy.RingHash) {
      return "by hash, on a ring";
    }
    if (policy instanceof LbPolicy.Maglev) {
      return "by hash, Maglev";
    }
    return "where the caller was going";
  }

  private static String ramp(LbPolicy.@Nullable SlowStart ramp) {
    return ramp == null ? "" : ", new hosts within " + Words.time(ramp.windowMillis(), "0");
  }
}
