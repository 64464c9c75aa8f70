package io.outrigger.proxy.tracing;

import io.outrigger.config.http.HeaderName;
import io.outrigger.config.http.Headers;
import io.outrigger.config.route.Route;
import io.outrigger.config.tracing.RouteTracing;
import io.outrigger.proxy.accesslog.LogEntry;
import io.outrigger.proxy.accesslog.ResponseFlag;
import io.outrigger.proxy.cluster.Host;
import io.outrigger.proxy.cluster.UpstreamInfo;
import org.jspecify.annotations.Nullable;

/**
 * The trace of one exchange: its span, and the spans of its attempts one after another.
 *
 * <p>Numbers while the request runs; text is made when a span that is sampled has ended. Used again
 * with the exchange.
 */
public final class RequestTrace {
  private static final HeaderName DECORATOR = HeaderName.of("x-envoy-decorator-operation");

  private final Tracing tracing;
  private final LogEntry exchange;
  private final TraceContext context = new TraceContext();
  private final AttemptSpan attempt = new AttemptSpan();
  private boolean begun;
  private boolean traced;
  private boolean spanning;
  private @Nullable RouteTracing route;
  private @Nullable String operation;
  private @Nullable String decorator;

  RequestTrace(Tracing tracing, LogEntry exchange) {
    this.tracing = tracing;
    this.exchange = exchange;
  }

  // ---- the exchange ----

  /** The route is known, or that there is none. */
  public void begin(Headers headers, @Nullable Route found) {
    if (begun) {
      return; // an internal redirect goes on in the same span
    }
    begun = true;
    route = found == null ? null : found.tracing();
    traced = tracing.isTraced(headers, route);
    Tracer tracer = tracing.tracer;
    spanning = tracer != null && tracer.begin(context, headers, traced);
    if (tracer != null && spanning && context.sampled) {
      String host = headers.value(HeaderName.AUTHORITY);
      operation = tracer.name(host == null ? "" : host, tracing.egress);
    }
    decorate(headers, found);
  }

  private void decorate(Headers headers, @Nullable Route found) {
    if (found != null && !found.decorator().isEmpty()) {
      operation = found.decorator();
      decorator = found.propagateDecorator() ? operation : null;
    }
    if (tracing.egress) {
      if (decorator != null) {
        headers.set(DECORATOR, decorator);
      }
      return;
    }
    String override = headers.value(DECORATOR);
    if (override != null) {
      if (!override.isEmpty()) {
        operation = override;
        decorator = null;
      }
      headers.remove(DECORATOR);
    }
  }

  /** The head that goes to the client. */
  public void onResponseHeaders(Headers headers) {
    if (!tracing.egress) {
      if (decorator != null) {
        headers.set(DECORATOR, decorator);
      }
      return;
    }
    String override = headers.value(DECORATOR);
    if (override != null) {
      if (!override.isEmpty()) {
        operation = override;
      }
      headers.remove(DECORATOR);
    }
  }

  /** The exchange is over, and what it knows of itself still there. */
  public void end() {
    Tracer tracer = tracing.tracer;
    if (tracer != null && spanning && context.sampled) {
      Span span =
          new Span(
              operation == null ? "" : operation,
              tracing.egress && !tracing.config.spawnUpstreamSpan(),
              context,
              context.spanId,
              context.parentId,
              context.remoteParent,
              exchange.startEpochMicros(),
              SpanTags.micros(exchange, exchange.endNanos()));
      SpanTags.ofRequest(span, exchange, tracing);
      SpanTags.common(span, exchange, exchange.upstreamCluster(), exchange.responseCode());
      SpanTags.flags(span, exchange.responseFlags());
      SpanTags.custom(span, exchange, tracing.config.customTags(), route);
      if (tracing.config.verbose()) {
        SpanTags.events(span, exchange);
      }
      tracer.exporter.add(span);
    }
    forget();
  }

  private void forget() {
    begun = false;
    traced = false;
    spanning = false;
    route = null;
    operation = null;
    decorator = null;
    context.clear();
    attempt.clear();
  }

  // ---- attempts ----

  /** An attempt begins; {@code number} counts from 1. */
  public void attemptBegun(Host host, int number) {
    if (!spanning || !tracing.spawns) {
      return;
    }
    Tracer tracer = tracing.tracer;
    assert tracer != null;
    attempt.begin(tracer.newId(), host, number, tracer.worker.nanos());
  }

  /** Tells the upstream of the trace. */
  public void inject(Headers headers) {
    Tracer tracer = tracing.tracer;
    if (!spanning || tracer == null) {
      return;
    }
    if (attempt.id != 0) {
      tracer.propagation.inject(headers, context, attempt.id, context.spanId);
    } else {
      tracer.propagation.inject(headers, context, context.spanId, context.parentId);
    }
  }

  public void attemptConnected(UpstreamInfo info) {
    attempt.protocol = info.protocol();
  }

  public void attemptAnswered(int status, Headers headers) {
    if (attempt.id != 0) {
      attempt.answered(status, exchange.worker().nanos());
      attemptTrailers(headers);
    }
  }

  /** Where gRPC's status may stand: the trailers, or the headers of an answer without a body. */
  public void attemptTrailers(Headers trailers) {
    if (attempt.id != 0 && context.sampled) {
      attempt.grpc(trailers);
    }
  }

  public void attemptFailed(ResponseFlag flag, String reason) {
    attempt.flags = flag.addTo(0);
    attempt.failure = reason;
    attemptEnded(false);
  }

  /** The attempt's response has ended, or it was given up. */
  public void attemptEnded(boolean canceled) {
    Tracer tracer = tracing.tracer;
    if (attempt.id != 0 && tracer != null && context.sampled) {
      String cluster = exchange.upstreamCluster();
      Span span =
          attempt.end(
              "router " + (cluster == null ? "" : cluster) + " egress",
              context,
              exchange,
              canceled,
              tracer.worker.nanos());
      SpanTags.common(span, exchange, cluster, attempt.status);
      SpanTags.flags(span, attempt.flags);
      SpanTags.custom(span, exchange, tracing.config.customTags(), route);
      if (tracing.config.verbose()) {
        attempt.events(span, exchange);
      }
      tracer.exporter.add(span);
    }
    attempt.clear();
  }

  // ---- for access logs ----

  public boolean isTraced() {
    return traced;
  }

  /** %TRACE_ID%. */
  public @Nullable String traceId() {
    if (!spanning) {
      return null;
    }
    String low = Hex.text(context.traceLow);
    return context.traceHigh == 0 ? low : Hex.text(context.traceHigh) + low;
  }

  /** %SPAN_ID%, which Zipkin's provider doesn't tell. */
  public @Nullable String spanId() {
    Tracer tracer = tracing.tracer;
    return spanning && tracer != null && tracer.tellsSpanId() ? Hex.text(context.spanId) : null;
  }
}
