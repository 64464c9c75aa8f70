package io.outrigger.proxy.snapshot;

import io.outrigger.config.cluster.ClusterConfig;
import io.outrigger.config.hcm.ScopedRoute;
import io.outrigger.config.listener.ListenerConfig;
import io.outrigger.config.runtime.RuntimeValue;
import io.outrigger.config.source.ConfigSource;
import io.outrigger.config.source.OnDemandClusters;
import io.outrigger.config.tls.Secret;
import io.outrigger.proxy.log.Log;
import io.outrigger.proxy.stats.StatStore;
import io.outrigger.proxy.worker.Worker;
import io.outrigger.xds.Rejection;
import io.outrigger.xds.ResourceType;
import io.outrigger.xds.ResourceUpdate;
import io.outrigger.xds.VersionedResource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The way of a configuration from its receipt to the workers: compile, answer, link, publish.
 *
 * <p>Everything here runs on the configuration loop. What is refused is known as soon as resources
 * are compiled; linking follows once for all that came in one turn of the loop, and an answer when
 * the workers have it: {@link #whenInForce}.
 */
public final class Configuration {
  /** Hears of what linking found out; the xDS client, the state on disk. */
  public interface Listener {
    /** These are the names that the aggregated stream should bring. */
    default void onWanted(ResourceType type, Set<String> names) {}

    /** These are to come from sources of their own. */
    default void onNeeded(Collection<Need> needs) {}

    /** A request lacks this, which whoever serves its type on demand is to be asked for. */
    default void onDemanded(Reference.Key what) {}

    /** A snapshot was published. */
    default void onPublished(Snapshot snapshot) {}

    /** The layers of the runtime that RTDS delivered, one of them new. */
    default void onRuntime(HeldResources<Map<String, RuntimeValue>> layers) {}

    /** All that start-up waits for has come, or was given up. Once. */
    default void onInitialized() {}
  }

  /** Says when the clusters in force know their hosts, so that listeners may begin. */
  @FunctionalInterface
  public interface ClusterGate {
    void whenReady(Runnable action);
  }

  private static final Set<ResourceType> WANTED = ConfigStats.WANTED;

  private final Worker main;
  private final ConfigStats stats;
  private final List<WorkerSnapshot> workers;
  private final Receipt receipt;
  private final List<Listener> listeners = new ArrayList<>();
  private final List<SnapshotConsumer> consumers = new ArrayList<>();
  private final List<Reference> ownReferences = new ArrayList<>();
  private final Waiting waiting;
  private final Demands demands = new Demands();
  private final ClusterDemands clusterDemands;
  private final InForce inForce;
  private Wants wants = Wants.NOTHING;
  private final Set<ResourceType> restored = EnumSet.noneOf(ResourceType.class);
  private final Set<ResourceType> awaited = EnumSet.noneOf(ResourceType.class);
  private Snapshot current = Snapshot.EMPTY;
  private Set<String> warmingClusters = Set.of();
  private Set<String> warmingListeners = Set.of();
  private ClusterGate gate = Runnable::run;
  private boolean started;
  private boolean linkScheduled;
  private boolean awaitsRuntime;
  private boolean gateAsked;
  private boolean gateOpen;
  private boolean initialized;

  public Configuration(
      Worker main, StatStore stats, ResourceCompilers compilers, List<WorkerSnapshot> workers) {
    this.main = main;
    this.stats = new ConfigStats(stats);
    this.workers = List.copyOf(workers);
    this.inForce = new InForce(main.loop(), this.workers);
    this.waiting = new Waiting(main.loop(), this::giveUp);
    this.clusterDemands = new ClusterDemands(main.loop(), this::scheduleLink);
    this.receipt =
        new Receipt(
            main, this.stats, compilers, waiting, demands, this::scheduleLink, this::tellRuntime);
    workers.forEach(worker -> worker.demands(this));
  }

  public void add(Listener listener) {
    listeners.add(listener);
  }

  /**
   * Adds who prepares on the configuration loop what the workers then use: it hears of a snapshot
   * before they do, in the order of adding.
   */
  public void add(SnapshotConsumer consumer) {
    consumers.add(consumer);
  }

  /** Refuses resources that have fields which no proto here knows, from wherever they come. */
  public void rejectUnknownFields() {
    receipt.rejectUnknownFields();
  }

  /** Has start-up wait for the clusters' hosts too, such as DNS brings them. */
  public void gate(ClusterGate clusters) {
    gate = clusters;
  }

  // ---- start ----

  /** Takes the bootstrap's resources; nothing is published before {@link #start}. */
  public void takeStatic(
      List<ClusterConfig> clusters, List<ListenerConfig> staticListeners, List<Secret> secrets) {
    receipt.takeStatic(clusters, staticListeners, secrets);
  }

  /**
   * Begins to link and publish. Start-up waits for the first answer to each of these types, and for
   * the runtime's layers, as long as each source says.
   */
  public void start(
      @Nullable ConfigSource cds, @Nullable ConfigSource lds, List<Need> runtimeLayers) {
    started = true;
    for (Need need : runtimeLayers) {
      ownReferences.add(new Reference(need.type(), need.name(), need.source(), need.statPrefix()));
    }
    await(ResourceType.CDS, cds);
    await(ResourceType.LDS, lds);
    link();
  }

  private void await(ResourceType type, @Nullable ConfigSource source) {
    if (source == null || restored.contains(type)) {
      return;
    }
    awaited.add(type);
    Reference.Key key = new Reference.Key(type, "*", ConfigSource.aggregated());
    stats.subscribed(type);
    waiting.start(key, source.initialFetchTimeoutMillis());
  }

  // ---- receive ----

  /**
   * Takes a response: compiles each resource, keeps the good ones, and says what is refused. What
   * goes, goes first: its key may be another's now.
   */
  public List<Rejection> take(ResourceUpdate update, ConfigSource origin) {
    assert main.inLoop();
    List<Rejection> rejections = receipt.take(update, origin);
    awaited.remove(update.type());
    if (update.type() == ResourceType.CDS) {
      clusterDemands.missing(update.removed(), origin);
    }
    scheduleLink();
    return rejections;
  }

  /**
   * Runs {@code answer} once every worker serves by what {@link #take} took, as far as it isn't
   * warming still; in the order of the calls, and after {@link InForce#AT_MOST_MILLIS} at the
   * latest.
   */
  public void whenInForce(Runnable answer) {
    inForce.then(answer);
    scheduleLink();
  }

  /** Counts a request for this type, or these names, to the control plane. */
  public void attempted(ResourceType type, Set<String> names, ConfigSource origin) {
    stats.attempted(type, names, origin);
  }

  /** Counts the loss of the stream for every type that was subscribed. */
  public void streamLost() {
    stats.streamLost();
  }

  /** Counts the loss of a stream that served one need. */
  public void streamLost(Need need) {
    of(need).failure().inc(0);
  }

  private ConfigStats.Subscription of(Need need) {
    return stats.of(need.type(), need.name(), need.origin());
  }

  /** A need's source can't be read: what is held stays, and nobody waits any longer. */
  public void failed(Need need, String reason) {
    Log.CONFIG.warning(need.type() + " " + need.name() + " failed: " + reason);
    of(need).failure().inc(0);
    giveUp(need);
  }

  /** A need's source says something else: what is held stays, and nobody waits any longer. */
  public void rejected(Need need, String reason) {
    Log.CONFIG.warning(need.type() + " " + need.name() + " rejected: " + reason);
    stats.rejected(of(need));
    giveUp(need);
  }

  /** Nobody waits for this any longer, unless it is there. */
  public void giveUp(Need need) {
    if (awaits(need.type())) {
      awaited.remove(need.type());
    } else if (receipt.held(need.type(), need.origin()).get(need.name()) == null) {
      waiting.stop(new Reference.Key(need.type(), need.name(), need.origin()));
    }
    scheduleLink();
  }

  /** Whether all of the type is awaited as one, and not what something needs of it. */
  private static boolean awaits(ResourceType type) {
    return type == ResourceType.CDS || type == ResourceType.LDS;
  }

  /** Takes a secret that this process made or was given itself; ADS is not asked for it. */
  public void putSecret(Secret secret) {
    assert main.inLoop();
    receipt.putSecret(secret);
    if (started) {
      scheduleLink();
    }
  }

  /** Whether SDS brought this secret. */
  public boolean isDynamic(Secret secret) {
    return receipt.isDynamic(secret);
  }

  /** Puts a secret in force anew: a file that it names is another now. */
  public void readAgain(String name) {
    receipt.readAgain(name);
    scheduleLink();
  }

  /**
   * Takes what was stored by an earlier process, as if the control plane had just sent it; start-up
   * then waits for no answer of this type. Before {@link #start}.
   *
   * @return the versions of what was taken, by name
   */
  public Map<String, String> restore(ResourceType type, List<VersionedResource> resources) {
    restored.add(type);
    return receipt.restore(type, resources);
  }

  // ---- what requests ask for ----

  /** Asks for it, unless somebody waits for it already; any thread. */
  void demand(Reference.Key what, Runnable answered) {
    main.loop()
        .execute(
            () -> {
              if (demands.add(what, answered) && what.type() == ResourceType.VHDS) {
                for (Listener listener : listeners) {
                  listener.onDemanded(what);
                }
              }
              scheduleLink();
            });
  }

  /** Asks for a cluster, unless somebody waits for it already; any thread. */
  void demandCluster(String name, OnDemandClusters from, Consumer<ClusterAnswer> answered) {
    main.loop()
        .execute(
            () -> {
              Reference.Key what = ClusterDemands.key(name, from);
              if (clusterDemands.add(what, from, answered)) {
                if (clusterDemands.opens(from)) {
                  link();
                }
                receipt.received().onDemand().add(name);
                attempted(what.type(), Set.of(name), what.origin());
                for (Listener listener : listeners) {
                  listener.onDemanded(what);
                }
              }
              scheduleLink();
            });
  }

  /** Who asked for a cluster doesn't wait any longer; any thread. */
  void withdrawCluster(String name, OnDemandClusters from, Consumer<ClusterAnswer> answered) {
    main.loop().execute(() -> clusterDemands.withdraw(ClusterDemands.key(name, from), answered));
  }

  /** Who asked doesn't wait any longer; any thread. */
  void withdraw(Reference.Key what, Runnable answered) {
    main.loop().execute(() -> demands.withdraw(what, answered));
  }

  /** Whether a scope that was asked for serves, or isn't there any more. */
  private boolean canServe(Reference.Key key) {
    ScopedRoute scope = receipt.received().scopes().of(key.origin()).value(key.name());
    return scope == null || scope.table() != null || current.routeTable(scope.tableName()) != null;
  }

  // ---- link and publish ----

  private void tellRuntime() {
    for (Listener listener : listeners) {
      listener.onRuntime(receipt.received().runtimes());
    }
  }

  private void scheduleLink() {
    if (!linkScheduled) {
      linkScheduled = true;
      main.loop().execute(this::link);
    }
  }

  private void link() {
    linkScheduled = false;
    Link link =
        Linker.link(
            receipt.received(),
            current,
            waiting.givenUp(),
            demands.scopes(),
            ownReferences,
            gateOpen);
    receipt.extensionTypes(link.extensionTypes());
    awaitsRuntime = link.missing().stream().anyMatch(one -> one.type() == ResourceType.RTDS);
    warmingClusters = Set.copyOf(link.warmingClusters());
    warmingListeners = Set.copyOf(link.warmingListeners());
    waitFor(link);
    want(link);
    publish(link.snapshot());
    inForce.delivered();
    demands.published(this::canServe);
    clusterDemands.published(current, gate);
    if (!gateAsked && clustersLinked()) {
      gateAsked = true;
      gate.whenReady(this::openGate);
    } else if (!initialized && gateOpen && isComplete()) {
      initialized = true;
      for (Listener listener : listeners) {
        listener.onInitialized();
      }
    }
  }

  private void openGate() {
    gateOpen = true;
    scheduleLink();
  }

  /** The runtime, static clusters and the first answer to CDS, with all that they need. */
  private boolean clustersLinked() {
    return !awaitsRuntime && !awaited.contains(ResourceType.CDS) && warmingClusters.isEmpty();
  }

  private boolean isComplete() {
    return awaited.isEmpty() && warmingClusters.isEmpty() && warmingListeners.isEmpty();
  }

  private void waitFor(Link link) {
    stats.scopes(all(link));
    for (Reference reference : link.references()) {
      if (reference.type() == ResourceType.SRDS) {
        countScopes(reference, link.snapshot().scopes(reference.key().origin()));
      }
    }
    for (Reference reference : link.missing()) {
      waiting.start(reference.key(), reference.timeoutMillis());
    }
  }

  /** What resources need of others, and what requests have asked. */
  private List<Reference> all(Link link) {
    if (clusterDemands.sources().isEmpty()) {
      return link.references();
    }
    List<Reference> all = new ArrayList<>(link.references());
    all.addAll(clusterDemands.sources());
    return all;
  }

  private void countScopes(Reference reference, ScopeSet scopes) {
    int onDemand = 0;
    for (Held<ScopedRoute> held : receipt.received().scopes().of(reference.key().origin()).all()) {
      onDemand += held.value().onDemand() ? 1 : 0;
    }
    int active = scopes.active().size();
    stats.scopes(reference.statPrefix(), active + scopes.dormant().size(), active, onDemand);
  }

  private void giveUp(Reference.Key key) {
    if (key.name().equals("*")) {
      awaited.remove(key.type());
    }
    stats.timedOut(stats.of(key.type(), key.name(), key.origin()));
    Log.CONFIG.warning(
        "gave up waiting for " + key.type() + (key.name().equals("*") ? "" : " " + key.name()));
    link();
  }

  private void want(Link link) {
    Wants before = wants;
    wants = Wants.of(all(link), receipt.ownSecrets());
    wants.retainIn(receipt.received(), demands);
    wants.tell(before, WANTED, listeners);
  }

  @SuppressWarnings("ReferenceEquality") // linking gives the same object where nothing changed
  private void publish(Snapshot next) {
    stats.activeClusters.set(0, next.clusters().size());
    stats.warmingClusters.set(0, warmingClusters.size());
    stats.warmingListeners.set(0, warmingListeners.size());
    if (next == current && current.version() > 0) {
      return;
    }
    Snapshot before = current;
    current = next;
    stats.changed(before.clusters(), next.clusters());
    for (SnapshotConsumer consumer : consumers) {
      consumer.apply(before, next);
    }
    for (WorkerSnapshot worker : workers) {
      worker.deliver(next);
    }
    for (Listener listener : listeners) {
      listener.onPublished(next);
    }
  }

  // ---- what pages show ----

  public Snapshot current() {
    return current;
  }

  public ReceivedConfig received() {
    return receipt.received();
  }

  /** Whether the control plane has answered, or what it answered once was restored. */
  public boolean isFed() {
    return receipt.isFed();
  }

  public boolean isInitialized() {
    return initialized;
  }

  public Set<String> warmingClusters() {
    return warmingClusters;
  }

  public Set<String> warmingListeners() {
    return warmingListeners;
  }
}
