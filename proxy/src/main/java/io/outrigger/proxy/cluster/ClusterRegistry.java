package io.outrigger.proxy.cluster;

import io.outrigger.config.cluster.ClusterConfig;
import io.outrigger.config.cluster.Discovery;
import io.outrigger.config.cluster.Locality;
import io.outrigger.config.cluster.UpstreamBind;
import io.outrigger.config.tls.Secret;
import io.outrigger.proxy.dns.DnsCaches;
import io.outrigger.proxy.dns.DnsResolver;
import io.outrigger.proxy.dns.DnsResolvers;
import io.outrigger.proxy.log.EventLogs;
import io.outrigger.proxy.snapshot.Snapshot;
import io.outrigger.proxy.stats.StatStore;
import io.outrigger.proxy.tls.SecretSource;
import io.outrigger.proxy.worker.Worker;
import io.outrigger.proxy.worker.Workers;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the process's clusters as the snapshots say. Called on the configuration loop, but for what
 * says otherwise.
 *
 * <p>A cluster whose record didn't change stays as it is, and takes new endpoints over. A changed
 * one is replaced: at once, or when DNS and health checks have first answered, where an older one
 * serves meanwhile.
 */
public final class ClusterRegistry {
  private static final long LAST_CONNECTIONS_SECONDS = 60;

  private final Worker main;
  private final StatStore store;
  private final ClusterEnvironment environment;
  private final Map<Worker, Clusters> workers = new HashMap<>();
  private final Map<String, Cluster> warming = new HashMap<>();
  private final Set<Cluster> retired = new HashSet<>();
  private final List<Runnable> waiting = new ArrayList<>();
  private Map<String, Secret> lastSecrets = Map.of();
  private volatile ActiveClusters active = ActiveClusters.NONE;

  /** No clusters yet; {@code resolver} serves the DNS types. */
  public ClusterRegistry(Workers workers, StatStore store, DnsResolver resolver) {
    this(workers, store, resolver, Locality.EMPTY, null, "", EventLogs.NONE, "");
  }

  /**
   * No clusters yet, for a proxy that is somewhere.
   *
   * @param bind the source address of clusters that have none of their own; null: the kernel picks
   * @param localCluster the cluster that this proxy is of, for zone-aware routing; empty: none
   * @param outlierLog the file that outlier detection's events go to; empty: none
   */
  public ClusterRegistry(
      Workers workers,
      StatStore store,
      DnsResolver resolver,
      Locality locality,
      @Nullable UpstreamBind bind,
      String localCluster,
      EventLogs events,
      String outlierLog) {
    this.main = workers.main();
    this.store = store;
    DnsResolvers resolvers = new DnsResolvers(resolver, main, workers.transport());
    this.environment =
        new ClusterEnvironment(
            workers.main(),
            workers.transport(),
            workers.cells(),
            store,
            resolvers,
            new DnsCaches(resolvers, main, store),
            locality,
            bind,
            localCluster.isEmpty() ? null : () -> hosts(localCluster),
            this::drain,
            this::renew,
            this::closeTo,
            events,
            outlierLog.isEmpty() ? null : events.to(outlierLog));
    for (Worker worker : workers.traffic()) {
      this.workers.put(worker, new Clusters(worker, workers.transport(), this));
    }
    this.workers.put(main, new Clusters(main, workers.transport(), this));
  }

  /** The clusters as this worker, or the main loop, uses them. Any thread may ask. */
  public Clusters on(Worker worker) {
    Clusters of = workers.get(worker);
    if (of == null) {
      throw new IllegalArgumentException("not a worker of this process: " + worker.index());
    }
    return of;
  }

  /** The clusters in force, for pages. Any thread. */
  public Collection<Cluster> clusters() {
    return active.byName().values();
  }

  /** The cluster of this name that is in force, or null. Any thread. */
  public @Nullable Cluster cluster(String name) {
    return active.byName().get(name);
  }

  private HostSet hosts(String name) {
    Cluster cluster = active.byName().get(name);
    return cluster == null ? HostSet.EMPTY : cluster.hostSet();
  }

  /** How many hosts the cluster has that this proxy is of; 0: none is named. Any thread. */
  int localHosts() {
    Supplier<HostSet> local = environment.localHosts();
    return local == null ? 0 : local.get().size();
  }

  DnsCaches caches() {
    return environment.caches();
  }

  ActiveClusters active() {
    return active;
  }

  /**
   * Brings clusters and endpoints up to a snapshot. To be called before workers get the snapshot's
   * routes, so that no route names a cluster that isn't there yet.
   */
  @SuppressWarnings("ReferenceEquality") // a record that didn't change is the same object
  public void apply(Snapshot snapshot) {
    assert main.inLoop();
    SecretSource secrets = snapshot::secret;
    boolean newSecrets = snapshot.secrets() != lastSecrets;
    lastSecrets = snapshot.secrets();
    Map<String, Cluster> before = active.byName();
    Map<String, Cluster> next = new LinkedHashMap<>();
    for (ClusterConfig config : snapshot.clusters().values()) {
      String name = config.name();
      Cluster serving = before.get(name);
      if (serving != null && serving.config() == config) {
        dropWarming(name);
        next.put(name, serving);
        if (newSecrets) {
          serving.secrets(secrets);
        }
        serving.endpoints(snapshot.endpoints(name));
        continue;
      }
      Cluster replacement = warming.get(name);
      if (replacement == null || replacement.config() != config) {
        dropWarming(name);
        replacement = new Cluster(config, environment);
        if (serving != null && takesTime(config)) {
          warming.put(name, replacement);
          replacement.start(secrets, snapshot.endpoints(name), () -> warm(name));
        } else {
          replacement.start(secrets, snapshot.endpoints(name), this::tellReady);
        }
      } else {
        replacement.secrets(secrets);
      }
      replacement.endpoints(snapshot.endpoints(name));
      next.put(name, serving != null && warming.containsKey(name) ? serving : replacement);
    }
    for (String name : List.copyOf(warming.keySet())) {
      if (!next.containsKey(name)) {
        dropWarming(name);
      }
    }
    publish(next);
    tellReady();
  }

  /** Whether its hosts, or their health, are known only some time after the start. */
  private static boolean takesTime(ClusterConfig config) {
    return !config.healthChecks().isEmpty()
        || config.discovery() instanceof Discovery.StrictDns
        || config.discovery() instanceof Discovery.LogicalDns;
  }

  private void dropWarming(String name) {
    Cluster dropped = warming.remove(name);
    if (dropped != null) {
      retire(dropped);
    }
  }

  /** A replacement has its hosts: it takes the older one's place. */
  private void warm(String name) {
    Cluster replacement = warming.remove(name);
    if (replacement != null) {
      Map<String, Cluster> next = new LinkedHashMap<>(active.byName());
      next.put(name, replacement);
      publish(next);
    }
    tellReady();
  }

  @SuppressWarnings("ReferenceEquality")
  private void publish(Map<String, Cluster> next) {
    Map<String, Cluster> before = active.byName();
    boolean gone = false;
    for (Cluster cluster : before.values()) {
      Cluster now = next.get(cluster.name());
      if (now != cluster) {
        gone = true;
        retire(cluster);
        if (now == null) {
          forget(cluster, next);
        }
      }
    }
    if (!gone && before.size() == next.size()) {
      return;
    }
    active = new ActiveClusters(active.generation() + 1, next);
    if (gone) {
      for (Map.Entry<Worker, Clusters> worker : workers.entrySet()) {
        worker.getKey().loop().execute(worker.getValue()::refresh);
      }
    }
  }

  /** Nothing new is asked of it; what waits for a connection still gets one for a while. */
  @SuppressWarnings("FutureReturnValueIgnored")
  private void retire(Cluster cluster) {
    cluster.stop();
    retired.add(cluster);
    main.loop()
        .schedule(
            () -> {
              if (retired.remove(cluster)) {
                cluster.close();
              }
            },
            LAST_CONNECTIONS_SECONDS,
            TimeUnit.SECONDS);
  }

  /** Stops all clusters; for the end of the process, or of a test. */
  public void close() {
    assert main.inLoop();
    List<Cluster> all = new ArrayList<>(retired);
    all.addAll(warming.values());
    all.addAll(active.byName().values());
    retired.clear();
    warming.clear();
    for (Cluster cluster : all) {
      cluster.stop();
      cluster.close();
    }
  }

  /** Statistics of a cluster that was removed go, unless another's names begin with its. */
  private void forget(Cluster removed, Map<String, Cluster> left) {
    for (Cluster cluster : left.values()) {
      if (cluster.statPrefix().startsWith(removed.statPrefix())) {
        return;
      }
    }
    store.removeAll(removed.statPrefix());
  }

  private void closeTo(Cluster cluster, Host ill) {
    for (Map.Entry<Worker, Clusters> worker : workers.entrySet()) {
      worker.getKey().loop().execute(() -> worker.getValue().closeTo(cluster, ill));
    }
  }

  private void drain(Cluster cluster, List<Host> removed) {
    for (Map.Entry<Worker, Clusters> worker : workers.entrySet()) {
      worker.getKey().loop().execute(() -> worker.getValue().drain(cluster, removed));
    }
  }

  private void renew(Cluster cluster, List<Host> hosts) {
    for (Map.Entry<Worker, Clusters> worker : workers.entrySet()) {
      worker.getKey().loop().execute(() -> worker.getValue().renew(cluster, hosts));
    }
  }

  // ---- readiness ----

  /** Whether every cluster's hosts are known, as far as they can be. */
  public boolean isReady() {
    for (Cluster cluster : active.byName().values()) {
      if (!cluster.isInitialized()) {
        return false;
      }
    }
    return true;
  }

  /** Runs the action once all clusters are ready; at once if they are. */
  public void whenReady(Runnable action) {
    assert main.inLoop();
    waiting.add(action);
    tellReady();
  }

  private void tellReady() {
    if (!waiting.isEmpty() && isReady()) {
      List<Runnable> tell = List.copyOf(waiting);
      waiting.clear();
      tell.forEach(Runnable::run);
    }
  }
}
