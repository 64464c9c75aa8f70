package io.outrigger.proxy.listener;

import io.netty.channel.unix.FileDescriptor;
import io.outrigger.config.listener.ExtensionConfig;
import io.outrigger.config.listener.ListenerConfig;
import io.outrigger.proxy.accesslog.AccessLogs;
import io.outrigger.proxy.drain.DrainState;
import io.outrigger.proxy.overload.OverloadState;
import io.outrigger.proxy.restart.InheritedSockets;
import io.outrigger.proxy.stats.Counter;
import io.outrigger.proxy.stats.Gauge;
import io.outrigger.proxy.stats.StatStore;
import io.outrigger.proxy.tls.SecretSource;
import io.outrigger.proxy.worker.Worker;
import io.outrigger.proxy.worker.Workers;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The listeners in force. Public methods are called on one thread, the main loop, which is no
 * worker: applying waits for the workers' sockets.
 */
public final class Listeners {
  private final Workers workers;
  private final StatStore store;
  private final AccessLogs accessLogs;
  private final DrainState drain;
  private final TerminalFilter.Factory filters;
  private final List<WorkerListeners> registries = new ArrayList<>();
  private final Map<String, ActiveListener> byName = new LinkedHashMap<>();
  private final AtomicLong connectionIds = new AtomicLong();
  private final AtomicInteger connections = new AtomicInteger();
  private final AtomicInteger sockets = new AtomicInteger();
  private final List<CompletableFuture<Void>> awaitIdle = new ArrayList<>();
  private final InspectorStats inspectorStats;
  private final Map<String, ProxyHeaderStats> proxyHeaderStats = new ConcurrentHashMap<>();
  private final Counter added;
  private final Counter modified;
  private final Counter removed;
  private final Counter stopped;
  private final Counter inPlace;
  private final Counter createFailure;
  private final Counter createSuccess;
  private final Gauge active;
  private final Gauge drainingListeners;
  private final Gauge drainingChains;
  private final Set<String> shared = new HashSet<>();
  private Map<String, ExtensionConfig> extensions = Map.of();
  private @Nullable InheritedSockets inherited;
  private @Nullable OverloadState overload;
  private boolean paused;
  private boolean stopping;

  /** {@code filters} makes what chains end in: the HTTP connection manager, the TCP proxy. */
  public Listeners(
      Workers workers,
      StatStore store,
      AccessLogs accessLogs,
      DrainState drain,
      TerminalFilter.Factory filters) {
    this.workers = workers;
    this.store = store;
    this.accessLogs = accessLogs;
    this.drain = drain;
    this.filters = filters;
    for (Worker worker : workers.traffic()) {
      registries.add(new WorkerListeners(worker));
    }
    inspectorStats = new InspectorStats(store);
    added = store.counter("listener_manager.listener_added");
    modified = store.counter("listener_manager.listener_modified");
    removed = store.counter("listener_manager.listener_removed");
    stopped = store.counter("listener_manager.listener_stopped");
    inPlace = store.counter("listener_manager.listener_in_place_updated");
    createFailure = store.counter("listener_manager.listener_create_failure");
    createSuccess = store.counter("listener_manager.listener_create_success");
    active = store.gauge("listener_manager.total_listeners_active");
    drainingListeners = store.gauge("listener_manager.total_listeners_draining");
    drainingChains = store.gauge("listener_manager.total_filter_chains_draining");
    store.gauge("listener_manager.workers_started").set(0, 1);
  }

  /**
   * Puts these listeners in force, and no others: opens new ones, changes those that stay in place,
   * drains those that are gone.
   *
   * @return what failed; the rest is in force, and a listener that failed to change stays as it was
   */
  public List<ListenerError> apply(Collection<ListenerConfig> configs, SecretSource secrets) {
    var errors = new ArrayList<ListenerError>();
    if (stopping) {
      return errors;
    }
    var gone = new LinkedHashMap<>(byName);
    for (ListenerConfig config : configs) {
      gone.remove(config.name());
    }
    // a name that went may leave its address to one that came
    gone.forEach(
        (name, listener) -> {
          byName.remove(name);
          removed.inc(0);
          listener.retire();
        });
    for (ListenerConfig config : configs) {
      apply(config, secrets, errors);
    }
    active.set(0, byName.size());
    return errors;
  }

  @SuppressWarnings("ReferenceEquality") // a record that did not change is the same object
  private void apply(ListenerConfig config, SecretSource secrets, List<ListenerError> errors) {
    ActiveListener now = byName.get(config.name());
    if (now != null && now.config() == config) {
      now.followExtensions();
      now.secrets(secrets, errors);
      return;
    }
    if (now != null && now.listensAs(config)) {
      now.update(config);
      now.secrets(secrets, errors);
      modified.inc(0);
      inPlace.inc(0);
      return;
    }
    ActiveListener next = new ActiveListener(this, config);
    next.secrets(secrets, errors);
    try {
      next.open();
    } catch (BindException e) {
      next.discard();
      createFailure.inc(0);
      errors.add(new ListenerError(config.name(), String.valueOf(e.getMessage())));
      return;
    }
    createSuccess.inc(0);
    byName.put(config.name(), next);
    if (now == null) {
      added.inc(0);
    } else {
      modified.inc(0);
      now.retire();
    }
  }

  /** Gives the listeners' TLS the secrets of the moment, for new connections. */
  public List<ListenerError> secrets(SecretSource secrets) {
    var errors = new ArrayList<ListenerError>();
    byName.values().forEach(listener -> listener.secrets(secrets, errors));
    return errors;
  }

  /** Asks clients to go elsewhere; new connections are still taken. */
  public void startDrain(boolean inboundOnly) {
    if (!inboundOnly) {
      drain.begin();
    }
    chosen(inboundOnly).forEach(ActiveListener::startDrain);
  }

  /** Takes no new connection from now on; open ones go on. */
  public void stopListening(boolean inboundOnly) {
    stopping |= !inboundOnly;
    for (ActiveListener listener : chosen(inboundOnly)) {
      stopped.inc(0);
      listener.stopListening();
    }
  }

  /** A listener drains from now on. */
  void listenerDrains() {
    drains(drainingListeners);
  }

  /** A filter chain of a listener that stays drains from now on. */
  void chainDrains() {
    drains(drainingChains);
  }

  /** As in Envoy it counts for the whole drain time, whether a connection is left or not. */
  @SuppressWarnings("FutureReturnValueIgnored") // nobody waits for it
  private void drains(Gauge gauge) {
    gauge.inc(0);
    workers
        .main()
        .loop()
        .schedule(() -> gauge.dec(0), drain.drainTime().toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Where to ask for sockets before binding them; null to bind all from now on. */
  public void inherit(@Nullable InheritedSockets from) {
    inherited = from;
  }

  /** Where to ask for sockets before binding them. */
  public @Nullable InheritedSockets inherited() {
    return inherited;
  }

  /** What is shed under pressure; before the first listener. */
  public void overload(OverloadState state) {
    overload = state;
  }

  /** What ECDS delivered, for the next that is applied. */
  public void extensions(Map<String, ExtensionConfig> delivered) {
    extensions = delivered;
  }

  Map<String, ExtensionConfig> extensions() {
    return extensions;
  }

  @Nullable OverloadState overload() {
    return overload;
  }

  /** Connections that were accepted and are open, with those that no chain has taken. */
  AtomicInteger sockets() {
    return sockets;
  }

  /** Accepts nothing for now, or again. */
  public void pause(boolean pause) {
    paused = pause;
    byName.values().forEach(listener -> listener.pause(pause));
  }

  boolean paused() {
    return paused;
  }

  /** The sockets of an address as it is configured, for another process to accept on as well. */
  public List<FileDescriptor> share(String address) {
    shared.add(address);
    return byName.values().stream()
        .flatMap(listener -> listener.descriptors(address).stream())
        .toList();
  }

  /** Another process is in force: what it shares goes on there, all else stops here. */
  public void handOver() {
    startDrain(false);
    stopping = true;
    for (ActiveListener listener : byName.values()) {
      stopped.inc(0);
      listener.letGo(shared);
    }
  }

  private List<ActiveListener> chosen(boolean inboundOnly) {
    return byName.values().stream()
        .filter(
            listener ->
                !inboundOnly
                    || listener.config().trafficDirection()
                        == ListenerConfig.TrafficDirection.INBOUND)
        .toList();
  }

  /** Connections that a filter chain has taken and that are open. Any thread. */
  public int connections() {
    return connections.get();
  }

  /** Done when no connection is open; at once if none is. */
  public CompletableFuture<Void> whenIdle() {
    var idle = new CompletableFuture<Void>();
    synchronized (awaitIdle) {
      awaitIdle.add(idle);
    }
    tellIfIdle();
    return idle;
  }

  public List<ListenerStatus> status() {
    return byName.values().stream()
        .map(
            listener ->
                new ListenerStatus(
                    listener.config(), listener.boundAddresses(), listener.connections()))
        .toList();
  }

  void connectionOpened() {
    connections.incrementAndGet();
  }

  void connectionClosed() {
    if (connections.decrementAndGet() == 0) {
      tellIfIdle();
    }
  }

  private void tellIfIdle() {
    if (connections.get() != 0) {
      return;
    }
    List<CompletableFuture<Void>> waiting;
    synchronized (awaitIdle) {
      if (awaitIdle.isEmpty()) {
        return;
      }
      waiting = List.copyOf(awaitIdle);
      awaitIdle.clear();
    }
    waiting.forEach(idle -> idle.complete(null));
  }

  long nextConnectionId() {
    return connectionIds.getAndIncrement();
  }

  InspectorStats inspectorStats() {
    return inspectorStats;
  }

  /** Of all filters of this prefix together. */
  ProxyHeaderStats proxyHeaderStats(String prefix) {
    return proxyHeaderStats.computeIfAbsent(prefix, each -> new ProxyHeaderStats(store, each));
  }

  Workers workers() {
    return workers;
  }

  StatStore store() {
    return store;
  }

  AccessLogs accessLogs() {
    return accessLogs;
  }

  DrainState drain() {
    return drain;
  }

  TerminalFilter.Factory filters() {
    return filters;
  }

  List<WorkerListeners> registries() {
    return registries;
  }
}
