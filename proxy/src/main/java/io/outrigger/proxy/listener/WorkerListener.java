package io.outrigger.proxy.listener;

import io.netty.channel.Channel;
import io.outrigger.config.listener.ListenerFilterConfig;
import io.outrigger.proxy.drain.DrainState;
import io.outrigger.proxy.overload.OverloadState;
import io.outrigger.proxy.stats.Counter;
import io.outrigger.proxy.timeout.Timeout;
import io.outrigger.proxy.worker.BoundedReads;
import io.outrigger.proxy.worker.Worker;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One worker's part of a listener: the plan in force, and the connections. Owned by its worker. */
@SuppressWarnings("FutureReturnValueIgnored") // the channel tells of its end by itself
final class WorkerListener {
  private final Worker worker;
  private final ActiveListener listener;
  private final WorkerListeners siblings;
  private final Set<DownstreamConnection> connections = new LinkedHashSet<>();
  private ListenerPlan plan;

  WorkerListener(
      Worker worker, ActiveListener listener, WorkerListeners siblings, ListenerPlan plan) {
    this.worker = worker;
    this.listener = listener;
    this.siblings = siblings;
    this.plan = plan;
  }

  Worker worker() {
    return worker;
  }

  ListenerPlan plan() {
    return plan;
  }

  /** This worker's listeners by address, for use_original_dst. */
  WorkerListeners siblings() {
    return siblings;
  }

  String statPrefix() {
    return listener.statPrefix();
  }

  InspectorStats inspectorStats() {
    return listener.inspectorStats();
  }

  ProxyHeaderStats proxyHeaderStats(String prefix) {
    return listener.proxyHeaderStats(prefix);
  }

  Counter rateLimited(ListenerFilterConfig.LocalRateLimit filter) {
    return listener.rateLimited(filter);
  }

  ListenerStats stats() {
    return listener.stats();
  }

  @Nullable OverloadState overload() {
    return listener.overload();
  }

  DrainState drain() {
    return listener.drain();
  }

  int bufferLimit() {
    return plan.config().perConnectionBufferLimitBytes();
  }

  /** A socket was accepted and registered with this worker. */
  void accepted(Channel channel) {
    assert worker.inLoop();
    var local = channel.localAddress();
    var remote = channel.remoteAddress();
    if (local == null || remote == null) {
      channel.unsafe().closeForcibly(); // the client left between its handshake and our accept
      return;
    }
    if (!listener.admits(worker, channel)) {
      channel.unsafe().closeForcibly();
      return;
    }
    var connection =
        new DownstreamConnection(listener.nextConnectionId(), channel, remote, local, this);
    BoundedReads.of(channel);
    channel.pipeline().addLast(new Inspection(connection));
  }

  /** A filter chain took the connection: it counts from here on. */
  void opened(DownstreamConnection connection) {
    connections.add(connection);
    stats().opened(worker.index());
    listener.connectionOpened();
  }

  /** The connection's channel is closed, and every handler has heard it. */
  void closed(DownstreamConnection connection) {
    assert worker.inLoop();
    if (connections.remove(connection)) {
      stats().closed(worker.index(), worker.nanos() - connection.startNanos());
      listener.connectionClosed();
    }
    log(connection);
  }

  /** Writes the listener's access log, for connections that no chain took too. */
  private void log(DownstreamConnection connection) {
    var logger = plan.accessLogger();
    if (!logger.isEmpty()) {
      var entry = connection.logEntry();
      logger.log(entry != null ? entry : new ConnectionLogEntry(connection));
    }
  }

  /** Swaps the plan, and drains the connections of chains that are not in it any longer. */
  void update(ListenerPlan next) {
    assert worker.inLoop();
    plan = next;
    var kept = next.chains();
    drain(
        connections.stream().filter(c -> c.chain() != null && !kept.contains(c.chain())).toList());
  }

  /** Asks every connection to end soon. */
  void drainAll() {
    assert worker.inLoop();
    connections.stream().toList().forEach(DownstreamConnection::startDrain);
  }

  /** Asks every connection to end soon, and closes what is left after the drain time. */
  void retire() {
    assert worker.inLoop();
    drain(new ArrayList<>(connections));
  }

  private void drain(List<DownstreamConnection> leaving) {
    if (leaving.isEmpty()) {
      return;
    }
    leaving.forEach(DownstreamConnection::startDrain);
    var timeout = new Timeout(worker.timers(), () -> leaving.forEach(WorkerListener::closeNow));
    timeout.arm(listener.drain().drainTime().toNanos());
  }

  private static void closeNow(DownstreamConnection connection) {
    if (connection.channel().isOpen()) {
      connection.localCloseReason("listener_drain_timeout");
      connection.channel().close();
    }
  }
}
