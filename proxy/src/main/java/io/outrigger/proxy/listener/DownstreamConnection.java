package io.outrigger.proxy.listener;

import io.netty.channel.Channel;
import io.outrigger.proxy.drain.DrainState;
import io.outrigger.proxy.tls.PeerIdentity;
import io.outrigger.proxy.tls.TlsInfo;
import io.outrigger.proxy.worker.Worker;
import java.net.SocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A client's connection as the filters and logs see it. Owned by the worker that accepted it.
 *
 * <p>Inspection fills it; once a filter chain's last filter has it, only the close reasons and the
 * drain action change.
 */
public final class DownstreamConnection {
  private final Worker worker;
  private final long connectionId;
  private final Channel channel;
  private final SocketAddress directRemoteAddress;
  private final SocketAddress directLocalAddress;
  private final long startNanos;
  private final long startEpochMillis;

  SocketAddress remoteAddress;
  SocketAddress localAddress;
  boolean localAddressRestored;
  @Nullable String requestedServerName;
  List<String> requestedApplicationProtocols = List.of();
  String transportProtocol = "raw_buffer";
  @Nullable TlsInfo tls;
  ActiveListener listener;
  String filterChainName = "";
  private @Nullable Runnable drainAction;
  private @Nullable String localCloseReason;
  private @Nullable String transportFailureReason;

  DownstreamConnection(
      Worker worker,
      long connectionId,
      Channel channel,
      SocketAddress remoteAddress,
      SocketAddress localAddress,
      ActiveListener listener) {
    this.worker = worker;
    this.connectionId = connectionId;
    this.channel = channel;
    this.directRemoteAddress = remoteAddress;
    this.directLocalAddress = localAddress;
    this.remoteAddress = remoteAddress;
    this.localAddress = localAddress;
    this.listener = listener;
    this.startNanos = worker.nanos();
    this.startEpochMillis = worker.epochMillis();
  }

  public Worker worker() {
    return worker;
  }

  /** Unique in the process; %CONNECTION_ID%. */
  public long connectionId() {
    return connectionId;
  }

  public Channel channel() {
    return channel;
  }

  public long startNanos() {
    return startNanos;
  }

  public long startEpochMillis() {
    return startEpochMillis;
  }

  /** The client: the socket's peer, or what a PROXY header named. */
  public SocketAddress remoteAddress() {
    return remoteAddress;
  }

  /** The socket's peer. */
  public SocketAddress directRemoteAddress() {
    return directRemoteAddress;
  }

  /** Where the client wanted to go: the socket's own address, or the restored destination. */
  public SocketAddress localAddress() {
    return localAddress;
  }

  /** The socket's own address. */
  public SocketAddress directLocalAddress() {
    return directLocalAddress;
  }

  /** The destination before a redirect, if the original_dst filter found one. */
  public @Nullable SocketAddress originalDestination() {
    return localAddressRestored ? localAddress : null;
  }

  /** SNI, from the inspector or the handshake. */
  public @Nullable String requestedServerName() {
    return requestedServerName;
  }

  /** What the handshake agreed on, or the one protocol that http_inspector saw: h2, http/1.1... */
  public @Nullable String alpn() {
    TlsInfo agreed = tls;
    if (agreed != null) {
      return agreed.alpn();
    }
    return requestedApplicationProtocols.size() == 1
        ? requestedApplicationProtocols.getFirst()
        : null;
  }

  /** ALPN offers that the client made, or what http_inspector saw. */
  public List<String> requestedApplicationProtocols() {
    return requestedApplicationProtocols;
  }

  /** raw_buffer or tls, as inspected. */
  public String transportProtocol() {
    return transportProtocol;
  }

  /** Null on a plaintext connection. */
  public @Nullable TlsInfo tls() {
    return tls;
  }

  /** The client's certificate, if it showed one. */
  public @Nullable PeerIdentity peer() {
    TlsInfo agreed = tls;
    return agreed == null ? null : agreed.peer();
  }

  public String filterChainName() {
    return filterChainName;
  }

  /** {@code listener.<address>}, the prefix of this listener's statistics. */
  public String listenerStatPrefix() {
    return listener.statPrefix();
  }

  public String listenerName() {
    return listener.name();
  }

  /** How many bytes may wait in either direction: per_connection_buffer_limit_bytes. */
  public int bufferLimit() {
    return listener.bufferLimit();
  }

  /** Asked for each response: does this connection's listener, or the process, drain? */
  public DrainState drain() {
    return listener.drain();
  }

  /**
   * Sets what to do when this connection should end soon (its listener or filter chain was removed,
   * or the process shuts down): GOAWAY, close if idle. Called on the worker, once at most.
   */
  public void onDrain(Runnable action) {
    drainAction = action;
  }

  void startDrain() {
    Runnable action = drainAction;
    drainAction = null;
    if (action != null) {
      action.run();
    }
  }

  /** %DOWNSTREAM_LOCAL_CLOSE_REASON%, where this side closed. */
  public @Nullable String localCloseReason() {
    return localCloseReason;
  }

  public void localCloseReason(String reason) {
    localCloseReason = reason;
  }

  /** %DOWNSTREAM_TRANSPORT_FAILURE_REASON%: why TLS failed. */
  public @Nullable String transportFailureReason() {
    return transportFailureReason;
  }

  public void transportFailureReason(String reason) {
    transportFailureReason = reason;
  }
}
