package io.outrigger.proxy.tracing;

import io.outrigger.config.http.Headers;
import io.outrigger.config.tracing.TracerConfig;

/** OpenTelemetry: each span has an id of its own. */
final class OpenTelemetryTracer extends Tracer {
  private final boolean alwaysOn;

  OpenTelemetryTracer(TracerConfig.OpenTelemetry config, Surroundings around) {
    super(
        around.worker(),
        new TraceParent(),
        new OtlpExporter(
            around.worker(),
            around.stats(),
            around.collector(config.collector(), OtlpExporter.METHOD, "application/x-protobuf"),
            config.resource()));
    this.alwaysOn = config.alwaysOn();
  }

  @Override
  boolean begin(TraceContext context, Headers headers, boolean traced) {
    int found = propagation.extract(headers, context);
    if (found == Propagation.INVALID) {
      return false;
    }
    if (found == Propagation.ABSENT) {
      context.traceHigh = newId();
      context.traceLow = newId();
      context.sampled = traced;
    } else {
      context.parentId = context.spanId;
      context.remoteParent = true;
      context.sampled = traced && (alwaysOn || context.asked == TraceContext.YES);
    }
    context.spanId = newId();
    return true;
  }

  @Override
  String name(String host, boolean egress) {
    return egress ? "egress" : "ingress";
  }

  @Override
  boolean tellsSpanId() {
    return true;
  }
}
