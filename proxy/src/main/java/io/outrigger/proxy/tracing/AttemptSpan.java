package io.outrigger.proxy.tracing;

import io.outrigger.config.http.HeaderName;
import io.outrigger.config.http.Headers;
import io.outrigger.proxy.accesslog.LogEntry;
import io.outrigger.proxy.cluster.Host;
import org.jspecify.annotations.Nullable;

/** What the span of the attempt under way will tell; used again for the next. */
final class AttemptSpan {
  /** 0: there is none. */
  long id;

  private long startNanos;
  private long answeredNanos;

  /** When the response was whole; 0: it never was. */
  private long endNanos;

  int status;
  long flags;
  @Nullable String protocol;
  @Nullable String failure;
  private int number;
  private @Nullable Host host;
  private @Nullable String grpcStatus;
  private @Nullable String grpcMessage;

  void begin(long newId, Host to, int count, long nanos) {
    clear();
    id = newId;
    host = to;
    number = count;
    startNanos = nanos;
  }

  void answered(int code, long nanos) {
    status = code;
    answeredNanos = nanos;
  }

  void grpc(Headers headers) {
    String code = headers.value(HeaderName.GRPC_STATUS);
    if (code != null) {
      grpcStatus = code;
      grpcMessage = headers.value(HeaderName.GRPC_MESSAGE);
    }
  }

  /** When each part went and came. */
  void events(Span span, LogEntry exchange) {
    SpanTags.sent(span, exchange, startNanos);
    if (answeredNanos != 0) {
      SpanTags.event(span, exchange, "first_upstream_rx_byte_received", answeredNanos);
    }
    if (endNanos != 0) {
      SpanTags.event(span, exchange, "last_upstream_rx_byte_received", endNanos);
    }
  }

  void clear() {
    id = 0;
    status = 0;
    answeredNanos = 0;
    flags = 0;
    protocol = null;
    failure = null;
    host = null;
    grpcStatus = null;
    grpcMessage = null;
  }

  Span end(String name, TraceContext context, LogEntry exchange, boolean canceled, long nanos) {
    endNanos = canceled || failure != null ? 0 : nanos;
    Span span =
        new Span(
            name,
            true,
            context,
            id,
            context.spanId,
            false,
            SpanTags.micros(exchange, startNanos),
            SpanTags.micros(exchange, nanos));
    if (number > 1) {
      span.tag("retry.count", Integer.toString(number - 1));
    }
    if (canceled) {
      span.tag("canceled", "true");
    }
    if (failure != null) {
      span.tag("error", "true");
      span.tag("error.reason", failure);
    }
    span.tag("http.protocol", protocol == null ? "-" : protocol);
    if (host != null) {
      span.tag("upstream_address", host.addressText());
      span.tag("peer.address", host.addressText());
    }
    if (grpcStatus != null) {
      SpanTags.grpc(span, grpcStatus, grpcMessage);
    }
    return span;
  }
}
