package io.outrigger.control.push;

import com.google.protobuf.MessageLite;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.outrigger.control.translate.ProxyNode;
import io.outrigger.control.translate.Translation;
import io.outrigger.control.world.World;
import io.outrigger.control.world.Worlds;
import io.outrigger.xds.AdsServer;
import io.outrigger.xds.Received;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * All connected proxies: opens their sessions, tells them of new worlds, and counts. Any thread.
 */
public final class Sessions {
  private static final System.Logger LOG = System.getLogger("push");

  private final Worlds worlds;
  private final BiFunction<World, ProxyNode, Translation> translator;
  private final Admission admission;
  private final PushMetrics metrics;
  private final ConcurrentHashMap<Long, Session<?, ?>> open = new ConcurrentHashMap<>();
  private final AtomicLong ids = new AtomicLong();
  private final List<Consumer<Synced>> syncedListeners = new CopyOnWriteArrayList<>();
  private volatile long appliedAt = System.nanoTime();
  private final AtomicLong syncedGeneration = new AtomicLong(-1);

  /** Decides who is served what, from the node's own words and the certificate's identity. */
  @FunctionalInterface
  public interface Admission {
    ProxyNode admit(Node node, @Nullable String identity) throws RefusedException;
  }

  public Sessions(
      Worlds worlds,
      BiFunction<World, ProxyNode, Translation> translator,
      Admission admission,
      PushMetrics metrics) {
    this.worlds = worlds;
    this.translator = translator;
    this.admission = admission;
    this.metrics = metrics;
    worlds.onApplied(
        applied -> {
          appliedAt = System.nanoTime();
          open.values().forEach(session -> session.offer(applied.world()));
        });
  }

  /** Calls when every connected proxy has answered a new world. */
  public void onSynced(Consumer<Synced> listener) {
    syncedListeners.add(listener);
  }

  /** Opens a session and starts its thread. */
  public <Q extends MessageLite, R extends MessageLite> Session<Q, R> open(
      AdsServer<Q, R> protocol, Session.Wire<R> wire, @Nullable String identity) {
    Session<Q, R> session = new Session<>(ids.incrementAndGet(), protocol, wire, this, identity);
    open.put(session.id(), session);
    Thread.ofVirtual().name("proxy-" + session.id()).start(session::run);
    return session;
  }

  public Collection<Session<?, ?>> all() {
    return List.copyOf(open.values());
  }

  /** The newest world that one of these proxies holds in whole; -1 if none is connected. */
  public long newest(Predicate<ProxyNode> which) {
    long newest = -1;
    for (Session<?, ?> session : open.values()) {
      ProxyNode node = session.node();
      if (node != null && which.test(node)) {
        SessionStatus status = session.status();
        newest = Math.max(newest, status.synced() ? status.generation() : 0);
      }
    }
    return newest;
  }

  World world() {
    return worlds.current();
  }

  ProxyNode admit(Node node, @Nullable String identity) throws RefusedException {
    return admission.admit(node, identity);
  }

  Translation translate(World world, ProxyNode proxy) {
    long start = System.nanoTime();
    try {
      return translator.apply(world, proxy);
    } finally {
      metrics.translated(System.nanoTime() - start);
    }
  }

  void onConnected(Session<?, ?> session) {
    ProxyNode node = session.node();
    LOG.log(System.Logger.Level.INFO, () -> "connected " + (node == null ? "?" : node.id()));
  }

  void onNack(Session<?, ?> session, Received.Nacked nacked) {
    metrics.nacked(nacked.type());
    ProxyNode node = session.node();
    LOG.log(
        System.Logger.Level.WARNING,
        () ->
            (node == null ? "a proxy" : node.id())
                + " refused "
                + nacked.type()
                + " of version "
                + nacked.version()
                + ": "
                + nacked.message());
  }

  void onProblem(ProxyNode node, String problem) {
    LOG.log(System.Logger.Level.WARNING, () -> node.id() + ": " + problem);
  }

  void onPush(int bytes) {
    metrics.pushed(bytes);
  }

  void remove(Session<?, ?> session) {
    open.remove(session.id());
    ProxyNode node = session.node();
    if (node != null) {
      LOG.log(System.Logger.Level.INFO, () -> "disconnected " + node.id());
    }
    checkSynced();
  }

  void onProgress(Session<?, ?> session) {
    if (session.status().synced()) {
      checkSynced();
    }
  }

  /** Tells once a generation that all proxies hold it. */
  private void checkSynced() {
    long generation = worlds.current().generation();
    int proxies = 0;
    for (Session<?, ?> session : open.values()) {
      if (session.node() == null) {
        continue;
      }
      SessionStatus status = session.status();
      if (!status.synced() || status.generation() < generation) {
        return;
      }
      proxies++;
    }
    if (proxies == 0 || syncedGeneration.getAndSet(generation) == generation) {
      return;
    }
    long took = System.nanoTime() - appliedAt;
    metrics.converged(took);
    Synced synced = new Synced(generation, proxies, Duration.ofNanos(took));
    syncedListeners.forEach(l -> l.accept(synced));
  }
}
