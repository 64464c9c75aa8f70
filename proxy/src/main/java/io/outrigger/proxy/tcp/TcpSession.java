package io.outrigger.proxy.tcp;

import com.google.protobuf.Struct;
import io.netty.channel.Channel;
import io.outrigger.config.address.IpText;
import io.outrigger.config.proxyprotocol.Tlv;
import io.outrigger.config.source.OnDemandClusters;
import io.outrigger.config.tcp.TcpProxyConfig;
import io.outrigger.proxy.accesslog.ResponseFlag;
import io.outrigger.proxy.cluster.Host;
import io.outrigger.proxy.cluster.LbContext;
import io.outrigger.proxy.cluster.OriginalSource;
import io.outrigger.proxy.cluster.Pending;
import io.outrigger.proxy.cluster.TcpWaiter;
import io.outrigger.proxy.cluster.UpstreamInfo;
import io.outrigger.proxy.cluster.WorkerCluster;
import io.outrigger.proxy.istio.Peer;
import io.outrigger.proxy.lb.XxHash64;
import io.outrigger.proxy.listener.DownstreamConnection;
import io.outrigger.proxy.stream.ResetReason;
import io.outrigger.proxy.timeout.Timeout;
import io.outrigger.proxy.tls.TlsInfo;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One client's connection and the one to a cluster that it is spliced with. On its worker.
 *
 * <p>Nothing is read from the client until the upstream is connected; then each side pauses the
 * other while it can't take more.
 */
@SuppressWarnings("FutureReturnValueIgnored") // the channel tells of its end by itself
final class TcpSession implements LbContext, TcpWaiter {
  private static final long NANOS_PER_MILLI = 1_000_000;

  /** Time for the last bytes to go out where no idle time is configured. */
  private static final long FLUSH_MILLIS = 3_600_000;

  private final TcpProxy proxy;
  private final DownstreamConnection connection;
  private final TcpProxyConfig.ClusterWeight chosen;
  private final TcpLogEntry entry;
  private final Half downstream;
  private @Nullable Half upstream;
  private @Nullable WorkerCluster cluster;
  private @Nullable Host host;
  private @Nullable Pending pending;
  private @Nullable Timeout idleTimeout;
  private @Nullable Timeout durationTimeout;
  private @Nullable Timeout logTimeout;
  private @Nullable Timeout backOff;
  private @Nullable TcpMeter meter;
  private @Nullable Peer called;
  private long lastActivity;
  private int attempts;
  private @Nullable Runnable endWait;
  private boolean asked;
  private boolean over;

  TcpSession(TcpProxy proxy, DownstreamConnection connection, TcpProxyConfig.ClusterWeight chosen) {
    this.proxy = proxy;
    this.connection = connection;
    this.chosen = chosen;
    this.entry = new TcpLogEntry(connection, this);
    this.downstream = new Half(this, connection.channel(), true);
    this.lastActivity = connection.worker().nanos();
  }

  DownstreamConnection connection() {
    return connection;
  }

  TcpProxyStats stats() {
    return proxy.stats();
  }

  int cell() {
    return connection.worker().index();
  }

  Half downstream() {
    return downstream;
  }

  @Nullable Half upstream() {
    return upstream;
  }

  int attempts() {
    return attempts;
  }

  /** Null: the connection's cluster isn't known, or nobody has looked for it. */
  @Nullable String clusterName() {
    WorkerCluster reached = cluster;
    return reached == null ? null : reached.config().statName();
  }

  /** Ends the connection, which a filter has denied. */
  void refuse() {
    begin();
    connection.channel().close();
  }

  private void begin() {
    stats().total.inc(cell());
    connection.logEntry(entry);
    connection.channel().pipeline().addLast(downstream);
  }

  void start() {
    begin();
    long limit = proxy.config().maxDownstreamConnectionDurationMillis();
    if (limit > 0) {
      durationTimeout = armed(this::onMaxDuration, limit);
    }
    long logInterval = proxy.config().accessLogFlushIntervalMillis();
    if (logInterval > 0 && !proxy.accessLogger().isEmpty()) {
      logTimeout = armed(this::logPeriodically, logInterval);
    }
    connect();
  }

  Timeout armed(Runnable action, long millis) {
    Timeout timeout = new Timeout(connection.worker().timers(), action);
    timeout.arm(millis * NANOS_PER_MILLI);
    return timeout;
  }

  // ---- the way to an upstream ----

  private void connect() {
    WorkerCluster target = proxy.clusters().get(chosen.cluster());
    cluster = target;
    if (target == null && asksForCluster()) {
      return;
    }
    if (target == null) {
      stats().noRoute.inc(cell());
      fail(ResponseFlag.NC, "tcp_proxy_initialization_failure:NoRoute");
      return;
    }
    if (attempts >= proxy.config().maxConnectAttempts()) {
      target.stats().upstreamCxConnectAttemptsExceeded.inc(cell());
      fail(ResponseFlag.URX, "tcp_proxy_initialization_failure:ConnectFailed");
      return;
    }
    attempts++;
    Host picked = target.pick(this);
    host = picked;
    if (picked == null) {
      fail(ResponseFlag.UH, "tcp_proxy_initialization_failure:NoHealthyUpstream");
      return;
    }
    TcpProxyConfig.Tunneling tunneling = proxy.config().tunneling();
    Pending waiting =
        tunneling == null
            ? target.newTcpConnection(picked, this, this)
            : Tunnel.open(proxy, tunneling, entry, this, new Tunnel.Asked(target, picked, this));
    if (upstream == null && !over && backOff == null) {
      pending = waiting;
    }
  }

  /** Once, whatever comes of it. */
  private boolean asksForCluster() {
    OnDemandClusters from = proxy.config().onDemand();
    TcpProxyStats.OnDemand counted = stats().onDemand;
    if (from == null || counted == null || asked) {
      return false;
    }
    asked = true;
    counted.attempt().inc(cell());
    endWait =
        proxy
            .snapshots()
            .demandCluster(
                chosen.cluster(),
                from,
                answer -> {
                  if (!over) {
                    counted.answered(answer, cell());
                    connect();
                  }
                });
    return true;
  }

  private void fail(ResponseFlag flag, String reason) {
    connection.responseFlag(flag);
    connection.localCloseReason(reason);
    connection.channel().close();
  }

  @Override
  public void onConnection(Channel channel, UpstreamInfo info) {
    pending = null;
    if (over) {
      channel.close();
      return;
    }
    entry.connected(info);
    exchange(channel, info);
    Half connected = new Half(this, channel, false);
    upstream = connected;
    channel.pipeline().addLast(connected);
    downstream.splice(connected);
    connected.splice(downstream);
    if (proxy.istio() != null) {
      meter().connected();
    }
    lastActivity = connection.worker().nanos();
    if (proxy.config().idleTimeoutMillis() > 0) {
      idleTimeout = armed(this::onIdle, proxy.config().idleTimeoutMillis());
    }
    if (proxy.config().flushAccessLogOnConnected()) {
      entry.logConnected(proxy.accessLogger());
    }
    connected.startReading();
    downstream.startReading();
  }

  /** The upstream's sidecar is told who calls, before all else, and tells who it is. */
  private void exchange(Channel channel, UpstreamInfo info) {
    String protocol = info.peerExchange();
    if (protocol != null) {
      TlsInfo tls = info.tls();
      proxy
          .exchanges()
          .begin(
              channel,
              tls == null ? null : tls.alpn(),
              protocol,
              true,
              cell(),
              peer -> called = peer);
    }
  }

  /** Who the upstream says it is, by Istio's metadata; null where it doesn't tell. */
  @Nullable Peer called() {
    return called;
  }

  @Override
  public void onFailure(ResetReason reason, @Nullable String transportFailure) {
    pending = null;
    if (over) {
      return;
    }
    if (reason == ResetReason.OVERFLOW) {
      fail(ResponseFlag.UO, "tcp_proxy_initialization_failure:ResourceLimitExceeded");
      return;
    }
    WorkerCluster target = cluster;
    Host failed = host;
    if (target != null && failed != null) {
      target.onFailure(failed, reason);
    }
    entry.failed(failed, transportFailure);
    connection.responseFlag(ResponseFlag.UF);
    long base = proxy.config().backOffBaseMillis();
    if (base > 0 && attempts < proxy.config().maxConnectAttempts()) {
      long bound = Math.min(proxy.config().backOffMaxMillis(), base << Math.min(attempts, 20));
      long wait = connection.worker().random(Math.clamp(bound, 1, Integer.MAX_VALUE));
      backOff =
          armed(
              () -> {
                backOff = null;
                connect();
              },
              wait);
    } else {
      connect();
    }
  }

  // ---- what the halves tell ----

  /** Bytes went through; the idle time begins anew, without touching a timer. */
  void active() {
    lastActivity = connection.worker().nanos();
  }

  /** A half's channel is closed. */
  void closed(Half half) {
    Half other = half == downstream ? upstream : downstream;
    if (half == downstream) {
      end();
    }
    if (other != null) {
      if (half == downstream) {
        other.flushAndCloseAsUpstream(half.wasReset());
      } else {
        other.flushAndClose(half.wasReset());
      }
    }
  }

  /** How long a side may take to send what is buffered, once the other is gone. */
  Timeout flushLimit(Runnable action) {
    long idle = proxy.config().idleTimeoutMillis();
    return armed(action, idle > 0 ? idle : FLUSH_MILLIS);
  }

  /** Both sides have said all they had to say. */
  void bothEnded() {
    downstream.flushAndClose(false);
    Half up = upstream;
    if (up != null) {
      up.flushAndClose(false);
    }
  }

  private void end() {
    if (over) {
      return;
    }
    over = true;
    Pending waiting = pending;
    pending = null;
    if (waiting != null) {
      waiting.cancel();
    }
    Runnable asking = endWait;
    if (asking != null) {
      asking.run();
    }
    cancel(idleTimeout);
    cancel(durationTimeout);
    cancel(logTimeout);
    cancel(backOff);
    entry.logEnd(proxy.accessLogger());
    if (proxy.istio() != null) {
      meter().ended();
    }
  }

  private TcpMeter meter() {
    TcpMeter made = meter;
    if (made == null) {
      made = new TcpMeter(this, Objects.requireNonNull(proxy.istio()), entry);
      meter = made;
    }
    return made;
  }

  /** The host that was picked last. */
  @Nullable Host host() {
    return host;
  }

  @Nullable WorkerCluster cluster() {
    return cluster;
  }

  private static void cancel(@Nullable Timeout timeout) {
    if (timeout != null) {
      timeout.cancel();
    }
  }

  // ---- times ----

  private void onIdle() {
    long limit = proxy.config().idleTimeoutMillis() * NANOS_PER_MILLI;
    long left = lastActivity + limit - connection.worker().nanos();
    Timeout timer = idleTimeout;
    if (left > 0 && timer != null) {
      timer.arm(left);
      return;
    }
    stats().idleTimeout.inc(cell());
    connection.localCloseReason("tcp_session_idle_timeout");
    connection.channel().close();
  }

  private void onMaxDuration() {
    stats().maxDuration.inc(cell());
    connection.localCloseReason("max_connection_duration_reached");
    connection.responseFlag(ResponseFlag.DT);
    connection.channel().close();
  }

  private void logPeriodically() {
    entry.logPeriodic(proxy.accessLogger());
    Timeout timer = logTimeout;
    if (timer != null) {
      timer.arm(proxy.config().accessLogFlushIntervalMillis() * NANOS_PER_MILLI);
    }
  }

  // ---- what picking a host asks ----

  @Override
  public boolean hasHash() {
    return proxy.config().hashSourceIp();
  }

  @Override
  public long hash() {
    return connection.addresses().remote() instanceof InetSocketAddress inet
        ? XxHash64.hash(IpText.of(inet.getAddress()), 0)
        : 0;
  }

  @Override
  public @Nullable Struct metadataMatch() {
    return proxy.metadataMatch(chosen);
  }

  @Override
  public @Nullable SocketAddress originalDestination() {
    return connection.addresses().originalDestination();
  }

  @Override
  public @Nullable SocketAddress clientAddress() {
    return connection.addresses().remote();
  }

  @Override
  public List<Tlv> tlvs() {
    return connection.sawProxyHeader() ? connection.tlvs() : proxy.config().tlvs();
  }

  @Override
  public @Nullable OriginalSource originalSource() {
    return connection.originalSource();
  }

  @Override
  public @Nullable SocketAddress localAddress() {
    return connection.addresses().local();
  }

  @Override
  public int upstreamPort() {
    return connection.upstreamPort();
  }

  @Override
  public @Nullable String downstreamServerName() {
    return connection.requestedServerName();
  }
}
