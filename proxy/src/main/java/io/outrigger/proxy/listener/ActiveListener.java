package io.outrigger.proxy.listener;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.channel.unix.FileDescriptor;
import io.outrigger.config.listener.FilterChain;
import io.outrigger.config.listener.ListenerConfig;
import io.outrigger.config.listener.ListenerFilter;
import io.outrigger.config.listener.ListenerFilterConfig;
import io.outrigger.config.tcp.TcpStatsConfig;
import io.outrigger.proxy.address.SocketAddresses;
import io.outrigger.proxy.drain.DrainState;
import io.outrigger.proxy.overload.OverloadState;
import io.outrigger.proxy.stats.Counter;
import io.outrigger.proxy.tcpstats.TcpStats;
import io.outrigger.proxy.tls.SecretSource;
import io.outrigger.proxy.tls.ServerTls;
import io.outrigger.proxy.tls.TlsException;
import io.outrigger.proxy.tls.TlsStats;
import io.outrigger.proxy.worker.Worker;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A listener in force: its chains, its sockets, and its part on each worker. Changed on the main
 * loop; workers read what never changes, and count.
 */
final class ActiveListener {
  /** More than the default of listener_filters_timeout. */
  private static final long INSPECTION_SECONDS = 30;

  private final Listeners owner;
  private final String statPrefix;
  private final ListenerStats stats;
  private final TlsStats tlsStats;
  private final DrainState drain;
  private final AtomicInteger connections = new AtomicInteger();
  private final ConnectionLimits limits;
  private final List<WorkerListener> parts = new ArrayList<>();
  private List<ListeningSockets> sockets = List.of();
  private ListenerPlan plan;

  ActiveListener(Listeners owner, ListenerConfig config) {
    this.owner = owner;
    this.statPrefix = statPrefix(config);
    int workers = owner.workers().concurrency();
    this.stats = new ListenerStats(owner.store(), statPrefix, workers);
    this.tlsStats = new TlsStats(owner.store(), statPrefix);
    this.drain =
        config.drainType() == ListenerConfig.DrainType.MODIFY_ONLY
            ? owner.drain().modifyOnlyChild()
            : owner.drain().child();
    this.limits = new ConnectionLimits(config, stats, owner.sockets(), owner.overload());
    this.plan = plan(config, null);
    for (WorkerListeners siblings : owner.registries()) {
      parts.add(new WorkerListener(siblings.worker(), this, siblings, plan));
    }
  }

  private static String statPrefix(ListenerConfig config) {
    return "listener."
        + (config.statPrefix().isEmpty()
            ? config.address().toString().replace(':', '_')
            : config.statPrefix());
  }

  String name() {
    return plan.config().name();
  }

  String statPrefix() {
    return statPrefix;
  }

  InspectorStats inspectorStats() {
    return owner.inspectorStats();
  }

  ProxyHeaderStats proxyHeaderStats(String prefix) {
    return owner.proxyHeaderStats(prefix);
  }

  /** Counts the connections that this filter has closed. */
  Counter rateLimited(ListenerFilterConfig.LocalRateLimit filter) {
    return owner
        .store()
        .counter("listener_local_ratelimit." + filter.statPrefix() + ".rate_limited");
  }

  ListenerStats stats() {
    return stats;
  }

  /** Whether a connection that was just accepted may stay. On its worker. */
  boolean admits(Worker worker, Channel channel) {
    return limits.admit(worker, channel);
  }

  @Nullable OverloadState overload() {
    return limits.overload();
  }

  /** Accepts nothing for now, or again. */
  void pause(boolean paused) {
    sockets.forEach(each -> each.pause(paused));
  }

  DrainState drain() {
    return drain;
  }

  ListenerConfig config() {
    return plan.config();
  }

  List<WorkerListener> parts() {
    return parts;
  }

  long nextConnectionId() {
    return owner.nextConnectionId();
  }

  void connectionOpened() {
    connections.incrementAndGet();
    owner.connectionOpened();
  }

  void connectionClosed() {
    connections.decrementAndGet();
    owner.connectionClosed();
  }

  int connections() {
    return connections.get();
  }

  /** Opens the sockets, and makes the listener findable by its addresses. */
  void open() throws BindException {
    ListenerConfig config = plan.config();
    var opened = new ArrayList<ListeningSockets>();
    if (config.bindToPort() && !config.internal()) {
      try {
        for (var address : config.addresses()) {
          opened.add(
              ListeningSockets.open(owner.workers(), parts, address, config, owner.inherited()));
        }
      } catch (BindException e) {
        opened.forEach(ListeningSockets::close);
        throw e;
      }
    }
    sockets = List.copyOf(opened);
    if (owner.paused()) {
      pause(true);
    }
    for (SocketAddress address : lookupAddresses()) {
      for (WorkerListener part : parts) {
        part.worker().loop().execute(() -> part.siblings().add(address, part));
      }
    }
  }

  /** The addresses under which original destinations find it: those bound, or those configured. */
  private List<SocketAddress> lookupAddresses() {
    if (!sockets.isEmpty()) {
      return sockets.stream().map(ListeningSockets::address).toList();
    }
    var found = new ArrayList<SocketAddress>();
    for (var address : plan.config().addresses()) {
      SocketAddress socketAddress = SocketAddresses.of(address);
      if (socketAddress != null) {
        found.add(socketAddress);
      }
    }
    return found;
  }

  /** The addresses that its sockets have. */
  List<SocketAddress> boundAddresses() {
    return sockets.stream().map(ListeningSockets::address).toList();
  }

  /** Whether it listens as this configuration asks, so that it can be changed in place. */
  boolean listensAs(ListenerConfig next) {
    ListenerConfig now = plan.config();
    return now.addresses().equals(next.addresses())
        && now.bindToPort() == next.bindToPort()
        && now.transparent() == next.transparent()
        && now.freebind() == next.freebind()
        && now.drainType() == next.drainType()
        && now.socketOptions().equals(next.socketOptions())
        && now.statPrefix().equals(next.statPrefix());
  }

  /** Swaps the configuration; chains that stay the same keep their connections. */
  void update(ListenerConfig next) {
    ListenerPlan before = plan;
    ListenerPlan after = plan(next, before);
    plan = after;
    for (WorkerListener part : parts) {
      part.worker().loop().execute(() -> part.update(after));
    }
    for (ActiveChain chain : before.chains()) {
      if (!after.chains().contains(chain)) {
        chain.drain().begin();
        owner.chainDrains();
        ServerTls tls = chain.tls();
        if (tls != null) {
          closeLater(tls);
        }
      }
    }
  }

  /** Takes the listener filters that ECDS delivers now. */
  void followExtensions() {
    ListenerPlan next = plan.with(owner.extensions());
    if (next != plan) {
      plan = next;
      for (WorkerListener part : parts) {
        part.worker().loop().execute(() -> part.update(next));
      }
    }
  }

  /** Gives the chains' TLS the secrets of the moment. */
  void secrets(SecretSource secrets, List<ListenerError> errors) {
    for (ActiveChain chain : plan.chains()) {
      ServerTls tls = chain.tls();
      if (tls == null) {
        continue;
      }
      try {
        tls.update(secrets);
      } catch (TlsException e) {
        errors.add(
            new ListenerError(
                name(),
                "filter chain \"" + chain.name() + "\": transport_socket: " + e.getMessage()));
      }
    }
  }

  /** The sockets of an address as it is configured. */
  List<FileDescriptor> descriptors(String configured) {
    return sockets.stream().flatMap(each -> each.descriptors(configured).stream()).toList();
  }

  /** Accepts nothing more on sockets of which another process has those in {@code shared}. */
  void letGo(Set<String> shared) {
    sockets.stream().filter(each -> shared.contains(each.key())).forEach(ListeningSockets::letGo);
    sockets = sockets.stream().filter(each -> !shared.contains(each.key())).toList();
    stopListening();
  }

  /** Takes no new connection; those that the kernel has accepted are taken first. */
  void stopListening() {
    for (SocketAddress address : lookupAddresses()) {
      for (WorkerListener part : parts) {
        part.worker().loop().execute(() -> part.siblings().remove(address, part));
      }
    }
    sockets.forEach(ListeningSockets::close);
    sockets = List.of();
  }

  /** Tells connections to end soon. */
  void startDrain() {
    drain.begin();
    for (WorkerListener part : parts) {
      part.worker().loop().execute(part::drainAll);
    }
  }

  /** Stops listening and lets connections end; what is left after the drain time is closed. */
  void retire() {
    owner.listenerDrains();
    stopListening();
    drain.begin();
    for (WorkerListener part : parts) {
      part.worker().loop().execute(part::retire);
    }
    for (ActiveChain chain : plan.chains()) {
      ServerTls tls = chain.tls();
      if (tls != null) {
        closeLater(tls);
      }
    }
  }

  /** Frees what a listener that could not be opened holds: no connection has seen it. */
  void discard() {
    for (ActiveChain chain : plan.chains()) {
      ServerTls tls = chain.tls();
      if (tls != null) {
        tls.close();
      }
    }
  }

  /** Frees TLS when no worker can be about to use it: what it accepted is inspected by then. */
  private void closeLater(ServerTls tls) {
    EventLoop main = owner.workers().main().loop();
    var left = new AtomicInteger(parts.size());
    for (WorkerListener part : parts) {
      part.worker()
          .loop()
          .execute(
              () -> {
                if (left.decrementAndGet() == 0) {
                  main.execute(() -> closeWhenInspected(tls, main));
                }
              });
    }
  }

  @SuppressWarnings("FutureReturnValueIgnored") // nobody waits for it
  private void closeWhenInspected(ServerTls tls, EventLoop main) {
    if (stats.preActive.value() <= 0) {
      tls.close();
    } else {
      main.schedule(tls::close, INSPECTION_SECONDS, TimeUnit.SECONDS);
    }
  }

  private ListenerPlan plan(ListenerConfig config, @Nullable ListenerPlan before) {
    Map<Object, ActiveChain> unchanged = before == null ? Map.of() : byContent(before);
    IdentityHashMap<FilterChain, ActiveChain> chains = new IdentityHashMap<>();
    for (FilterChain chain : config.allFilterChains()) {
      ActiveChain kept = unchanged.get(content(config, chain));
      chains.put(
          chain,
          kept != null
              ? kept
              : new ActiveChain(
                  config,
                  chain,
                  statPrefix,
                  tlsStats,
                  tcpStats(chain),
                  drain.child(),
                  owner.filters(),
                  owner.workers().concurrency()));
    }
    ListenerPlan made =
        new ListenerPlan(
            config, chains, owner.accessLogs().logger(config.accessLogs()), owner.extensions());
    for (ListenerFilter filter : made.filters()) {
      if (filter.config() instanceof ListenerFilterConfig.LocalRateLimit limit) {
        rateLimited(limit); // shown from the beginning
      }
      if (filter.config() instanceof ListenerFilterConfig.ProxyProtocol header) {
        proxyHeaderStats(header.statPrefix());
      }
    }
    return made;
  }

  private @Nullable TcpStats tcpStats(FilterChain chain) {
    TcpStatsConfig counted = chain.tcpStats();
    return counted == null ? null : new TcpStats(counted, owner.store(), statPrefix);
  }

  private static Map<Object, ActiveChain> byContent(ListenerPlan plan) {
    Map<Object, ActiveChain> found = new HashMap<>();
    for (FilterChain chain : plan.config().allFilterChains()) {
      ActiveChain active = plan.chain(chain);
      if (active != null) {
        found.put(content(plan.config(), chain), active);
      }
    }
    return found;
  }

  /** What makes two chains the same: what was configured, not the records made of it. */
  @SuppressWarnings("ReferenceEquality") // which of the records it is, not what it says
  private static Object content(ListenerConfig config, FilterChain chain) {
    int index = -1;
    for (int i = 0; i < config.filterChains().size(); i++) {
      if (config.filterChains().get(i) == chain) {
        index = i;
      }
    }
    if (chain == config.defaultFilterChain()) {
      return List.of("default", config.proto().getDefaultFilterChain());
    }
    return index >= 0 && config.proto().getFilterChainsCount() == config.filterChains().size()
        ? config.proto().getFilterChains(index)
        : chain;
  }
}
