package io.outrigger.proxy.cluster;

import io.outrigger.config.address.Address;
import io.outrigger.config.cluster.Endpoint;
import io.outrigger.config.cluster.Locality;
import io.outrigger.config.metadata.Metadata;
import io.outrigger.proxy.address.SocketAddresses;
import io.outrigger.proxy.lb.Latency;
import io.outrigger.proxy.lb.LoadMetrics;
import io.outrigger.proxy.lb.ReportedWeight;
import io.outrigger.proxy.outlier.HostResults;
import io.outrigger.proxy.pool.HostPools;
import io.outrigger.proxy.pool.IdleAge;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * One endpoint of a cluster; keeps its identity, statistics and connections while its address stays
 * in the cluster, whatever else of it is updated.
 *
 * <p>Shared by all workers. What an update changes is written by the configuration loop; each
 * worker has a slot of its own for its pools.
 */
public final class Host {
  /** Health that the control plane gave: UNHEALTHY, DRAINING or TIMEOUT. */
  public static final int FAILED_EDS_HEALTH = 1;

  /** The control plane says DEGRADED. */
  public static final int DEGRADED_EDS_HEALTH = 1 << 1;

  /** Outlier detection ejected it. */
  public static final int FAILED_OUTLIER_CHECK = 1 << 2;

  /** The control plane says DRAINING. */
  public static final int EDS_STATUS_DRAINING = 1 << 3;

  /** Active checks say that it is ill, or haven't said anything yet. */
  public static final int FAILED_ACTIVE_HC = 1 << 4;

  /** A check's answer has x-envoy-degraded. */
  public static final int DEGRADED_ACTIVE_HC = 1 << 5;

  /** It is in the cluster's list no more, but active checks find it well. */
  public static final int PENDING_DYNAMIC_REMOVAL = 1 << 6;

  /** It was never checked, and doesn't count until then. */
  public static final int PENDING_ACTIVE_HC = 1 << 7;

  /** It said so itself, and so doesn't count. */
  public static final int EXCLUDED_VIA_IMMEDIATE_HC_FAIL = 1 << 8;

  /** The last check that failed had no answer in time. */
  public static final int ACTIVE_HC_TIMEOUT = 1 << 9;

  private static final int UNHEALTHY = FAILED_EDS_HEALTH | FAILED_OUTLIER_CHECK | FAILED_ACTIVE_HC;
  private static final int DEGRADED = DEGRADED_EDS_HEALTH | DEGRADED_ACTIVE_HC;
  private static final int EXCLUDED =
      EDS_STATUS_DRAINING | PENDING_ACTIVE_HC | EXCLUDED_VIA_IMMEDIATE_HC_FAIL;

  /** The flags as Envoy prints them, in its order. */
  private static final int[] ORDER = {
    FAILED_ACTIVE_HC,
    FAILED_OUTLIER_CHECK,
    FAILED_EDS_HEALTH,
    DEGRADED_ACTIVE_HC,
    DEGRADED_EDS_HEALTH,
    PENDING_DYNAMIC_REMOVAL,
    PENDING_ACTIVE_HC,
    EXCLUDED_VIA_IMMEDIATE_HC_FAIL,
    ACTIVE_HC_TIMEOUT,
    EDS_STATUS_DRAINING
  };

  private static final String[] NAMES = {
    "/failed_active_hc",
    "/failed_outlier_check",
    "/failed_eds_health",
    "/degraded_active_hc",
    "/degraded_eds_health",
    "/pending_dynamic_removal",
    "/pending_active_hc",
    "/excluded_via_immediate_hc_fail",
    "/active_hc_timeout",
    "/eds_status_draining"
  };

  private volatile String addressText;
  private final HostStats stats;
  private final @Nullable HostPools[] pools;
  private final AtomicInteger flags = new AtomicInteger();
  private final HostResults results = new HostResults();
  private final IdleAge idleAge = new IdleAge();
  private volatile SocketAddress address;
  private volatile List<SocketAddress> addressesToTry = List.of();
  private volatile Facts facts;
  private final long healthySince = System.nanoTime();
  private volatile @Nullable Latency latency;
  private volatile @Nullable ReportedWeight reportedWeight;
  private volatile @Nullable LoadMetrics loadMetrics;
  private volatile boolean used;
  private volatile boolean removed;

  /** What of a host an update may change. */
  private record Facts(
      String hostname,
      int weight,
      Metadata metadata,
      Locality locality,
      int priority,
      Endpoint endpoint) {}

  /**
   * A host made of an endpoint.
   *
   * @param address where it is reached: the endpoint's address, resolved
   * @param hostname the endpoint's, or the DNS name that gave the address
   * @param cells {@code Workers.cells()}
   */
  public Host(
      SocketAddress address,
      String addressText,
      String hostname,
      Endpoint endpoint,
      Locality locality,
      int priority,
      int cells) {
    this.address = address;
    this.addressText = addressText;
    this.stats = new HostStats(cells);
    this.pools = new @Nullable HostPools[cells];
    this.facts =
        new Facts(
            hostname,
            Math.max(1, endpoint.weight()),
            endpoint.metadata(),
            locality,
            priority,
            endpoint);
    setHealth(endpoint.health());
  }

  /** Takes over what an update says of it. */
  void update(String hostname, Endpoint endpoint, Locality locality, int priority) {
    facts =
        new Facts(
            hostname,
            Math.max(1, endpoint.weight()),
            endpoint.metadata(),
            locality,
            priority,
            endpoint);
    setHealth(endpoint.health());
  }

  /** An {@code InetSocketAddress} or a Unix domain socket's. */
  public SocketAddress address() {
    return address;
  }

  /**
   * All its addresses in the order in which connecting tries them, {@link #address} among them;
   * empty if there is no other.
   */
  public List<SocketAddress> addressesToTry() {
    return addressesToTry;
  }

  /** Where a logical host is from now on; what is connected stays. */
  void moveTo(SocketAddress to, String text, List<SocketAddress> toTry) {
    address = to;
    addressText = text;
    addressesToTry = toTry;
  }

  /** Where active checks ask: the endpoint's address for them, with this host's IP for a name. */
  public SocketAddress healthCheckAddress() {
    Address wanted = facts.endpoint.healthCheckAddress();
    if (wanted == null) {
      return address;
    }
    if (wanted instanceof Address.Name name && address instanceof InetSocketAddress own) {
      return new InetSocketAddress(own.getAddress(), name.port());
    }
    SocketAddress found = SocketAddresses.of(wanted);
    return found == null ? address : found;
  }

  /** {@code 10.0.0.1:80}, {@code [::1]:80}, or a path: made once. */
  public String addressText() {
    return addressText;
  }

  /** The endpoint's hostname, or the DNS name it was resolved from; may be empty. */
  public String hostname() {
    return facts.hostname;
  }

  public int weight() {
    return facts.weight;
  }

  public Metadata metadata() {
    return facts.metadata;
  }

  public Locality locality() {
    return facts.locality;
  }

  public int priority() {
    return facts.priority;
  }

  /** The endpoint as configured. */
  public Endpoint endpoint() {
    return facts.endpoint;
  }

  /** Whether the metadata envoy.lb says canary: true. */
  public boolean canary() {
    var value = facts.metadata.value("envoy.lb", "canary");
    return value != null && value.getBoolValue();
  }

  public HostStats stats() {
    return stats;
  }

  /** What outlier detection knows of it. */
  public HostResults results() {
    return results;
  }

  /** How long its answers take; null unless balancing goes by that. */
  public @Nullable Latency latency() {
    return latency;
  }

  /** As {@link #latency()}, measured from now on, with this decay. */
  public Latency measured(long decayMillis) {
    Latency known = latency;
    if (known == null) {
      known = new Latency(decayMillis);
      latency = known;
    }
    return known;
  }

  /** The weight that it reports itself; null unless balancing goes by that. */
  public @Nullable ReportedWeight reportedWeight() {
    return reportedWeight;
  }

  /** As {@link #reportedWeight()}, from now on. */
  public ReportedWeight weighed() {
    ReportedWeight known = reportedWeight;
    if (known == null) {
      known = new ReportedWeight();
      reportedWeight = known;
    }
    return known;
  }

  /** What it reported of its load for load reports; null: nothing. */
  public @Nullable LoadMetrics loadMetrics() {
    return loadMetrics;
  }

  /** As {@link #loadMetrics()}, kept from now on. */
  synchronized LoadMetrics metered() {
    LoadMetrics known = loadMetrics;
    if (known == null) {
      known = new LoadMetrics();
      loadMetrics = known;
    }
    return known;
  }

  /** The weight that it is balanced by: its endpoint's, or what came of its reports. */
  public long currentWeight() {
    ReportedWeight reported = reportedWeight;
    return reported == null || reported.applied() == 0 ? facts.weight : reported.applied();
  }

  // ---- health ----

  /** The flags that are set, as {@code /clusters} names them. */
  public int flags() {
    return flags.get();
  }

  /** Whether it may be picked: not degraded, and nothing says that it fails. */
  public boolean isHealthy() {
    return (flags.get() & (UNHEALTHY | DEGRADED)) == 0;
  }

  /** Whether it is to be picked only where healthy hosts don't suffice. */
  public boolean isDegraded() {
    int now = flags.get();
    return (now & UNHEALTHY) == 0 && (now & DEGRADED) != 0;
  }

  /** Whether it counts neither as healthy nor as sick: on its way out, or not checked yet. */
  public boolean isExcluded() {
    return (flags.get() & EXCLUDED) != 0;
  }

  /** Since when, by {@code System.nanoTime}, it may take traffic: slow start counts from there. */
  public long healthySinceNanos() {
    return healthySince;
  }

  /** Its health in the words of endpoints: what checks found, else what the control plane says. */
  public Endpoint.HealthStatus healthStatus() {
    int now = flags.get();
    if ((now & (FAILED_ACTIVE_HC | FAILED_OUTLIER_CHECK)) != 0) {
      return Endpoint.HealthStatus.UNHEALTHY;
    }
    boolean told = endpoint().health() != Endpoint.HealthStatus.UNKNOWN;
    return (now & DEGRADED_ACTIVE_HC) != 0
            && (!told || endpoint().health() == Endpoint.HealthStatus.HEALTHY)
        ? Endpoint.HealthStatus.DEGRADED
        : endpoint().health();
  }

  public boolean hasFlag(int flag) {
    return (flags.get() & flag) != 0;
  }

  /** Sets a flag, or takes it back; whether that changed it. On the configuration loop. */
  public boolean setFlag(int flag, boolean on) {
    int before = on ? flags.getAndUpdate(f -> f | flag) : flags.getAndUpdate(f -> f & ~flag);
    return ((before & flag) != 0) != on;
  }

  private void setHealth(Endpoint.HealthStatus status) {
    switch (status) {
      case UNKNOWN, HEALTHY -> setEdsFlags(0);
      case UNHEALTHY, TIMEOUT -> setEdsFlags(FAILED_EDS_HEALTH);
      case DRAINING -> setEdsFlags(FAILED_EDS_HEALTH | EDS_STATUS_DRAINING);
      case DEGRADED -> setEdsFlags(DEGRADED_EDS_HEALTH);
    }
  }

  private void setEdsFlags(int wanted) {
    int mask = FAILED_EDS_HEALTH | DEGRADED_EDS_HEALTH | EDS_STATUS_DRAINING;
    flags.getAndUpdate(f -> (f & ~mask) | wanted);
  }

  /** Health flags as Envoy prints them: {@code healthy}, or each flag after a slash. */
  public String healthFlags() {
    int now = flags.get();
    if (now == 0) {
      return "healthy";
    }
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < ORDER.length; i++) {
      if ((now & ORDER[i]) != 0) {
        text.append(NAMES[i]);
      }
    }
    return text.toString();
  }

  // ---- a worker's part ----

  /** When it closes connections that nobody uses. */
  public IdleAge idleAge() {
    return idleAge;
  }

  /** The pools of one worker to this host, on that worker; null before their first use. */
  @Nullable HostPools pools(int worker) {
    return pools[worker];
  }

  void pools(int worker, @Nullable HostPools of) {
    pools[worker] = of;
  }

  /** Whether it is in its cluster no more: pools to it close when their streams end. */
  boolean isRemoved() {
    return removed;
  }

  void markRemoved() {
    removed = true;
  }

  /** Says that the host was picked: an original destination that isn't any more goes. */
  void markUsed() {
    if (!used) {
      used = true;
    }
  }

  /** Whether it was picked since the last call. */
  boolean takeUsed() {
    boolean was = used;
    used = false;
    return was;
  }

  @Override
  public String toString() {
    return addressText;
  }
}
