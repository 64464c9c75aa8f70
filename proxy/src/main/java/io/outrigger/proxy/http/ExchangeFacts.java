package io.outrigger.proxy.http;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.outrigger.config.http.Headers;
import io.outrigger.config.route.Route;
import io.outrigger.proxy.accesslog.LogEntry;
import io.outrigger.proxy.accesslog.ResponseFlag;
import io.outrigger.proxy.accesslog.TlsFacts;
import io.outrigger.proxy.address.SocketAddresses;
import io.outrigger.proxy.cluster.Host;
import io.outrigger.proxy.istio.Peer;
import io.outrigger.proxy.listener.DynamicMetadata;
import io.outrigger.proxy.listener.FilterState;
import io.outrigger.proxy.tracing.RequestTrace;
import io.outrigger.proxy.worker.Worker;
import java.net.InetAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is known of an exchange, for logs and header formats; {@link Exchange} fills it. */
abstract class ExchangeFacts implements LogEntry {
  final HttpScope scope;
  final UpstreamFacts upstream;

  /** Null where the connection manager doesn't trace. */
  final @Nullable RequestTrace trace;

  @Nullable DownstreamHttpConnection connection;
  @Nullable Headers requestHeaders;
  @Nullable Headers responseHeaders;
  @Nullable Headers responseTrailers;
  @Nullable Route route;
  String protocol = "HTTP/1.1";
  long startEpochMillis;
  long startNanos;
  long endNanos;
  long requestEndNanos;
  long responseFirstSentNanos;
  long responseLastSentNanos;
  long bytesReceived;
  long bytesSent;
  int status;
  long flags;
  @Nullable String details;
  @Nullable String connectionTerminationDetails;
  @Nullable String localReplyBody;
  @Nullable String remoteAddress;
  boolean healthCheck;
  @Nullable String virtualCluster;
  private @Nullable DynamicMetadata metadata;
  private Type logType = Type.DownstreamEnd;
  private @Nullable Peer caller;
  private @Nullable Peer called;
  private @Nullable FilterState filterState;

  ExchangeFacts(HttpScope scope) {
    this.scope = scope;
    this.upstream = new UpstreamFacts(scope.worker);
    this.trace = scope.tracing == null ? null : scope.tracing.trace(this);
  }

  void forget() {
    connection = null;
    requestHeaders = null;
    responseHeaders = null;
    responseTrailers = null;
    route = null;
    endNanos = 0;
    requestEndNanos = 0;
    responseFirstSentNanos = 0;
    responseLastSentNanos = 0;
    bytesReceived = 0;
    bytesSent = 0;
    status = 0;
    flags = 0;
    details = null;
    connectionTerminationDetails = null;
    localReplyBody = null;
    remoteAddress = null;
    upstream.forget();
    logType = Type.DownstreamEnd;
    healthCheck = false;
    virtualCluster = null;
    if (metadata != null) {
      metadata.clear();
    }
    caller = null;
    called = null;
    filterState = null;
  }

  DownstreamHttpConnection from() {
    DownstreamHttpConnection downstream = connection;
    assert downstream != null;
    return downstream;
  }

  /** Writes to the access logs before the end. */
  void logEarly(Type type) {
    logType = type;
    scope.accessLogger.log(this);
    logType = Type.DownstreamEnd;
  }

  /** Sets a response flag. */
  public void addFlag(ResponseFlag flag) {
    flags = flag.addTo(flags);
  }

  @Override
  public Worker worker() {
    return scope.worker;
  }

  @Override
  public Type type() {
    return logType;
  }

  @Override
  public long startEpochMicros() {
    return startEpochMillis * 1000;
  }

  @Override
  public long startNanos() {
    return startNanos;
  }

  @Override
  public long endNanos() {
    return endNanos;
  }

  @Override
  public long requestEndNanos() {
    return requestEndNanos;
  }

  @Override
  public long upstreamConnectStartNanos() {
    return upstream.connection == null ? 0 : upstream.connection.connectStartNanos();
  }

  @Override
  public long upstreamConnectedNanos() {
    return upstream.connection == null ? 0 : upstream.connection.connectedNanos();
  }

  @Override
  public long upstreamHandshakeNanos() {
    return upstream.connection == null ? 0 : upstream.connection.handshakeNanos();
  }

  @Override
  public long upstreamReadyNanos() {
    return upstream.readyNanos;
  }

  @Override
  public long upstreamFirstSentNanos() {
    return upstream.firstSentNanos;
  }

  @Override
  public long upstreamLastSentNanos() {
    return upstream.lastSentNanos;
  }

  @Override
  public long upstreamFirstReceivedNanos() {
    return upstream.firstReceivedNanos;
  }

  @Override
  public long upstreamLastReceivedNanos() {
    return upstream.lastReceivedNanos;
  }

  @Override
  public long responseFirstSentNanos() {
    return responseFirstSentNanos;
  }

  @Override
  public long responseLastSentNanos() {
    return responseLastSentNanos;
  }

  @Override
  public @Nullable Headers requestHeaders() {
    return requestHeaders;
  }

  @Override
  public @Nullable Headers responseHeaders() {
    return responseHeaders;
  }

  @Override
  public @Nullable Headers responseTrailers() {
    return responseTrailers;
  }

  @Override
  public String protocol() {
    return protocol;
  }

  @Override
  public @Nullable String upstreamProtocol() {
    return upstream.connection == null ? null : upstream.connection.protocol();
  }

  @Override
  public int responseCode() {
    return status;
  }

  @Override
  public @Nullable String responseCodeDetails() {
    return details;
  }

  @Override
  public @Nullable String connectionTerminationDetails() {
    return connectionTerminationDetails;
  }

  @Override
  public long responseFlags() {
    return flags;
  }

  @Override
  public long bytesReceived() {
    return bytesReceived;
  }

  @Override
  public long bytesSent() {
    return bytesSent;
  }

  @Override
  public @Nullable String localReplyBody() {
    return localReplyBody;
  }

  @Override
  public @Nullable String routeName() {
    return route == null || route.name().isEmpty() ? null : route.name();
  }

  @Override
  public @Nullable String virtualClusterName() {
    return virtualCluster;
  }

  /** What %VIRTUAL_CLUSTER_NAME% prints. */
  public void virtualCluster(@Nullable String name) {
    virtualCluster = name;
  }

  @Override
  public boolean traced() {
    return trace != null && trace.isTraced();
  }

  @Override
  public @Nullable String traceId() {
    return trace == null ? null : trace.traceId();
  }

  @Override
  public @Nullable String spanId() {
    return trace == null ? null : trace.spanId();
  }

  /** What the router tells of its attempts; null where nothing is traced. */
  public @Nullable RequestTrace trace() {
    return trace;
  }

  @Override
  public boolean healthCheck() {
    return healthCheck;
  }

  @Override
  public @Nullable String upstreamHost() {
    return upstream.host == null ? null : upstream.host.addressText();
  }

  @Override
  public @Nullable String upstreamHostName() {
    Host host = upstream.host;
    if (host == null) {
      return null;
    }
    return host.hostname().isEmpty() ? host.addressText() : host.hostname();
  }

  @Override
  public @Nullable String upstreamCluster() {
    return upstream.cluster;
  }

  @Override
  public @Nullable String upstreamLocalAddress() {
    return upstream.connection == null ? null : upstream.connection.localAddress();
  }

  @Override
  public @Nullable String upstreamRemoteAddress() {
    return upstream.connection == null ? null : upstream.connection.remoteAddress();
  }

  @Override
  public long upstreamConnectionId() {
    return upstream.connection == null ? 0 : upstream.connection.connectionId();
  }

  @Override
  public int upstreamAttempts() {
    return upstream.attempts;
  }

  @Override
  public @Nullable String upstreamTransportFailureReason() {
    return upstream.transportFailure;
  }

  @Override
  public @Nullable TlsFacts upstreamTls() {
    return upstream.connection == null ? null : upstream.connection.tls();
  }

  @Override
  public @Nullable String downstreamRemoteAddress() {
    return remoteAddress != null ? remoteAddress : from().facts.addresses().remoteText();
  }

  /** The client's IP, as the connection or headers tell it; null where it has none. */
  public @Nullable InetAddress remoteInet() {
    String claimed = remoteAddress;
    return claimed == null
        ? SocketAddresses.ip(from().facts.addresses().remote())
        : SocketAddresses.literal(SocketAddresses.withoutPort(claimed));
  }

  @Override
  public @Nullable String downstreamDirectRemoteAddress() {
    return from().facts.addresses().directRemoteText();
  }

  @Override
  public @Nullable String downstreamLocalAddress() {
    return from().facts.addresses().localText();
  }

  @Override
  public @Nullable String downstreamDirectLocalAddress() {
    return from().facts.addresses().directLocalText();
  }

  @Override
  public @Nullable String downstreamTransportFailureReason() {
    return from().facts.transportFailureReason();
  }

  @Override
  public @Nullable String downstreamLocalCloseReason() {
    return from().facts.localCloseReason();
  }

  @Override
  public @Nullable TlsFacts downstreamTls() {
    return from().facts.tls();
  }

  @Override
  public long connectionId() {
    return from().facts.connectionId();
  }

  @Override
  public @Nullable String filterChainName() {
    return from().facts.filterChainName();
  }

  @Override
  public @Nullable String requestedServerName() {
    return from().facts.requestedServerName();
  }

  @Override
  public @Nullable Value dynamicMetadata(String namespace, String[] path) {
    return metadata == null ? null : metadata.value(namespace, path);
  }

  @Override
  public @Nullable Value metadata(String kind, String namespace, String[] path) {
    return switch (kind) {
      case "ROUTE" -> route == null ? null : route.metadata().value(namespace, path);
      case "VIRTUAL_HOST" ->
          route == null ? null : route.virtualHost().metadata().value(namespace, path);
      case "UPSTREAM_HOST" ->
          upstream.host == null ? null : upstream.host.metadata().value(namespace, path);
      case "CLUSTER" -> {
        var cluster = upstream.cluster == null ? null : scope.clusters.get(upstream.cluster);
        yield cluster == null ? null : cluster.config().metadata().value(namespace, path);
      }
      default -> null;
    };
  }

  /** What filters note of the request under keys. */
  public FilterState filterState() {
    FilterState noted = filterState;
    if (noted == null) {
      noted = new FilterState();
      filterState = noted;
    }
    return noted;
  }

  @Override
  public @Nullable Value filterState(String key) {
    Value own = filterState == null ? null : filterState.get(key);
    return own != null ? own : from().facts.filterState(key);
  }

  /** What filters note of the request. */
  public DynamicMetadata metadata() {
    DynamicMetadata noted = metadata;
    if (noted == null) {
      noted = new DynamicMetadata();
      metadata = noted;
    }
    return noted;
  }

  /** One namespace of what filters noted, or null. */
  public @Nullable Struct noted(String namespace) {
    return metadata == null ? null : metadata.namespace(namespace);
  }

  @Nullable Value noted(String namespace, List<String> path) {
    return metadata == null ? null : metadata.value(namespace, path);
  }

  /** The workload that asks, as its sidecar told; null: it didn't. */
  public @Nullable Peer caller() {
    return caller;
  }

  public void caller(@Nullable Peer told) {
    caller = told;
  }

  /** The workload that answers, as its sidecar told; null: it didn't. */
  public @Nullable Peer called() {
    return called;
  }

  public void called(@Nullable Peer told) {
    called = told;
  }

  // ---- what the router learns ----

  /** The response's head, which formats may print before it is sent. */
  public void response(Headers headers) {
    responseHeaders = headers;
  }

  public UpstreamFacts upstream() {
    return upstream;
  }

  public void details(String text) {
    details = text;
  }

  public void markHealthCheck() {
    healthCheck = true;
  }

  /** The upstream's status, known before the head is sent: what header formats print. */
  public void upstreamStatus(int code) {
    status = code;
  }
}
