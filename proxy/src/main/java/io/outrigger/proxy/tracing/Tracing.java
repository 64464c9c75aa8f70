package io.outrigger.proxy.tracing;

import io.envoyproxy.envoy.config.core.v3.Node;
import io.outrigger.config.hcm.RequestIdOptions;
import io.outrigger.config.http.HeaderName;
import io.outrigger.config.http.Headers;
import io.outrigger.config.tracing.RouteTracing;
import io.outrigger.config.tracing.Sampling;
import io.outrigger.config.tracing.TracerConfig;
import io.outrigger.config.tracing.TracingConfig;
import io.outrigger.proxy.accesslog.LogEntry;
import io.outrigger.proxy.cluster.Clusters;
import io.outrigger.proxy.stats.StatStore;
import io.outrigger.proxy.worker.Worker;
import org.jspecify.annotations.Nullable;

/** The tracing of one connection manager on one worker: decides which requests are traced. */
public final class Tracing {
  private static final HeaderName CLIENT_TRACE_ID = HeaderName.of("x-client-trace-id");
  private static final HeaderName FORCE_TRACE = HeaderName.of("x-envoy-force-trace");

  final TracingConfig config;
  final boolean egress;
  final boolean spawns;
  final Node node;
  final @Nullable Tracer tracer;
  private final Worker worker;
  private final RequestIdOptions requestId;
  private final TracingStats stats;

  /**
   * What a connection manager is to its tracing.
   *
   * @param egress whether its listener's traffic goes out, so that it is a client in a trace
   * @param startChildSpan the router's
   * @param localAddress this proxy's, as Zipkin is told it
   */
  public record Place(
      Worker worker,
      StatStore store,
      Clusters clusters,
      Node node,
      RequestIdOptions requestId,
      boolean egress,
      boolean startChildSpan,
      String localAddress) {}

  /** {@code otherwise} is the bootstrap's provider; without any, requests have no spans. */
  public Tracing(
      Place place, TracingConfig config, @Nullable TracerConfig otherwise, TracingStats stats) {
    this.worker = place.worker();
    this.config = config;
    this.requestId = place.requestId();
    this.egress = place.egress();
    this.spawns = config.spawnUpstreamSpan() || place.startChildSpan();
    this.node = place.node();
    this.stats = stats;
    TracerConfig provider = config.tracer() != null ? config.tracer() : otherwise;
    this.tracer =
        provider == null
            ? null
            : Tracer.of(
                provider,
                config.spawnUpstreamSpan(),
                egress,
                new Tracer.Surroundings(
                    worker,
                    place.store(),
                    place.clusters(),
                    node.getCluster(),
                    place.localAddress()));
  }

  /** What an exchange keeps of its trace; used again with it. */
  public RequestTrace trace(LogEntry exchange) {
    return new RequestTrace(this, exchange);
  }

  /**
   * Decides, counts, and packs the decision into x-request-id, so that the next hop keeps to it.
   */
  boolean isTraced(Headers headers, @Nullable RouteTracing own) {
    TraceReason reason = reason(headers, own == null ? config.sampling() : own.sampling());
    stats.count(reason, worker.index());
    return reason != TraceReason.NOT_TRACEABLE;
  }

  private TraceReason reason(Headers headers, Sampling sampling) {
    if (!requestId.useForTraceSampling()) {
      return TraceReason.SAMPLING;
    }
    int slot = TraceReason.slot(headers);
    if (slot < 0) {
      return TraceReason.NOT_TRACEABLE;
    }
    long number = TraceReason.number(headers, slot);
    TraceReason before = TraceReason.of(headers, slot);
    TraceReason reason = before;
    if (reason == TraceReason.NOT_TRACEABLE) {
      reason = fresh(headers, sampling, number);
    }
    if (reason != TraceReason.NOT_TRACEABLE && !sampling.overall().admits(number)) {
      reason = TraceReason.NOT_TRACEABLE;
    }
    if (reason != before && requestId.packTraceReason()) {
      reason.pack(headers, slot);
    }
    return reason;
  }

  private TraceReason fresh(Headers headers, Sampling sampling, long number) {
    if (headers.contains(CLIENT_TRACE_ID) && sampling.client().admits(worker.randomLong())) {
      return TraceReason.CLIENT_FORCED;
    }
    if (headers.contains(FORCE_TRACE)) {
      return TraceReason.SERVICE_FORCED;
    }
    return sampling.random().admits(number) ? TraceReason.SAMPLING : TraceReason.NOT_TRACEABLE;
  }
}
