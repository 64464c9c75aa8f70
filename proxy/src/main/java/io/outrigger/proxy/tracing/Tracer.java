package io.outrigger.proxy.tracing;

import io.outrigger.config.http.Headers;
import io.outrigger.config.source.TelemetryService;
import io.outrigger.config.tracing.TracerConfig;
import io.outrigger.proxy.cluster.Clusters;
import io.outrigger.proxy.collector.Collector;
import io.outrigger.proxy.stats.StatStore;
import io.outrigger.proxy.worker.Worker;

/** A tracing provider on one worker: gives spans their ids and takes them when they have ended. */
abstract class Tracer {
  final Worker worker;
  final Propagation propagation;
  final SpanExporter exporter;

  Tracer(Worker worker, Propagation propagation, SpanExporter exporter) {
    this.worker = worker;
    this.propagation = propagation;
    this.exporter = exporter;
  }

  /** What all connection managers of a worker have of the proxy around them. */
  record Surroundings(
      Worker worker, StatStore stats, Clusters clusters, String serviceName, String localAddress) {
    Collector collector(TelemetryService service, String method, String contentType) {
      return new Collector(worker, clusters, service, method, contentType);
    }
  }

  /**
   * {@code independent} makes this proxy a hop of its own in a trace; {@code egress} a client where
   * it isn't.
   */
  static Tracer of(
      TracerConfig config, boolean independent, boolean egress, Surroundings surroundings) {
    if (config instanceof TracerConfig.Zipkin zipkin) {
      return new ZipkinTracer(zipkin, independent, egress, surroundings);
    }
    if (config instanceof TracerConfig.OpenTelemetry otel) {
      return new OpenTelemetryTracer(otel, surroundings);
    }
    throw new IllegalStateException("unknown TracerConfig: " + config);
  }

  /** Fills the context of a request's span; false where what came with it can't be read. */
  abstract boolean begin(TraceContext context, Headers headers, boolean traced);

  /** What a request's span is called, where nothing names it. */
  abstract String name(String host, boolean egress);

  /** %SPAN_ID%, where the provider tells it. */
  abstract boolean tellsSpanId();

  /** Not 0, which stands for none. */
  final long newId() {
    long id = worker.randomLong();
    return id == 0 ? 1 : id;
  }
}
