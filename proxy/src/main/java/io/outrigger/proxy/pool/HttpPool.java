package io.outrigger.proxy.pool;

import io.outrigger.proxy.breaker.CircuitBreaker;
import io.outrigger.proxy.cluster.Host;
import io.outrigger.proxy.cluster.Pending;
import io.outrigger.proxy.cluster.StreamWaiter;
import io.outrigger.proxy.stream.ResetReason;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The HTTP connections of one worker to one host for one priority and protocol.
 *
 * <p>A stream goes to the connection used last that has room; else it waits for one that has, or
 * for a new one. HTTP/1 connections carry one stream at a time, HTTP/2 as many as the peer allows.
 */
final class HttpPool {
  /** Envoy's. */
  private static final int MAX_AHEAD = 3;

  private final PoolScope scope;
  private final Host host;
  private final boolean highPriority;
  private final boolean http2;
  private final Introduction introduction;
  private final CircuitBreaker breaker;
  private final PendingQueue pending = new PendingQueue();
  private final IdleAge idle;
  private final double preconnectRatio;

  /** Those with room, the one used last at the end. */
  private final ArrayList<HttpConnection> ready = new ArrayList<>(4);

  private final @Nullable Runnable whenEmpty;
  private final ArrayList<HttpConnection> all = new ArrayList<>(4);
  private int connecting;
  private int active;

  /** One that was idle for too long to be used, and not yet closed by the peer. */
  private @Nullable HttpConnection aside;

  private boolean draining;

  /** What a connection to be is expected to carry: the protocol decides. */
  private int expected;

  /** How many streams the peer took on the last connection that told. */
  private int usualStreams = Integer.MAX_VALUE;

  HttpPool(
      PoolScope scope,
      Host host,
      boolean highPriority,
      boolean http2,
      Introduction introduction,
      @Nullable Runnable whenEmpty) {
    this.scope = scope;
    this.host = host;
    this.highPriority = highPriority;
    this.http2 = http2;
    this.introduction = introduction;
    this.whenEmpty = whenEmpty;
    this.idle = host.idleAge();
    this.preconnectRatio = scope.config().preconnect().perHost();
    this.breaker = scope.breaker(highPriority);
    this.expected = scope.codecs().expectedStreams(http2);
  }

  Host host() {
    return host;
  }

  boolean highPriority() {
    return highPriority;
  }

  boolean http2() {
    return http2;
  }

  IdleAge idle() {
    return idle;
  }

  int usualStreams() {
    return usualStreams;
  }

  void usualStreams(int told) {
    usualStreams = Math.max(1, told);
  }

  Pending newStream(StreamWaiter waiter) {
    HttpConnection connection = pending.size() == 0 ? takeReady() : null;
    if (connection != null) {
      attach(connection, waiter);
      growAhead();
      return Pending.DONE;
    }
    int cell = scope.cell();
    if (!breaker.pendingRequests().tryAcquire()) {
      scope.stats().upstreamRqPendingOverflow.inc(cell);
      waiter.onFailure(ResetReason.OVERFLOW, null);
      return Pending.DONE;
    }
    scope.stats().upstreamRqPendingTotal.inc(cell);
    scope.stats().upstreamRqPendingActive.inc(cell);
    host.stats().pending(cell, 1);
    PendingStream stream = new PendingStream(this, waiter);
    pending.add(stream);
    grow();
    return stream;
  }

  void cancel(PendingStream stream) {
    assert scope.worker().inLoop();
    if (stream.queued) {
      pending.remove(stream);
      unqueued();
      scope.stats().upstreamRqCancelled.inc(scope.cell());
    }
  }

  private void unqueued() {
    int cell = scope.cell();
    breaker.pendingRequests().release();
    scope.stats().upstreamRqPendingActive.dec(cell);
    host.stats().pending(cell, -1);
  }

  /** The connection used last that has room and isn't about to be closed, or null. */
  private @Nullable HttpConnection takeReady() {
    while (!ready.isEmpty()) {
      HttpConnection connection = ready.getLast();
      if (!connection.hasRoom()) {
        notReady(connection);
      } else if (connection.isIdle() && mayBeClosing(connection)) {
        setAside(connection);
      } else {
        return connection;
      }
    }
    return null;
  }

  /** Whether it has been idle for as long as the host lets it. */
  private boolean mayBeClosing(HttpConnection connection) {
    long now = scope.worker().nanos();
    long idleNanos = connection.idleNanos(now);
    if (!idle.isRisky(idleNanos)) {
      return false;
    }
    if (aside != null) {
      idle.outlived(host.addressText(), aside.idleNanos(now));
    }
    return idle.isRisky(idleNanos);
  }

  /** No request goes there any more; one such stays, to see when the peer closes it. */
  private void setAside(HttpConnection connection) {
    scope.stats().idleRaceAvoided(scope.cell());
    if (aside == null) {
      aside = connection;
      notReady(connection);
      connection.setAside();
    } else {
      connection.close();
    }
  }

  private void attach(HttpConnection connection, StreamWaiter waiter) {
    int cell = scope.cell();
    if (!breaker.requests().tryAcquire()) {
      scope.stats().upstreamRqActiveOverflow.inc(cell);
      waiter.onFailure(ResetReason.OVERFLOW, null);
      return;
    }
    scope.stats().upstreamRqTotal.inc(cell);
    scope.stats().upstreamRqActive.inc(cell);
    host.stats().requestStarted(cell);
    active++;
    if (!http2) {
      notReady(connection); // it carries this one only, and comes back when that has ended
    }
    connection.start(waiter);
  }

  void onRequestsEnded(int count) {
    int cell = scope.cell();
    active -= count;
    for (int i = 0; i < count; i++) {
      breaker.requests().release();
    }
    scope.stats().upstreamRqActive.add(cell, -count);
    host.stats().requestsEnded(cell, count);
  }

  // ---- the connections ----

  /** Opens connections until those under way can carry what waits, or a breaker is in the way. */
  private void grow() {
    while (isNeeded()) {
      if (!connect()) {
        return;
      }
    }
    growAhead();
  }

  /** Whether streams wait that no connection under way can carry. */
  private boolean isNeeded() {
    return pending.size() > roomUnderWay();
  }

  private long roomUnderWay() {
    return (long) connecting * Math.min(expected, usualStreams);
  }

  /** Opens what preconnect_policy asks for streams to come. */
  private void growAhead() {
    if (preconnectRatio == 1 || draining || !host.isHealthy()) {
      return;
    }
    // a host that comes back isn't stormed: so many at a time
    for (int ahead = 0; ahead < MAX_AHEAD && lacksRoomAhead() && connect(); ) {
      ahead++;
    }
  }

  private boolean lacksRoomAhead() {
    return shortage(preconnectRatio) > 0;
  }

  /** How many streams more than there is room for, if there were so many for each. */
  double shortage(double ratio) {
    long room = roomUnderWay();
    for (HttpConnection connection : ready) {
      room += connection.room();
    }
    return (pending.size() + active) * ratio - (room + active);
  }

  /** Makes a connection for a stream that may come, if it would need one. */
  boolean connectAhead(double ratio) {
    return !draining && host.isHealthy() && shortage(ratio) + ratio > 0 && connect();
  }

  /** Opens a connection; false: a breaker is in the way. */
  private boolean connect() {
    if (!scope.mayConnect(host, breaker)) {
      scope.stats().upstreamCxOverflow.inc(scope.cell());
      if (!all.isEmpty()) {
        if (aside != null) {
          aside.close(); // its place is needed
        }
        return false;
      }
      // the first is always allowed, else what waits here could never go
      breaker.connections().acquire();
    }
    HttpConnection connection = new HttpConnection(this, scope, introduction);
    connection.place = all.size();
    all.add(connection);
    connecting++;
    connection.open();
    return true;
  }

  private void growForPending() {
    if (pending.size() > 0) {
      grow();
    }
  }

  void onConnected(HttpConnection connection, boolean isHttp2) {
    connecting--;
    expected = scope.codecs().expectedStreams(isHttp2);
    onRoom(connection);
    growForPending(); // it may carry less than was expected of it
    if (draining && pending.size() == 0) {
      connection.drain();
    }
  }

  /** A connection takes no more streams: what waits needs another. */
  void onDraining(HttpConnection connection) {
    notReady(connection);
    growForPending();
  }

  /** A connection that fails to open fails all that wait: each may choose another host. */
  void onConnectFailed(
      HttpConnection connection, ResetReason reason, @Nullable String transportFailure) {
    remove(connection);
    List<PendingStream> failed = new ArrayList<>(pending.size());
    for (PendingStream stream = pending.poll(); stream != null; stream = pending.poll()) {
      unqueued();
      scope.stats().upstreamRqPendingFailureEject.inc(scope.cell());
      failed.add(stream);
    }
    for (PendingStream stream : failed) {
      stream.waiter.onFailure(reason, transportFailure);
    }
    tellIfEmpty();
  }

  /** A connection has room, perhaps: streams ended, or the peer allows more. */
  void onRoom(HttpConnection connection) {
    if (connection.hasRoom()) {
      if (!connection.ready) {
        connection.ready = true;
        ready.add(connection);
      }
      serve();
    }
    if (draining && connection.isIdle() && pending.size() == 0) {
      connection.drain();
    }
  }

  private void serve() {
    while (pending.size() > 0) {
      HttpConnection connection = takeReady();
      if (connection == null) {
        return;
      }
      PendingStream stream = pending.poll();
      if (stream != null) {
        unqueued();
        attach(connection, stream.waiter);
      }
    }
  }

  void notReady(HttpConnection connection) {
    if (connection.ready) {
      connection.ready = false;
      if (ready.getLast() == connection) {
        ready.removeLast();
      } else {
        ready.remove(connection);
      }
    }
  }

  void onGone(HttpConnection connection) {
    remove(connection);
    growForPending();
    tellIfEmpty();
  }

  private void tellIfEmpty() {
    if (whenEmpty != null && isEmpty()) {
      whenEmpty.run();
    }
  }

  private void remove(HttpConnection connection) {
    int place = connection.place;
    if (place >= all.size() || all.get(place) != connection) {
      return;
    }
    HttpConnection moved = all.removeLast();
    if (moved != connection) {
      all.set(place, moved);
      moved.place = place;
    }
    if (connection.isConnecting()) {
      connecting--;
    }
    if (connection == aside) {
      aside = null;
    }
  }

  // ---- the end ----

  /** Closes what is idle now and the rest when its streams end; what waits is still served. */
  void drain() {
    draining = true;
    for (HttpConnection connection : List.copyOf(all)) {
      if (!connection.isConnecting()) {
        connection.drain();
      } else if (pending.size() == 0) {
        connection.close();
      }
    }
  }

  /** The connections that there are take no more streams; others take their place. */
  void drainConnections() {
    for (HttpConnection connection : List.copyOf(all)) {
      if (!connection.isConnecting()) {
        connection.drain();
      }
    }
  }

  /** Whether it carries no request, and none waits. */
  boolean isUnused() {
    for (HttpConnection connection : all) {
      if (!connection.isIdle()) {
        return false;
      }
    }
    return pending.size() == 0;
  }

  boolean isEmpty() {
    return all.isEmpty() && pending.size() == 0;
  }
}
