package io.outrigger.proxy.tracing;

import io.outrigger.config.http.HeaderName;
import io.outrigger.config.http.HeaderText;
import io.outrigger.config.http.Headers;
import io.outrigger.config.tracing.CustomTag;
import io.outrigger.config.tracing.RouteTracing;
import io.outrigger.proxy.accesslog.GrpcStatusText;
import io.outrigger.proxy.accesslog.LogEntry;
import io.outrigger.proxy.accesslog.ResponseFlag;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What spans say, under Envoy's names. */
final class SpanTags {
  private static final HeaderName DOWNSTREAM_CLUSTER =
      HeaderName.of("x-envoy-downstream-service-cluster");
  private static final HeaderName CLIENT_TRACE_ID = HeaderName.of("x-client-trace-id");

  private SpanTags() {}

  /** A point of the worker's clock as microseconds since the epoch. */
  static long micros(LogEntry entry, long nanos) {
    return entry.startEpochMicros() + Math.max(0, (nanos - entry.startNanos()) / 1000);
  }

  static void ofRequest(Span span, LogEntry entry, Tracing tracing) {
    span.tag("node_id", tracing.node.getId());
    span.tag("zone", tracing.node.getLocality().getZone());
    Headers headers = entry.requestHeaders();
    if (headers != null) {
      ofHeaders(span, headers, entry, tracing.config.maxPathTagLength());
    }
    span.tag("request_size", Long.toString(entry.bytesReceived()));
    span.tag("response_size", Long.toString(entry.bytesSent()));
    grpcResponse(span, entry);
  }

  private static void ofHeaders(Span span, Headers headers, LogEntry entry, int maxPath) {
    tagIf(span, "guid:x-request-id", value(headers, HeaderName.X_REQUEST_ID));
    span.tag("http.url", url(headers, maxPath));
    span.tag("http.method", orElse(value(headers, HeaderName.METHOD), ""));
    span.tag("downstream_cluster", orElse(value(headers, DOWNSTREAM_CLUSTER), "-"));
    span.tag("user_agent", orElse(value(headers, HeaderName.USER_AGENT), "-"));
    span.tag("http.protocol", orElse(entry.protocol(), "-"));
    String peer = entry.downstreamDirectRemoteAddress();
    if (peer != null) {
      span.tag("peer.address", withoutPort(peer));
    }
    tagIf(span, "guid:x-client-trace-id", value(headers, CLIENT_TRACE_ID));
    if (GrpcStatusText.isGrpc(headers)) {
      tagIf(span, "grpc.path", value(headers, HeaderName.PATH));
      tagIf(span, "grpc.authority", value(headers, HeaderName.AUTHORITY));
      tagIf(span, "grpc.content_type", value(headers, HeaderName.CONTENT_TYPE));
      tagIf(span, "grpc.timeout", value(headers, HeaderName.GRPC_TIMEOUT));
    }
  }

  private static String url(Headers headers, int maxPath) {
    String path = value(headers, HeaderName.X_ENVOY_ORIGINAL_PATH);
    if (path == null) {
      path = orElse(value(headers, HeaderName.PATH), "");
    }
    return orElse(value(headers, HeaderName.X_FORWARDED_PROTO), "")
        + "://"
        + orElse(value(headers, HeaderName.AUTHORITY), "")
        + (path.length() > maxPath ? path.substring(0, maxPath) : path);
  }

  private static String withoutPort(String address) {
    int colon = address.lastIndexOf(':');
    if (colon < 0) {
      return address;
    }
    return address.startsWith("[") ? address.substring(1, colon - 1) : address.substring(0, colon);
  }

  private static void grpcResponse(Span span, LogEntry entry) {
    Headers source = entry.responseTrailers();
    if (source == null || !source.contains(HeaderName.GRPC_STATUS)) {
      source = entry.responseHeaders();
    }
    String status = source == null ? null : source.value(HeaderName.GRPC_STATUS);
    if (source == null || status == null) {
      return;
    }
    grpc(span, status, source.value(HeaderName.GRPC_MESSAGE));
  }

  static void grpc(Span span, String status, @Nullable String message) {
    span.grpcStatus = status;
    span.tag("grpc.status_code", status);
    tagIf(span, "grpc.message", message);
    switch (status) {
      case "2", "4", "8", "12", "13", "14", "15" -> span.tag("error", "true");
      default -> {} // the client's fault, or none
    }
  }

  /** What spans of both kinds have. */
  static void common(Span span, LogEntry entry, @Nullable String cluster, int status) {
    span.status = status;
    span.tag("component", "proxy");
    if (cluster != null && entry.upstreamAttempts() > 0) {
      span.tag("upstream_cluster", cluster);
      span.tag("upstream_cluster.name", cluster);
    }
    span.tag("http.status_code", Integer.toString(status));
    if (status == 0 || status >= 500) {
      span.tag("error", "true");
    }
  }

  static void flags(Span span, long flags) {
    span.tag("response_flags", ResponseFlag.text(flags));
  }

  /** The connection manager's and the route's; where both name one, the route's counts. */
  static void custom(
      Span span, LogEntry entry, List<CustomTag> tags, @Nullable RouteTracing route) {
    for (CustomTag tag : tags) {
      if (route == null || !names(route.customTags(), tag.name())) {
        custom(span, entry, tag);
      }
    }
    if (route != null) {
      for (CustomTag tag : route.customTags()) {
        custom(span, entry, tag);
      }
    }
  }

  private static boolean names(List<CustomTag> tags, String name) {
    for (CustomTag tag : tags) {
      if (tag.name().equals(name)) {
        return true;
      }
    }
    return false;
  }

  private static void custom(Span span, LogEntry entry, CustomTag tag) {
    String value = TagValues.of(entry, tag.source());
    if (!value.isEmpty()) {
      span.tag(tag.name(), value);
    }
  }

  /** When each part of a request and its response came and went. */
  static void events(Span span, LogEntry entry) {
    event(span, entry, "last_downstream_rx_byte_received", entry.requestEndNanos());
    sent(span, entry, 0);
    event(span, entry, "first_upstream_rx_byte_received", entry.upstreamFirstReceivedNanos());
    event(span, entry, "last_upstream_rx_byte_received", entry.upstreamLastReceivedNanos());
    event(span, entry, "first_downstream_tx_byte_sent", entry.responseFirstSentNanos());
    event(span, entry, "last_downstream_tx_byte_sent", entry.responseLastSentNanos());
  }

  /** What went to the upstream after {@code sinceNanos}: not by an attempt before. */
  static void sent(Span span, LogEntry entry, long sinceNanos) {
    if (entry.upstreamFirstSentNanos() >= sinceNanos) {
      event(span, entry, "first_upstream_tx_byte_sent", entry.upstreamFirstSentNanos());
    }
    if (entry.upstreamLastSentNanos() >= sinceNanos) {
      event(span, entry, "last_upstream_tx_byte_sent", entry.upstreamLastSentNanos());
    }
  }

  static void event(Span span, LogEntry entry, String name, long nanos) {
    if (nanos != 0) {
      span.events.add(new Span.Event(name, micros(entry, nanos)));
    }
  }

  private static void tagIf(Span span, String name, @Nullable String value) {
    if (value != null) {
      span.tag(name, value);
    }
  }

  private static String orElse(@Nullable String value, String otherwise) {
    return value == null ? otherwise : value;
  }

  private static @Nullable String value(Headers headers, HeaderName name) {
    String text = headers.value(name);
    return text == null ? null : HeaderText.utf8(text);
  }
}
