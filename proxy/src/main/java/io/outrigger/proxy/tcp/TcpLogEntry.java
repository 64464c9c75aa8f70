package io.outrigger.proxy.tcp;

import io.outrigger.proxy.accesslog.AccessLogger;
import io.outrigger.proxy.accesslog.TlsFacts;
import io.outrigger.proxy.cluster.Host;
import io.outrigger.proxy.cluster.UpstreamInfo;
import io.outrigger.proxy.listener.ConnectionLogEntry;
import io.outrigger.proxy.listener.DownstreamConnection;
import org.jspecify.annotations.Nullable;

/** What a TCP session tells its own access log and its listener's. */
final class TcpLogEntry extends ConnectionLogEntry {
  private final TcpSession session;
  private Type type = Type.TcpConnectionEnd;
  private @Nullable UpstreamInfo upstream;
  private @Nullable Host failedHost;
  private @Nullable String transportFailure;

  TcpLogEntry(DownstreamConnection connection, TcpSession session) {
    super(connection);
    this.session = session;
  }

  void connected(UpstreamInfo info) {
    upstream = info;
  }

  void failed(@Nullable Host host, @Nullable String reason) {
    failedHost = host;
    transportFailure = reason;
  }

  void logConnected(AccessLogger logger) {
    log(logger, Type.TcpUpstreamConnected);
  }

  void logPeriodic(AccessLogger logger) {
    log(logger, Type.TcpPeriodic);
  }

  void logEnd(AccessLogger logger) {
    ended();
    log(logger, Type.TcpConnectionEnd);
  }

  private void log(AccessLogger logger, Type now) {
    type = now;
    logger.log(this);
    type = Type.TcpConnectionEnd;
  }

  @Override
  public Type type() {
    return type;
  }

  @Override
  public long bytesReceived() {
    return session.downstream().bytesRead();
  }

  @Override
  public long bytesSent() {
    Half up = session.upstream();
    return up == null ? 0 : up.bytesRead();
  }

  @Override
  public @Nullable String upstreamCluster() {
    return session.clusterName();
  }

  @Override
  public @Nullable String upstreamHost() {
    UpstreamInfo info = upstream;
    Host failed = failedHost;
    return info != null ? info.host().addressText() : failed != null ? failed.addressText() : null;
  }

  @Override
  public @Nullable String upstreamHostName() {
    UpstreamInfo info = upstream;
    return info != null && !info.host().hostname().isEmpty()
        ? info.host().hostname()
        : upstreamHost();
  }

  @Override
  public @Nullable String upstreamRemoteAddress() {
    UpstreamInfo info = upstream;
    return info == null ? null : info.remoteAddress();
  }

  @Override
  public @Nullable String upstreamLocalAddress() {
    UpstreamInfo info = upstream;
    return info == null ? null : info.localAddress();
  }

  @Override
  public long upstreamConnectionId() {
    UpstreamInfo info = upstream;
    return info == null ? 0 : info.connectionId();
  }

  @Override
  public int upstreamAttempts() {
    return session.attempts();
  }

  @Override
  public @Nullable String upstreamTransportFailureReason() {
    return transportFailure;
  }

  @Override
  public @Nullable TlsFacts upstreamTls() {
    UpstreamInfo info = upstream;
    return info == null ? null : info.tls();
  }

  @Override
  public long upstreamConnectStartNanos() {
    UpstreamInfo info = upstream;
    return info == null ? 0 : info.connectStartNanos();
  }

  @Override
  public long upstreamConnectedNanos() {
    UpstreamInfo info = upstream;
    return info == null ? 0 : info.connectedNanos();
  }

  @Override
  public long upstreamHandshakeNanos() {
    UpstreamInfo info = upstream;
    return info == null ? 0 : info.handshakeNanos();
  }
}
