package io.outrigger.proxy.pool;

import io.outrigger.proxy.breaker.CircuitBreaker;
import io.outrigger.proxy.cluster.Host;
import io.outrigger.proxy.cluster.Pending;
import io.outrigger.proxy.cluster.TcpWaiter;
import io.outrigger.proxy.stream.ResetReason;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Plain connections of one worker to one host for one priority; each carries one session, so none
 * is used again. What the breaker holds back waits until a connection of the pool ends.
 */
final class TcpPool {
  private final PoolScope scope;
  private final Host host;
  private final boolean highPriority;
  private final CircuitBreaker breaker;
  private final ArrayDeque<TcpConnection> waiting = new ArrayDeque<>();
  private final Set<TcpConnection> open = new HashSet<>();

  TcpPool(PoolScope scope, Host host, boolean highPriority) {
    this.scope = scope;
    this.host = host;
    this.highPriority = highPriority;
    this.breaker = scope.breaker(highPriority);
  }

  Pending newConnection(Introduction introduction, TcpWaiter waiter) {
    int cell = scope.cell();
    if (!breaker.pendingRequests().tryAcquire()) {
      scope.stats().upstreamRqPendingOverflow.inc(cell);
      waiter.onFailure(ResetReason.OVERFLOW, null);
      return Pending.DONE;
    }
    scope.stats().upstreamRqPendingTotal.inc(cell);
    scope.stats().upstreamRqPendingActive.inc(cell);
    host.stats().pending(cell, 1);
    TcpConnection connection =
        new TcpConnection(this, scope, host, highPriority, introduction, waiter);
    waiting.add(connection);
    serve();
    return connection;
  }

  private void serve() {
    while (!waiting.isEmpty()) {
      if (!scope.mayConnect(host, breaker)) {
        scope.stats().upstreamCxOverflow.inc(scope.cell());
        if (!open.isEmpty()) {
          return;
        }
        breaker.connections().acquire(); // the first is always allowed
      }
      TcpConnection connection = waiting.remove();
      open.add(connection);
      connection.open();
    }
  }

  /** The waiter is about to be told, or has given up. */
  void notPending() {
    int cell = scope.cell();
    breaker.pendingRequests().release();
    scope.stats().upstreamRqPendingActive.dec(cell);
    host.stats().pending(cell, -1);
  }

  void cancel(TcpConnection connection) {
    scope.stats().upstreamRqCancelled.inc(scope.cell());
    notPending();
    if (!waiting.remove(connection)) {
      connection.abandon();
      onGone(connection);
    }
  }

  void onGone(TcpConnection connection) {
    if (open.remove(connection)) {
      serve();
    }
  }

  /** Closes the connections that carry sessions. */
  void closeAll() {
    List.copyOf(open).forEach(TcpConnection::close);
  }

  boolean isEmpty() {
    return open.isEmpty() && waiting.isEmpty();
  }
}
