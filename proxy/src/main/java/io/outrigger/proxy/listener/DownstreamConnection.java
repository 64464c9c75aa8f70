package io.outrigger.proxy.listener;

import com.google.protobuf.Value;
import io.netty.channel.Channel;
import io.outrigger.config.listener.ConnectionFacts;
import io.outrigger.config.listener.ListenerConfig.TrafficDirection;
import io.outrigger.config.proxyprotocol.Tlv;
import io.outrigger.config.ratelimit.LocalLimiter;
import io.outrigger.config.rbac.OpenPolicies;
import io.outrigger.proxy.accesslog.LogEntry;
import io.outrigger.proxy.accesslog.ResponseFlag;
import io.outrigger.proxy.cluster.OriginalSource;
import io.outrigger.proxy.drain.DrainState;
import io.outrigger.proxy.istio.Peer;
import io.outrigger.proxy.overload.OverloadState;
import io.outrigger.proxy.tls.PeerIdentity;
import io.outrigger.proxy.tls.TlsInfo;
import io.outrigger.proxy.worker.Worker;
import java.net.SocketAddress;
import java.util.IdentityHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A client's connection as the filters and logs see it. Owned by the worker that accepted it.
 *
 * <p>Inspection fills it; once a filter chain's last filter has it, only the close reasons, the log
 * entry and the drain action change.
 */
public final class DownstreamConnection {
  private final Worker worker;
  private final long connectionId;
  private final Channel channel;
  private final ConnectionAddresses addresses;
  private final long startNanos;
  private final long startEpochMicros;
  private WorkerListener listener;
  private @Nullable OriginalSource originalSource;
  private @Nullable List<Tlv> tlvs;
  private @Nullable String requestedServerName;
  private List<String> requestedApplicationProtocols = List.of();
  private String transportProtocol = "raw_buffer";
  private boolean acceptsEcdsa = true;
  private boolean asksForStaple;
  private int upstreamPort;
  private @Nullable FilterState filterState;
  private @Nullable DynamicMetadata metadata;
  private @Nullable OpenPolicies openPolicies;
  private @Nullable IdentityHashMap<LocalLimiter, LocalLimiter> limiters;
  private @Nullable String terminationDetails;
  private @Nullable String responseCodeDetails;
  private @Nullable ActiveChain chain;
  private @Nullable TlsInfo tls;
  private long handshakeNanos;
  private @Nullable Runnable drainAction;
  private @Nullable LogEntry logEntry;
  private long responseFlags;
  private @Nullable String localCloseReason;
  private @Nullable String transportFailureReason;
  private @Nullable Peer clientWorkload;

  DownstreamConnection(
      long connectionId,
      Channel channel,
      SocketAddress remoteAddress,
      SocketAddress localAddress,
      WorkerListener listener) {
    this.worker = listener.worker();
    this.connectionId = connectionId;
    this.channel = channel;
    this.addresses = new ConnectionAddresses(remoteAddress, localAddress);
    this.listener = listener;
    this.startNanos = worker.nanos();
    this.startEpochMicros = worker.epochMillis() * 1000;
  }

  // ---- what it is ----

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

  public long startEpochMicros() {
    return startEpochMicros;
  }

  /** Where it comes from, and where to. */
  public ConnectionAddresses addresses() {
    return addresses;
  }

  /** Where connections upstream come from instead of this machine, if original_src says so. */
  public @Nullable OriginalSource originalSource() {
    return originalSource;
  }

  void originalSource(OriginalSource source) {
    originalSource = source;
  }

  // ---- what inspection and handshake found ----

  /** Whether a PROXY header told of the client. */
  public boolean sawProxyHeader() {
    return tlvs != null;
  }

  /** The extensions of the client's PROXY header that may be passed on. */
  public List<Tlv> tlvs() {
    List<Tlv> told = tlvs;
    return told == null ? List.of() : told;
  }

  void sawProxyHeader(List<Tlv> passedOn) {
    tlvs = passedOn;
  }

  /** SNI, from the inspector or the handshake; lower-cased. */
  public @Nullable String requestedServerName() {
    return requestedServerName;
  }

  /** The port that a filter wants upstream; 0: the cluster's own. */
  public int upstreamPort() {
    return upstreamPort;
  }

  public void upstreamPort(int port) {
    upstreamPort = port;
  }

  /** What filters noted of this connection; made when first asked for. */
  public FilterState filterState() {
    FilterState noted = filterState;
    if (noted == null) {
      noted = new FilterState();
      filterState = noted;
    }
    return noted;
  }

  /** What filters noted of this connection under a key, or null. */
  public @Nullable Value filterState(String key) {
    FilterState noted = filterState;
    return noted == null ? null : noted.get(key);
  }

  /** What network filters note of this connection; made when first asked for. */
  public DynamicMetadata metadata() {
    DynamicMetadata noted = metadata;
    if (noted == null) {
      noted = new DynamicMetadata();
      metadata = noted;
    }
    return noted;
  }

  @Nullable Value dynamicMetadata(String namespace, String[] path) {
    return metadata == null ? null : metadata.value(namespace, path);
  }

  /** The policies that who calls leaves open for requests; made when first asked for. */
  public OpenPolicies openPolicies() {
    OpenPolicies open = openPolicies;
    if (open == null) {
      open = new OpenPolicies();
      openPolicies = open;
    }
    return open;
  }

  /** This connection's own buckets, as the model has them; made when first asked for. */
  public LocalLimiter ownLimiter(LocalLimiter model) {
    IdentityHashMap<LocalLimiter, LocalLimiter> known = limiters;
    if (known == null) {
      known = new IdentityHashMap<>(2);
      limiters = known;
    }
    LocalLimiter own = known.get(model);
    if (own == null) {
      own = model.fresh();
      known.put(model, own);
    }
    return own;
  }

  /** What the handshake agreed on, or the one protocol that http_inspector saw: h2c, http/1.1. */
  public @Nullable String alpn() {
    TlsInfo agreed = tls;
    if (agreed != null) {
      return agreed.alpn();
    }
    return requestedApplicationProtocols.size() == 1
        ? requestedApplicationProtocols.getFirst()
        : null;
  }

  /** Who the client says it is, by Istio's metadata; null where it doesn't tell. */
  public @Nullable Peer clientWorkload() {
    return clientWorkload;
  }

  public void clientWorkload(Peer told) {
    clientWorkload = told;
  }

  /** ALPN offers that the client made, or what http_inspector saw. */
  public List<String> requestedApplicationProtocols() {
    return requestedApplicationProtocols;
  }

  /** raw_buffer or tls, as inspected. */
  public String transportProtocol() {
    return transportProtocol;
  }

  void sawClientHello(ClientHello hello) {
    transportProtocol = "tls";
    requestedServerName = hello.serverName();
    requestedApplicationProtocols = hello.applicationProtocols();
    acceptsEcdsa = hello.acceptsEcdsa();
    asksForStaple = hello.asksForStaple();
  }

  void sawPlainHttp(HttpPreface preface) {
    requestedApplicationProtocols = List.of(preface.protocol());
  }

  boolean asksForStaple() {
    return asksForStaple;
  }

  boolean acceptsEcdsa() {
    return acceptsEcdsa;
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

  /** When the handshake was over; 0 without TLS. */
  public long handshakeNanos() {
    return handshakeNanos;
  }

  /** A handshake failed: this much is known for logs. */
  void attempted(TlsInfo info) {
    tls = info;
  }

  void secured(TlsInfo info) {
    tls = info;
    handshakeNanos = worker.nanos();
    if (requestedServerName == null) {
      requestedServerName = info.sni();
    }
  }

  // ---- where it belongs ----

  public String filterChainName() {
    ActiveChain matched = chain;
    return matched == null ? "" : matched.name();
  }

  /** {@code listener.<address>}, the prefix of this listener's statistics. */
  public String listenerStatPrefix() {
    return listener.statPrefix();
  }

  public String listenerName() {
    return listener.plan().config().name();
  }

  /** Of its listener. */
  public TrafficDirection trafficDirection() {
    return listener.plan().config().trafficDirection();
  }

  /** How many bytes may wait in either direction: per_connection_buffer_limit_bytes. */
  public int bufferLimit() {
    return listener.bufferLimit();
  }

  WorkerListener listener() {
    return listener;
  }

  /** Hands the connection to the listener of its original destination. */
  void listener(WorkerListener other) {
    listener = other;
  }

  @Nullable ActiveChain chain() {
    return chain;
  }

  void chain(ActiveChain matched) {
    chain = matched;
  }

  /** What filter chain matching asks. */
  ConnectionFacts facts() {
    return new MatchingFacts(this);
  }

  // ---- how it ends ----

  /** Asked for each response: does this connection's chain, listener, or the process, drain? */
  public DrainState drain() {
    ActiveChain matched = chain;
    return matched == null ? listener.drain() : matched.drain();
  }

  /**
   * Sets what to do when this connection should end soon (its listener or filter chain was removed,
   * or the process shuts down): GOAWAY, close if idle. Runs on the worker, once at most.
   */
  public void onDrain(Runnable action) {
    drainAction = action;
  }

  /** What is shed under pressure, or null where nothing ever is. */
  public @Nullable OverloadState overload() {
    return listener().overload();
  }

  void startDrain() {
    Runnable action = drainAction;
    drainAction = null;
    if (action != null) {
      action.run();
    }
  }

  /** Sets the entry that the listener's access log prints; without one it prints what is here. */
  public void logEntry(LogEntry entry) {
    logEntry = entry;
  }

  @Nullable LogEntry logEntry() {
    return logEntry;
  }

  /** A set as {@link ResponseFlag#addTo} makes it. */
  public long responseFlags() {
    return responseFlags;
  }

  public void responseFlag(ResponseFlag flag) {
    responseFlags = flag.addTo(responseFlags);
  }

  /** %DOWNSTREAM_LOCAL_CLOSE_REASON%, where this side closed. */
  public @Nullable String localCloseReason() {
    return localCloseReason;
  }

  public void localCloseReason(String reason) {
    localCloseReason = reason;
  }

  /** %RESPONSE_CODE_DETAILS% of a connection that a filter answered for. */
  public @Nullable String responseCodeDetails() {
    return responseCodeDetails;
  }

  public void responseCodeDetails(String details) {
    responseCodeDetails = details;
  }

  /** %CONNECTION_TERMINATION_DETAILS%, where a filter ended it. */
  public @Nullable String terminationDetails() {
    return terminationDetails;
  }

  public void terminationDetails(String details) {
    terminationDetails = details;
  }

  /** %DOWNSTREAM_TRANSPORT_FAILURE_REASON%: why TLS failed. */
  public @Nullable String transportFailureReason() {
    return transportFailureReason;
  }

  public void transportFailureReason(String reason) {
    transportFailureReason = reason;
  }
}
