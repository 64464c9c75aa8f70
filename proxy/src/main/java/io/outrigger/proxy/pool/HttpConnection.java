package io.outrigger.proxy.pool;

import io.netty.channel.Channel;
import io.outrigger.config.cluster.UpstreamHttpOptions.ProtocolChoice;
import io.outrigger.proxy.cluster.StreamWaiter;
import io.outrigger.proxy.cluster.UpstreamInfo;
import io.outrigger.proxy.stream.ClientConnection;
import io.outrigger.proxy.stream.ClientStream;
import io.outrigger.proxy.stream.ResetReason;
import io.outrigger.proxy.timeout.Timeout;
import io.outrigger.proxy.tls.TlsInfo;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One HTTP connection of a pool: the codec, what it may still carry, and when it must end.
 *
 * <p>Requests under way are counted here; the codec says that some ended, and the difference to its
 * own count says how many.
 */
final class HttpConnection implements UpstreamChannel.Owner, ClientConnection.Listener {
  private static final List<String> H1 = List.of("http/1.1");
  private static final List<String> H2 = List.of("h2");
  private static final List<String> BOTH = List.of("h2", "http/1.1");

  private final HttpPool pool;
  private final PoolScope scope;
  private final UpstreamChannel channel;
  private final Timeout idleTimeout;
  private final Timeout maxDuration;
  private @Nullable ClientConnection codec;
  private @Nullable UpstreamInfo info;
  private int active;
  private int total;
  private long idleSince;
  private boolean draining;
  private boolean aside;

  /** Whether the peer has told how many streams it takes: it does before it answers any. */
  private boolean limitKnown;

  /** Whether it is in the pool's list of those with room. */
  boolean ready;

  /** Its place in the pool's list of all. */
  int place;

  HttpConnection(HttpPool pool, PoolScope scope, Introduction introduction) {
    this.pool = pool;
    this.scope = scope;
    this.idleTimeout = new Timeout(scope.worker().timers(), this::onIdleTimeout);
    this.maxDuration = new Timeout(scope.worker().timers(), this::onMaxDuration);
    List<String> alpn = isAuto() ? BOTH : pool.http2() ? H2 : H1;
    this.channel =
        new UpstreamChannel(
            scope, pool.host(), pool.highPriority(), introduction, alpn, true, this);
  }

  void open() {
    if (!isAuto()) {
      countProtocol(pool.http2());
    }
    channel.open();
  }

  /** Whether the protocol is known only when ALPN has settled on it. */
  private boolean isAuto() {
    return scope.config().http().protocol() == ProtocolChoice.AUTO;
  }

  private void countProtocol(boolean isHttp2) {
    (isHttp2 ? scope.stats().upstreamCxHttp2Total : scope.stats().upstreamCxHttp1Total)
        .inc(scope.cell());
  }

  boolean isConnecting() {
    return codec == null;
  }

  // ---- the pool asks ----

  /** Whether a stream can be started now; not if we know that the connection is gone. */
  boolean hasRoom() {
    return codec != null
        && !draining
        && !aside
        && channel.isUp()
        && codec.availableStreams() > 0
        && (limitKnown || active < pool.usualStreams());
  }

  /** How many streams more it takes. */
  int room() {
    return hasRoom() && codec != null ? codec.availableStreams() : 0;
  }

  boolean isIdle() {
    return active == 0;
  }

  /** How long it has had no request. */
  long idleNanos(long now) {
    return now - idleSince;
  }

  /** It carries no request any more, and waits for the peer to close it. */
  void setAside() {
    aside = true;
  }

  /** Starts a stream for this waiter; the breaker's request is taken already. */
  void start(StreamWaiter waiter) {
    ClientConnection connection = Objects.requireNonNull(codec);
    UpstreamInfo about = Objects.requireNonNull(info);
    active++;
    total++;
    int most = scope.config().http().common().maxRequestsPerConnection();
    if (most == 0) {
      most = scope.config().maxRequestsPerConnection();
    }
    ClientStream stream = connection.newStream(waiter.sink());
    if (total == most) {
      scope.stats().upstreamCxMaxRequests.inc(scope.cell());
      drain();
    }
    waiter.onStream(stream, about);
  }

  /** Takes no new stream, and closes when the last ends. */
  void drain() {
    if (draining) {
      return;
    }
    draining = true;
    pool.onDraining(this);
    if (codec != null) {
      codec.drain();
    }
  }

  /** Closes a connection that nothing uses. */
  void close() {
    draining = true;
    pool.notReady(this);
    if (codec != null) {
      codec.close();
    } else {
      channel.abandon();
      pool.onGone(this);
    }
  }

  // ---- UpstreamChannel.Owner ----

  @Override
  public void onConnected(Channel up, @Nullable TlsInfo tls) {
    boolean isHttp2 = isAuto() ? tls != null && "h2".equals(tls.alpn()) : pool.http2();
    if (isAuto()) {
      countProtocol(isHttp2);
    }
    info = channel.info(isHttp2 ? "HTTP/2" : "HTTP/1.1", tls);
    codec = scope.codecs().install(scope.worker(), up, isHttp2, tls != null, this);
    idleSince = scope.worker().nanos();
    armIdle(scope.config().http().common().idleTimeoutMillis() * 1_000_000L);
    long most = scope.config().http().common().maxConnectionDurationMillis();
    if (most > 0) {
      maxDuration.arm(most * 1_000_000L);
    }
    pool.onConnected(this, isHttp2);
  }

  @Override
  public void onConnectFailed(ResetReason reason, @Nullable String transportFailure) {
    pool.onConnectFailed(this, reason, transportFailure);
  }

  @Override
  public void onDisconnected(boolean locally) {
    idleTimeout.cancel();
    maxDuration.cancel();
    draining = true;
    pool.notReady(this);
    if (!locally && active == 0 && total > 0) {
      long idle = idleNanos(scope.worker().nanos());
      if (aside) {
        pool.idle().closedAside(pool.host().addressText(), idle);
      } else {
        pool.idle().closedByPeer(pool.host().addressText(), idle);
      }
    }
  }

  @Override
  public int activeRequests() {
    return active;
  }

  @Override
  public int totalRequests() {
    return total;
  }

  // ---- ClientConnection.Listener ----

  @Override
  public void onAvailable(ClientConnection connection) {
    countEnded();
    limitKnown = true;
    pool.usualStreams(connection.activeStreams() + connection.availableStreams());
    pool.onRoom(this);
  }

  @Override
  public void onDraining(ClientConnection connection) {
    countEnded();
    if (!draining) {
      scope.stats().upstreamCxCloseNotify.inc(scope.cell());
      drain();
    }
  }

  @Override
  public void onKeepAlive(int seconds) {
    pool.idle().told(pool.host().addressText(), seconds * 1_000_000_000L);
  }

  @Override
  public void onClosed(ClientConnection connection, ResetReason reason) {
    draining = true;
    countEnded();
    if (active > 0) { // a codec that didn't count them down before must not leak the breaker
      ended(active);
    }
    if (reason == ResetReason.PROTOCOL_ERROR) {
      scope.stats().upstreamCxProtocolError.inc(scope.cell());
    }
    pool.notReady(this);
    pool.onGone(this);
  }

  private void countEnded() {
    int now = codec == null ? 0 : codec.activeStreams();
    if (now < active) {
      ended(active - now);
    }
  }

  private void ended(int count) {
    active -= count;
    pool.onRequestsEnded(count);
    if (active == 0) {
      idleSince = scope.worker().nanos();
    }
  }

  // ---- time-outs ----

  private void armIdle(long nanos) {
    if (nanos > 0) {
      idleTimeout.arm(nanos);
    }
  }

  /** The time-out stays armed while requests come and go, and looks here whether it is due. */
  private void onIdleTimeout() {
    long most = scope.config().http().common().idleTimeoutMillis() * 1_000_000L;
    long left = active > 0 ? most : most - idleNanos(scope.worker().nanos());
    if (left > 0) {
      armIdle(left);
      return;
    }
    scope.stats().upstreamCxIdleTimeout.inc(scope.cell());
    close();
  }

  private void onMaxDuration() {
    scope.stats().upstreamCxMaxDurationReached.inc(scope.cell());
    drain();
  }
}
