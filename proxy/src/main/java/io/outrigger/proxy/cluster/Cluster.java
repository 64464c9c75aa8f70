package io.outrigger.proxy.cluster;

import io.outrigger.config.cluster.ClusterConfig;
import io.outrigger.config.cluster.ClusterEndpoints;
import io.outrigger.config.cluster.Discovery;
import io.outrigger.config.cluster.HealthCheck;
import io.outrigger.config.cluster.Locality;
import io.outrigger.config.cluster.OutlierDetection;
import io.outrigger.config.cluster.UpstreamBind;
import io.outrigger.proxy.breaker.CircuitBreaker;
import io.outrigger.proxy.health.HealthChecker;
import io.outrigger.proxy.outlier.HostResults;
import io.outrigger.proxy.outlier.OutlierDetector;
import io.outrigger.proxy.outlier.OutlierEvents;
import io.outrigger.proxy.pool.PoolScope;
import io.outrigger.proxy.tls.SecretSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One cluster as configured, with its hosts; shared by all workers.
 *
 * <p>The configuration loop writes, workers read {@link #hosts} and keep what they make of it until
 * it is another. Pages read it from any thread.
 */
public final class Cluster implements OutlierDetector.Watched<Host> {
  private final ClusterConfig config;
  private final ClusterEnvironment environment;
  private final String prefix;
  private final Membership membership;
  private final MembershipStats membershipStats;
  private final HostDiscovery discovery;
  private final @Nullable OutlierDetector<Host> outliers;
  private @Nullable HealthChecker checker;
  private @Nullable Runnable whenInitialized;
  private List<ResolvedLocality> lastLocalities = List.of();
  private @Nullable ClusterEndpoints lastPolicy;
  private volatile HostSet hosts = HostSet.EMPTY;
  private final Drops drops = new Drops();
  private volatile int dropPerMillion;
  private volatile String dropCategory = "";
  private volatile boolean initialized;
  private volatile SecretSource secrets = SecretSource.NONE;
  private volatile @Nullable ClusterTraffic traffic;
  private @Nullable ScheduledFuture<?> outlierTicks;
  private boolean stopped;
  private boolean closed;

  Cluster(ClusterConfig config, ClusterEnvironment environment) {
    this.config = config;
    this.environment = environment;
    this.prefix = "cluster." + sanitized(config.statName()) + ".";
    this.membership = new Membership(config, environment.cells());
    this.membershipStats = new MembershipStats(environment.store(), prefix);
    this.discovery = discovery(config, environment);
    OutlierDetection detection = config.outlierDetection();
    this.outliers = detection == null ? null : detector(detection, environment);
  }

  /** Colons part a name in the statistics, and so can't be in one. */
  private static String sanitized(String name) {
    return name.replace("://", "_").replace(":/", "_").replace(':', '_');
  }

  private HostDiscovery discovery(ClusterConfig of, ClusterEnvironment in) {
    Discovery by = of.discovery();
    if (by instanceof Discovery.Static) {
      return new ConfiguredHosts(this, of.endpoints());
    }
    if (by instanceof Discovery.Eds || by instanceof Discovery.Aggregate) {
      return new ConfiguredHosts(this, null);
    }
    if (by instanceof Discovery.StrictDns strict) {
      return new DnsHosts(
          this,
          endpoints(of),
          strict.dns(),
          false,
          in.resolvers().of(strict.dns()),
          in.main().loop());
    }
    if (by instanceof Discovery.LogicalDns logical) {
      return new DnsHosts(
          this,
          endpoints(of),
          logical.dns(),
          true,
          in.resolvers().of(logical.dns()),
          in.main().loop());
    }
    if (by instanceof Discovery.OriginalDst original) {
      return new OriginalDestinations(this, original, in.cells(), in.main().loop());
    }
    if (by instanceof Discovery.ForwardProxy forward) {
      return new ForwardProxyHosts(this, forward, in.caches().of(forward.cache()), in.cells());
    }
    throw new IllegalStateException("unknown Discovery: " + by);
  }

  private static ClusterEndpoints endpoints(ClusterConfig config) {
    return Objects.requireNonNull(config.endpoints(), "a DNS cluster has load_assignment");
  }

  private OutlierDetector<Host> detector(OutlierDetection detection, ClusterEnvironment in) {
    return new OutlierDetector<>(
        detection,
        this,
        in.main().loop(),
        () -> System.nanoTime() / 1_000_000,
        bound -> ThreadLocalRandom.current().nextInt(bound),
        in.store(),
        prefix,
        in.outlierLog() == null
            ? null
            : new OutlierEvents(config.name(), in.outlierLog(), in.main()::epochMillis));
  }

  // ---- any thread ----

  public String name() {
    return config.name();
  }

  public ClusterConfig config() {
    return config;
  }

  /** All hosts as they are now. */
  public HostSet hostSet() {
    return hosts;
  }

  /** Whether the hosts were known once. */
  public boolean isInitialized() {
    return initialized;
  }

  /** {@code cluster.NAME.}, with the dot. */
  public String statPrefix() {
    return prefix;
  }

  /** The breaker of a priority, or null while no worker has used the cluster. */
  public @Nullable CircuitBreaker breaker(boolean highPriority) {
    ClusterTraffic now = traffic;
    return now == null ? null : highPriority ? now.highBreaker() : now.defaultBreaker();
  }

  // ---- a worker ----

  /** What carries traffic; made by the first worker that asks. */
  synchronized ClusterTraffic traffic() {
    ClusterTraffic found = traffic;
    if (found == null) {
      found = new ClusterTraffic(config, environment.store(), prefix);
      if (!closed) {
        found.update(name(), secrets);
      }
      traffic = found;
    }
    return found;
  }

  /** What finds the host that a request names; null: a balancer chooses. */
  @Nullable HostFinder finder() {
    return discovery instanceof HostFinder finder ? finder : null;
  }

  /** Where this proxy is. */
  Locality locality() {
    return environment.locality();
  }

  /** The hosts of the cluster that this proxy is of; null if none is named. */
  @Nullable HostSet localHosts() {
    Supplier<HostSet> local = environment.localHosts();
    return local == null ? null : local.get();
  }

  /** What ejects its hosts; null: nothing. */
  public @Nullable OutlierDetector<Host> outliers() {
    return outliers;
  }

  // ---- the configuration loop ----

  /**
   * Begins; {@code then} runs once, when hosts and, where they are checked, their health are known.
   */
  void start(SecretSource now, @Nullable ClusterEndpoints endpoints, Runnable then) {
    secrets = now;
    if (!config.healthChecks().isEmpty()) {
      checker = checker(config.healthChecks().getFirst());
    }
    discovery.endpoints(endpoints);
    discovery.start(
        () -> {
          whenInitialized = then;
          tellInitialized();
        });
    OutlierDetection detection = config.outlierDetection();
    if (outliers != null && detection != null) {
      long interval = Math.max(1, detection.intervalMillis());
      outlierTicks =
          environment
              .main()
              .loop()
              .scheduleWithFixedDelay(outliers::tick, interval, interval, TimeUnit.MILLISECONDS);
    }
  }

  private HealthChecker checker(HealthCheck check) {
    ClusterTraffic used = traffic();
    PoolScope pools =
        new PoolScope(
            environment.main(),
            environment.transport(),
            config,
            bind(),
            used.stats(),
            used.defaultBreaker(),
            used.highBreaker(),
            used,
            used.codecs());
    return new HealthChecker(
        check, pools, environment.store(), prefix, environment.events(), this::onChecked);
  }

  private void tellInitialized() {
    Runnable tell = whenInitialized;
    if (tell != null && (checker == null || checker.isFirstRoundOver())) {
      whenInitialized = null;
      initialized = true;
      if (checker != null) {
        publishHealth(); // flags that change no health have their say now
      }
      tell.run();
    }
  }

  void stop() {
    stopped = true;
    if (checker != null) {
      checker.stop();
    }
    discovery.stop();
    if (outlierTicks != null) {
      outlierTicks.cancel(false);
    }
  }

  /** Frees what the TLS library holds; connections that are open keep what they need. */
  synchronized void close() {
    closed = true;
    ClusterTraffic used = traffic;
    if (used != null) {
      used.close();
    }
  }

  void endpoints(@Nullable ClusterEndpoints endpoints) {
    discovery.endpoints(endpoints);
  }

  synchronized void secrets(SecretSource now) {
    secrets = now;
    ClusterTraffic used = traffic;
    if (used != null) {
      used.update(name(), now);
    }
  }

  MembershipStats membershipStats() {
    return membershipStats;
  }

  /** The source address of its connections: its own, or the bootstrap's; null: neither is set. */
  @Nullable UpstreamBind bind() {
    return config.bind() != null ? config.bind() : environment.bind();
  }

  /** What it refused. */
  public Drops drops() {
    return drops;
  }

  /** The name that the control plane gives what it asks to refuse; may be empty. */
  public String dropCategory() {
    return dropCategory;
  }

  int dropPerMillion() {
    return dropPerMillion;
  }

  /** Takes over the share of requests that is to be refused. */
  void drop(ClusterEndpoints endpoints) {
    List<ClusterEndpoints.DropOverload> overloads = endpoints.dropOverloads();
    dropPerMillion = overloads.isEmpty() ? 0 : overloads.getFirst().perMillion();
    dropCategory = overloads.isEmpty() ? "" : overloads.getFirst().category();
  }

  /** Takes over a list of endpoints; hosts that stay keep all that they have. */
  void setHosts(List<ResolvedLocality> localities, ClusterEndpoints policy) {
    Membership.Update update = membership.update(localities, policy);
    lastLocalities = localities;
    lastPolicy = policy;
    boolean resized = hosts.priorities().size() != update.set().priorities().size();
    membershipStats.changed(Math.max(update.changes(), resized ? 1 : 0));
    publish(update.set(), update.removed());
  }

  void setHosts(HostSet set, Collection<Host> removed) {
    membershipStats.changed(1);
    publish(set, removed);
  }

  private void publish(HostSet set, Collection<Host> removed) {
    for (Host host : removed) {
      host.markRemoved();
    }
    boolean renew =
        config.commonLb().closeConnectionsOnHostSetChange()
            && (!removed.isEmpty() || set.hasOthersThan(hosts));
    hosts = set;
    if (!stopped) {
      membershipStats.show(set);
    }
    if (renew) {
      environment.renew().accept(this, hosts());
    }
    if (!removed.isEmpty()) {
      environment.drain().accept(this, List.copyOf(removed));
    }
    if (checker != null && !stopped) {
      checker.update(hosts());
    }
  }

  /** The same hosts in another state of health. */
  private void publishHealth() {
    hosts = hosts.withCurrentHealth();
    if (!stopped) {
      membershipStats.show(hosts);
    }
  }

  // ---- active health checks ----

  private void onChecked(Host host, boolean healthy, boolean changed) {
    if (changed) {
      if (!healthy && host.hasFlag(Host.PENDING_DYNAMIC_REMOVAL)) {
        // nothing keeps it any longer; there are hosts, so the policy is known
        setHosts(lastLocalities, Objects.requireNonNull(lastPolicy));
      } else {
        publishHealth();
      }
      if (host.hasFlag(Host.FAILED_ACTIVE_HC)) {
        environment.failed().accept(this, host);
      }
    }
    if (healthy && outliers != null && !host.hasFlag(Host.FAILED_ACTIVE_HC)) {
      outliers.onActiveCheckPassed(host);
    }
    tellInitialized();
  }

  /** Traffic had an answer that says so. Any worker. */
  void failHealthCheck(Host host) {
    environment
        .main()
        .loop()
        .execute(
            () -> {
              if (checker != null && !stopped) {
                checker.failed(host);
              }
            });
  }

  // ---- outlier detection ----

  @Override
  public List<Host> hosts() {
    List<Host> all = new ArrayList<>(hosts.size());
    for (PriorityHosts priority : hosts.priorities()) {
      all.addAll(List.of(priority.hosts()));
    }
    return all;
  }

  @Override
  public HostResults results(Host host) {
    return host.results();
  }

  @Override
  public String name(Host host) {
    return host.addressText();
  }

  @Override
  public void eject(Host host, boolean ejected) {
    if (host.setFlag(Host.FAILED_OUTLIER_CHECK, ejected)) {
      publishHealth();
      if (ejected) {
        environment.failed().accept(this, host);
      }
    }
  }
}
