package io.outrigger.proxy.accesslog;

import com.google.protobuf.Value;
import io.outrigger.config.http.Headers;
import io.outrigger.proxy.worker.Worker;
import org.jspecify.annotations.Nullable;

/**
 * What an access log may ask of a finished request or connection: a getter an operator.
 *
 * <p>An HTTP exchange and a TCP session implement it, and override what they know; what stays at
 * its default prints as unset. Called on the entry's worker only, and not kept.
 *
 * <p>Times are in nanoseconds of {@link Worker#nanos}; 0 says that the point was not reached.
 * Addresses are texts that their owner made once: {@code 10.0.0.1:80}, {@code [::1]:80}, or a path.
 */
public interface LogEntry {
  /** %ACCESS_LOG_TYPE%. */
  enum Type {
    NotSet(0),
    TcpUpstreamConnected(1),
    TcpPeriodic(2),
    TcpConnectionEnd(3),
    DownstreamStart(4),
    DownstreamPeriodic(5),
    DownstreamEnd(6),
    UpstreamPoolReady(7),
    UpstreamPeriodic(8),
    UpstreamEnd(9),
    DownstreamTunnelSuccessfullyEstablished(10);

    private final int number;

    Type(int number) {
      this.number = number;
    }

    /** As AccessLogType of Envoy's data.accesslog.v3 numbers it. */
    int number() {
      return number;
    }
  }

  Worker worker();

  default Type type() {
    return Type.NotSet;
  }

  // ---- times ----

  /** %START_TIME%, in microseconds since the epoch. */
  long startEpochMicros();

  /** When the request's first byte came, or the connection was accepted. */
  long startNanos();

  /** When the request or connection ended. */
  long endNanos();

  /** DS_RX_END: the request's last byte came. */
  default long requestEndNanos() {
    return 0;
  }

  /** US_CX_BEG: the connection to the upstream was begun; 0 where an open one served. */
  default long upstreamConnectStartNanos() {
    return 0;
  }

  /** US_CX_END. */
  default long upstreamConnectedNanos() {
    return 0;
  }

  /** US_HS_END: TLS with the upstream was up. */
  default long upstreamHandshakeNanos() {
    return 0;
  }

  /** When the pool had a stream ready (%UPSTREAM_CONNECTION_POOL_READY_DURATION%). */
  default long upstreamReadyNanos() {
    return 0;
  }

  /** US_TX_BEG. */
  default long upstreamFirstSentNanos() {
    return 0;
  }

  /** US_TX_END. */
  default long upstreamLastSentNanos() {
    return 0;
  }

  /** US_RX_BEG. */
  default long upstreamFirstReceivedNanos() {
    return 0;
  }

  /** US_RX_END. */
  default long upstreamLastReceivedNanos() {
    return 0;
  }

  /** DS_TX_BEG. */
  default long responseFirstSentNanos() {
    return 0;
  }

  /** DS_TX_END. */
  default long responseLastSentNanos() {
    return 0;
  }

  // ---- request and response ----

  /** The request's headers as they are at the end, with those that filters changed. */
  default @Nullable Headers requestHeaders() {
    return null;
  }

  /** The response's headers as they went to the client. */
  default @Nullable Headers responseHeaders() {
    return null;
  }

  default @Nullable Headers responseTrailers() {
    return null;
  }

  /** {@code HTTP/1.0}, {@code HTTP/1.1} or {@code HTTP/2}. */
  default @Nullable String protocol() {
    return null;
  }

  default @Nullable String upstreamProtocol() {
    return null;
  }

  /** 0 where no response was sent. */
  default int responseCode() {
    return 0;
  }

  default @Nullable String responseCodeDetails() {
    return null;
  }

  default @Nullable String connectionTerminationDetails() {
    return null;
  }

  /** A set as {@link ResponseFlag#addTo} makes it. */
  default long responseFlags() {
    return 0;
  }

  /** Body bytes (HTTP) or bytes (TCP) from the client. */
  long bytesReceived();

  /** Body bytes (HTTP) or bytes (TCP) to the client. */
  long bytesSent();

  default long downstreamWireBytesReceived() {
    return 0;
  }

  default long downstreamWireBytesSent() {
    return 0;
  }

  default long downstreamHeaderBytesReceived() {
    return 0;
  }

  default long downstreamHeaderBytesSent() {
    return 0;
  }

  default long upstreamWireBytesReceived() {
    return 0;
  }

  default long upstreamWireBytesSent() {
    return 0;
  }

  default long upstreamHeaderBytesReceived() {
    return 0;
  }

  default long upstreamHeaderBytesSent() {
    return 0;
  }

  default @Nullable String localReplyBody() {
    return null;
  }

  default @Nullable String routeName() {
    return null;
  }

  default @Nullable String virtualClusterName() {
    return null;
  }

  /** %STREAM_ID%, a UUID in its usual form. */
  default @Nullable String streamId() {
    return null;
  }

  default boolean healthCheck() {
    return false;
  }

  /** Whether the request is traced. */
  default boolean traced() {
    return false;
  }

  default @Nullable String traceId() {
    return null;
  }

  default @Nullable String spanId() {
    return null;
  }

  /** A value of dynamic metadata; null is unset. */
  default @Nullable Value dynamicMetadata(String namespace, String[] path) {
    return null;
  }

  /** Metadata of the route, cluster, upstream host or virtual host, as {@link #dynamicMetadata}. */
  default @Nullable Value metadata(String kind, String namespace, String[] path) {
    return null;
  }

  /** What filters noted under a key: of the request, or else of its connection. */
  default @Nullable Value filterState(String key) {
    return null;
  }

  // ---- upstream ----

  /** Address of the host that served. */
  default @Nullable String upstreamHost() {
    return null;
  }

  /** Name of that host, or its address where it has none. */
  default @Nullable String upstreamHostName() {
    return upstreamHost();
  }

  /** Name of the cluster, or its alt_stat_name. */
  default @Nullable String upstreamCluster() {
    return null;
  }

  default @Nullable String upstreamClusterRaw() {
    return upstreamCluster();
  }

  default @Nullable String upstreamLocalAddress() {
    return null;
  }

  /** Where its connection goes, which may be another address of the host; null: to none. */
  default @Nullable String upstreamRemoteAddress() {
    return null;
  }

  /** 0 is none. */
  default long upstreamConnectionId() {
    return 0;
  }

  default int upstreamAttempts() {
    return 0;
  }

  /** Addresses that were tried, joined with commas. */
  default @Nullable String upstreamHostsAttempted() {
    return null;
  }

  default @Nullable String upstreamTransportFailureReason() {
    return null;
  }

  default @Nullable TlsFacts upstreamTls() {
    return null;
  }

  // ---- downstream ----

  /** The client's address, as X-Forwarded-For or the PROXY header tells it. */
  default @Nullable String downstreamRemoteAddress() {
    return null;
  }

  /** The address at the other end of the socket. */
  default @Nullable String downstreamDirectRemoteAddress() {
    return downstreamRemoteAddress();
  }

  /** The address that was connected to, before any redirection. */
  default @Nullable String downstreamLocalAddress() {
    return null;
  }

  default @Nullable String downstreamDirectLocalAddress() {
    return downstreamLocalAddress();
  }

  default @Nullable String downstreamTransportFailureReason() {
    return null;
  }

  default @Nullable String downstreamLocalCloseReason() {
    return null;
  }

  /** When TLS with the client was up. */
  default long downstreamHandshakeNanos() {
    return 0;
  }

  default @Nullable TlsFacts downstreamTls() {
    return null;
  }

  default long connectionId() {
    return 0;
  }

  default @Nullable String filterChainName() {
    return null;
  }

  /** The SNI that the client sent. */
  default @Nullable String requestedServerName() {
    return null;
  }
}
