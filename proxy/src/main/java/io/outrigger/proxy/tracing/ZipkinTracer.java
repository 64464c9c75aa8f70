package io.outrigger.proxy.tracing;

import io.outrigger.config.http.Headers;
import io.outrigger.config.tracing.TracerConfig;

/** Zipkin: a server's span may share the id of the client's that called. */
final class ZipkinTracer extends Tracer {
  private final boolean long128;
  private final boolean shares;

  ZipkinTracer(
      TracerConfig.Zipkin config, boolean independent, boolean egress, Surroundings around) {
    super(
        around.worker(),
        new B3(),
        new ZipkinExporter(
            around.worker(),
            around.stats(),
            around.collector(config.collector(), "", "application/json"),
            config.sharedSpanContext(),
            around.serviceName(),
            around.localAddress()));
    this.long128 = config.traceId128Bit();
    boolean client = egress && !independent && !config.splitSpans();
    this.shares = config.sharedSpanContext() && !client;
  }

  @Override
  boolean begin(TraceContext context, Headers headers, boolean traced) {
    int found = propagation.extract(headers, context);
    if (found == Propagation.INVALID) {
      return false;
    }
    context.sampled =
        context.asked == TraceContext.UNSAID ? traced : context.asked == TraceContext.YES;
    if (found == Propagation.ABSENT) {
      context.traceLow = newId();
      context.traceHigh = long128 ? newId() : 0;
      context.spanId = context.traceLow;
      context.parentId = 0;
    } else if (!shares) {
      context.parentId = context.spanId;
      context.spanId = newId();
    }
    return true;
  }

  @Override
  String name(String host, boolean egress) {
    return host;
  }

  @Override
  boolean tellsSpanId() {
    return false;
  }
}
