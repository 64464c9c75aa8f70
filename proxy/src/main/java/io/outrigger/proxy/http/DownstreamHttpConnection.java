package io.outrigger.proxy.http;

import io.outrigger.proxy.address.SocketAddresses;
import io.outrigger.proxy.http1.Http1ServerConnection;
import io.outrigger.proxy.http2.Http2ServerConnection;
import io.outrigger.proxy.listener.DownstreamConnection;
import io.outrigger.proxy.stream.RequestSink;
import io.outrigger.proxy.stream.ServerConnection;
import io.outrigger.proxy.stream.ServerStream;
import io.outrigger.proxy.stream.StreamAcceptor;
import io.outrigger.proxy.timeout.Timeout;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A client's connection while it speaks HTTP: its exchanges, idle time, lifetime and drain. */
final class DownstreamHttpConnection
    implements StreamAcceptor, Http1ServerConnection.Listener, Http2ServerConnection.Listener {
  final HttpScope scope;
  final DownstreamConnection facts;
  final boolean tls;
  private final Timeout idle;
  private final Timeout lifetime;
  private @Nullable ServerConnection codec;
  private boolean http2;
  private int active;
  private int requests;
  private long idleSince;
  private boolean draining;
  private boolean closedHere;

  /** What X-Forwarded-Client-Cert says of the client; made when first needed. */
  byte @Nullable [] certificateElement;

  private byte @Nullable [] remoteHost;

  DownstreamHttpConnection(HttpScope scope, DownstreamConnection facts) {
    this.scope = scope;
    this.facts = facts;
    this.tls = facts.tls() != null;
    this.idle = new Timeout(scope.worker.timers(), this::onIdle);
    this.lifetime = new Timeout(scope.worker.timers(), this::onLifetime);
  }

  /** The connection is ours: it may be idle, and be told to drain, from now on. */
  void begin() {
    int cell = scope.worker.index();
    HcmStats stats = scope.stats;
    stats.cxTotal.inc(cell);
    stats.cxActive.inc(cell);
    scope.connectionOpened();
    if (tls) {
      stats.cxSslTotal.inc(cell);
      stats.cxSslActive.inc(cell);
    }
    idleSince = scope.worker.nanos();
    arm(idle, scope.config.common().idleTimeoutMillis());
    arm(lifetime, scope.config.common().maxConnectionDurationMillis());
    facts.onDrain(this::onDrain);
  }

  /** The codec is chosen; exchanges may come. */
  void codec(ServerConnection chosen, boolean isHttp2) {
    codec = chosen;
    http2 = isHttp2;
    int cell = scope.worker.index();
    HcmStats stats = scope.stats;
    (http2 ? stats.cxHttp2Total : stats.cxHttp1Total).inc(cell);
    (http2 ? stats.cxHttp2Active : stats.cxHttp1Active).inc(cell);
  }

  private static void arm(Timeout timeout, long millis) {
    if (millis > 0) {
      timeout.arm(TimeUnit.MILLISECONDS.toNanos(millis));
    }
  }

  @Override
  public RequestSink accept(ServerStream stream) {
    active++;
    requests++;
    int limit = scope.config.common().maxRequestsPerConnection();
    if (limit > 0 && requests >= limit) {
      scope.stats.cxMaxRequestsReached.inc(scope.worker.index());
      stream.drainConnection();
    }
    Exchange exchange = scope.take();
    exchange.begin(this, stream, http2);
    return exchange;
  }

  void onExchangeEnd(long now) {
    active--;
    idleSince = now;
  }

  /** Looks whether the connection has been idle for long enough, and waits for the rest if not. */
  private void onIdle() {
    long limit = TimeUnit.MILLISECONDS.toNanos(scope.config.common().idleTimeoutMillis());
    long rest = active > 0 ? limit : limit - (scope.worker.nanos() - idleSince);
    if (rest > 0) {
      idle.arm(rest);
      return;
    }
    if (!draining) { // the client may be about to send: it has the drain time for it
      draining = true;
      scope.stats.cxIdleTimeout.inc(scope.worker.index());
      idle.arm(TimeUnit.MILLISECONDS.toNanos(scope.config.timeouts().drainMillis()));
      return;
    }
    close("on_idle_timeout");
  }

  private void onLifetime() {
    scope.stats.cxMaxDurationReached.inc(scope.worker.index());
    facts.localCloseReason("max_connection_duration_reached");
    drain();
  }

  /**
   * An HTTP/2 client is told at once. One of HTTP/1 hears it with its next response, which asks the
   * drain state: closing while it is idle would cross a request that is on its way.
   */
  private void onDrain() {
    ServerConnection open = codec;
    if (open != null && http2) {
      open.drain();
    }
  }

  private void drain() {
    closedHere |= active == 0;
    ServerConnection open = codec;
    if (open != null) {
      open.drain();
    } else {
      facts.channel().close();
    }
  }

  private void close(String reason) {
    facts.localCloseReason(reason);
    drain();
  }

  @Override
  public void onRead(int bytes) {
    scope.stats.cxRxBytesTotal.add(scope.worker.index(), bytes);
  }

  @Override
  public void onWritten(int bytes) {
    scope.stats.cxTxBytesTotal.add(scope.worker.index(), bytes);
  }

  @Override
  public void onClosed(Http1ServerConnection connection, String details) {
    closed(details);
  }

  @Override
  public void onClosed(Http2ServerConnection connection, String details) {
    closed(details);
  }

  /** The channel is closed, perhaps before a codec was chosen. */
  void closed(String details) {
    idle.cancel();
    lifetime.cancel();
    int cell = scope.worker.index();
    HcmStats stats = scope.stats;
    stats.cxDestroy.inc(cell);
    boolean here = closedHere || facts.localCloseReason() != null;
    (here ? stats.cxDestroyLocal : stats.cxDestroyRemote).inc(cell);
    stats.cxActive.dec(cell);
    scope.connectionClosed();
    if (codec != null) {
      (http2 ? stats.cxHttp2Active : stats.cxHttp1Active).dec(cell);
    }
    if (tls) {
      stats.cxSslActive.dec(cell);
    }
    if (details.startsWith("http1.") || details.startsWith("http2.")) {
      stats.cxProtocolError.inc(cell);
    }
    stats.cxLengthMs.record(cell, (scope.worker.nanos() - facts.startNanos()) / 1_000_000);
  }

  /** The peer's IP address, as X-Forwarded-For wants it; made once. */
  byte[] remoteHost() {
    byte[] host = remoteHost;
    if (host == null) {
      host = SocketAddresses.host(facts.addresses().remote()).getBytes(StandardCharsets.US_ASCII);
      remoteHost = host;
    }
    return host;
  }
}
