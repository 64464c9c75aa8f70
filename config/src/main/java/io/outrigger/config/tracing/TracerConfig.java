package io.outrigger.config.tracing;

import io.outrigger.config.source.TelemetryService;
import java.util.List;
import java.util.Map;

/** A tracing provider. */
public sealed interface TracerConfig {
  /**
   * config.trace.v3.ZipkinConfig: spans as JSON of Zipkin's API v2, B3 headers.
   *
   * @param collector the cluster, path and host that spans are posted to
   * @param sharedSpanContext whether a server's span takes the id of its client's
   * @param splitSpans whether this proxy is a hop of its own
   */
  record Zipkin(
      TelemetryService.Http collector,
      boolean traceId128Bit,
      boolean sharedSpanContext,
      boolean splitSpans)
      implements TracerConfig {}

  /**
   * config.trace.v3.OpenTelemetryConfig: OTLP, and the headers of W3C's Trace Context.
   *
   * @param resource attributes of this proxy, service.name among them
   * @param alwaysOn whether the sampler always_on is there: an incoming "not sampled" doesn't count
   */
  record OpenTelemetry(
      TelemetryService collector, List<Map.Entry<String, String>> resource, boolean alwaysOn)
      implements TracerConfig {
    public OpenTelemetry {
      resource = List.copyOf(resource);
    }
  }
}
