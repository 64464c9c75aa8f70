package io.outrigger.proxy.attributes;

import com.google.protobuf.ByteString;
import com.google.protobuf.Value;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.outrigger.config.cel.Attribute;
import io.outrigger.config.cel.AttributeSource;
import io.outrigger.config.cel.CelMap;
import io.outrigger.config.cel.CelValues;
import io.outrigger.config.http.HeaderName;
import io.outrigger.config.http.Headers;
import io.outrigger.config.http.JoinedValue;
import io.outrigger.config.match.Decimals;
import io.outrigger.config.route.Route;
import io.outrigger.proxy.accesslog.GrpcStatusText;
import io.outrigger.proxy.accesslog.LogEntry;
import io.outrigger.proxy.accesslog.ResponseFlag;
import io.outrigger.proxy.accesslog.TlsFacts;
import io.outrigger.proxy.http.Exchange;
import io.outrigger.proxy.listener.ConnectionLogEntry;
import io.outrigger.proxy.listener.DownstreamConnection;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The attributes of a request or connection; what it has not, or not yet, is null. */
public final class EntryAttributes implements AttributeSource {
  private final LogEntry entry;

  public EntryAttributes(LogEntry entry) {
    this.entry = entry;
  }

  @Override
  public @Nullable Object value(Attribute attribute) {
    String path = attribute.path();
    if (path.startsWith("request.")) {
      return request(attribute);
    }
    if (path.startsWith("response.")) {
      return response(attribute);
    }
    if (path.startsWith("upstream.")) {
      return upstream(attribute);
    }
    return path.startsWith("xds.") ? configured(attribute) : connection(attribute);
  }

  private @Nullable Object request(Attribute attribute) {
    Headers headers = entry.requestHeaders();
    return switch (attribute) {
      case REQUEST_PATH -> JoinedValue.of(headers, HeaderName.PATH);
      case REQUEST_URL_PATH -> beforeQuery(JoinedValue.of(headers, HeaderName.PATH));
      case REQUEST_QUERY -> query(JoinedValue.of(headers, HeaderName.PATH));
      case REQUEST_HOST -> JoinedValue.of(headers, HeaderName.AUTHORITY);
      case REQUEST_SCHEME -> JoinedValue.of(headers, HeaderName.SCHEME);
      case REQUEST_METHOD -> JoinedValue.of(headers, HeaderName.METHOD);
      case REQUEST_REFERER -> JoinedValue.of(headers, HeaderName.REFERER);
      case REQUEST_USERAGENT -> JoinedValue.of(headers, HeaderName.USER_AGENT);
      case REQUEST_ID -> JoinedValue.of(headers, HeaderName.X_REQUEST_ID);
      case REQUEST_HEADERS -> headers == null ? null : new HeadersMap(headers);
      case REQUEST_TIME -> Instant.EPOCH.plus(entry.startEpochMicros(), ChronoUnit.MICROS);
      case REQUEST_PROTOCOL -> entry.protocol();
      case REQUEST_DURATION ->
          entry.endNanos() == 0 ? null : Duration.ofNanos(entry.endNanos() - entry.startNanos());
      case REQUEST_SIZE -> size(headers);
      case REQUEST_TOTAL_SIZE -> entry.bytesReceived() + HeadersMap.bytes(headers);
      default -> null;
    };
  }

  private static @Nullable String beforeQuery(@Nullable String path) {
    int query = path == null ? -1 : path.indexOf('?');
    return path == null || query < 0 ? path : path.substring(0, query);
  }

  private static @Nullable String query(@Nullable String path) {
    int query = path == null ? -1 : path.indexOf('?');
    if (path == null || query < 0) {
      return path == null ? null : "";
    }
    int fragment = path.indexOf('#', query);
    return path.substring(query + 1, fragment < 0 ? path.length() : fragment);
  }

  /** What the head says if it does: the body comes later. */
  private @Nullable Object size(@Nullable Headers headers) {
    int slot = headers == null ? -1 : headers.find(HeaderName.CONTENT_LENGTH);
    if (headers == null || slot < 0) {
      return entry.bytesReceived();
    }
    long told =
        Decimals.parse(headers.data(), headers.valueOffset(slot), headers.valueLength(slot));
    return told == Decimals.NOT_A_NUMBER ? null : told;
  }

  private @Nullable Object response(Attribute attribute) {
    Headers headers = entry.responseHeaders();
    Headers trailers = entry.responseTrailers();
    return switch (attribute) {
      case RESPONSE_CODE -> entry.responseCode() == 0 ? null : (Object) (long) entry.responseCode();
      case RESPONSE_CODE_DETAILS -> entry.responseCodeDetails();
      case RESPONSE_FLAGS -> flags(entry.responseFlags());
      case RESPONSE_GRPC_STATUS ->
          entry.responseCode() == 0 ? null : (Object) (long) GrpcStatusText.meant(entry);
      case RESPONSE_HEADERS -> headers == null ? null : new HeadersMap(headers);
      case RESPONSE_TRAILERS -> trailers == null ? null : new HeadersMap(trailers);
      case RESPONSE_SIZE -> entry.bytesSent();
      case RESPONSE_TOTAL_SIZE ->
          entry.bytesSent() + HeadersMap.bytes(headers) + HeadersMap.bytes(trailers);
      case RESPONSE_BACKEND_LATENCY ->
          between(entry.upstreamFirstSentNanos(), entry.upstreamLastReceivedNanos());
      default -> null;
    };
  }

  private static @Nullable Duration between(long from, long to) {
    return from == 0 || to == 0 ? null : Duration.ofNanos(to - from);
  }

  /** A bit a flag. */
  private static long flags(long flags) {
    long bits = 0;
    for (ResponseFlag flag : ResponseFlag.values()) {
      if (flag.isIn(flags)) {
        bits |= 1L << flag.ordinal();
      }
    }
    return bits;
  }

  private @Nullable Object upstream(Attribute attribute) {
    String connected = entry.upstreamRemoteAddress();
    String remote = connected == null ? entry.upstreamHost() : connected;
    TlsFacts tls = entry.upstreamTls();
    return switch (attribute) {
      case UPSTREAM_ADDRESS -> remote;
      case UPSTREAM_PORT -> port(remote);
      case UPSTREAM_LOCAL_ADDRESS -> entry.upstreamLocalAddress();
      case UPSTREAM_TRANSPORT_FAILURE_REASON ->
          entry.upstreamTransportFailureReason() == null
              ? ""
              : entry.upstreamTransportFailureReason();
      case UPSTREAM_REQUEST_ATTEMPT_COUNT -> CelValues.unsigned(entry.upstreamAttempts());
      case UPSTREAM_CX_POOL_READY_DURATION ->
          between(entry.startNanos(), entry.upstreamReadyNanos());
      default -> tls(attribute.path().substring("upstream.".length()), tls);
    };
  }

  private @Nullable Object connection(Attribute attribute) {
    TlsFacts tls = entry.downstreamTls();
    return switch (attribute) {
      case CONNECTION_ID -> CelValues.unsigned(entry.connectionId());
      case CONNECTION_MTLS -> tls != null && tls.peerFingerprint256() != null;
      case CONNECTION_REQUESTED_SERVER_NAME ->
          entry.requestedServerName() == null ? "" : entry.requestedServerName();
      case CONNECTION_TERMINATION_DETAILS -> entry.connectionTerminationDetails();
      case CONNECTION_TRANSPORT_FAILURE_REASON -> entry.downstreamTransportFailureReason();
      case SOURCE_ADDRESS -> entry.downstreamRemoteAddress();
      case SOURCE_PORT -> port(entry.downstreamRemoteAddress());
      case DESTINATION_ADDRESS -> entry.downstreamLocalAddress();
      case DESTINATION_PORT -> port(entry.downstreamLocalAddress());
      case METADATA -> new MetadataMap("DYNAMIC", entry::dynamicMetadata);
      case FILTER_STATE -> (CelMap) this::filterState;
      default -> tls(attribute.path().substring("connection.".length()), tls);
    };
  }

  private @Nullable Object filterState(Object key) {
    Value value = key instanceof String name ? entry.filterState(name) : null;
    return value == null || !value.hasStringValue()
        ? null
        : ByteString.copyFromUtf8(value.getStringValue());
  }

  /** Null where there is no IP. */
  private static @Nullable Object port(@Nullable String address) {
    int colon = address == null ? -1 : address.lastIndexOf(':');
    if (address == null || colon < 0 || address.startsWith("/") || address.startsWith("@")) {
      return null;
    }
    return Long.valueOf(address.substring(colon + 1));
  }

  private static @Nullable Object tls(String name, @Nullable TlsFacts tls) {
    if (tls == null) {
      return null;
    }
    return switch (name) {
      case "tls_version" -> tls.version();
      case "subject_local_certificate" -> tls.localSubject();
      case "subject_peer_certificate" -> tls.peerSubject();
      case "uri_san_local_certificate" -> first(tls.localUriSans());
      case "uri_san_peer_certificate" -> first(tls.peerUriSans());
      case "dns_san_local_certificate" -> first(tls.localDnsSans());
      case "dns_san_peer_certificate" -> first(tls.peerDnsSans());
      case "sha256_peer_certificate_digest" -> tls.peerFingerprint256();
      default -> null;
    };
  }

  private static @Nullable String first(List<String> names) {
    return names.isEmpty() ? null : names.getFirst();
  }

  // ---- configuration ----

  private @Nullable Object configured(Attribute attribute) {
    Exchange exchange = entry instanceof Exchange request ? request : null;
    Route route = exchange == null ? null : exchange.route();
    return switch (attribute) {
      case XDS_CLUSTER_NAME -> entry.upstreamCluster();
      case XDS_CLUSTER_METADATA -> entry.upstreamCluster() == null ? null : metadata("CLUSTER");
      case XDS_UPSTREAM_HOST_METADATA ->
          entry.upstreamHost() == null ? null : metadata("UPSTREAM_HOST");
      case XDS_ROUTE_NAME -> route == null ? null : route.name();
      case XDS_ROUTE_METADATA -> route == null ? null : metadata("ROUTE");
      case XDS_VIRTUAL_HOST_NAME -> route == null ? null : route.virtualHost().name();
      case XDS_VIRTUAL_HOST_METADATA -> route == null ? null : metadata("VIRTUAL_HOST");
      case XDS_FILTER_CHAIN_NAME -> entry.filterChainName() == null ? "" : entry.filterChainName();
      case XDS_LISTENER_DIRECTION -> direction(exchange);
      case XDS_NODE -> exchange == null ? null : node(exchange.scope().node());
      default -> null;
    };
  }

  private @Nullable Object direction(@Nullable Exchange exchange) {
    DownstreamConnection connection =
        exchange != null
            ? exchange.downstream()
            : entry instanceof ConnectionLogEntry own ? own.connection() : null;
    return connection == null ? null : (Object) (long) connection.trafficDirection().ordinal();
  }

  private MetadataMap metadata(String kind) {
    return new MetadataMap(kind, (name, path) -> entry.metadata(kind, name, path));
  }

  private static CelMap node(Node node) {
    return CelValues.map(
        Map.of(
            "id", node.getId(),
            "cluster", node.getCluster(),
            "user_agent_name", node.getUserAgentName(),
            "metadata", CelValues.of(node.getMetadata())));
  }
}
