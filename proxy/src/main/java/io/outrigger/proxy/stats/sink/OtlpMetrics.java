package io.outrigger.proxy.stats.sink;

import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.metrics.v1.AggregationTemporality;
import io.opentelemetry.proto.metrics.v1.HistogramDataPoint;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import io.opentelemetry.proto.metrics.v1.ResourceMetrics;
import io.opentelemetry.proto.metrics.v1.ScopeMetrics;
import io.opentelemetry.proto.metrics.v1.Sum;
import io.outrigger.config.bootstrap.StatsSink;
import io.outrigger.config.source.TelemetryService;
import io.outrigger.proxy.cluster.Clusters;
import io.outrigger.proxy.collector.Collector;
import io.outrigger.proxy.collector.OtlpAttribute;
import io.outrigger.proxy.stats.Gauge;
import io.outrigger.proxy.stats.Histogram;
import io.outrigger.proxy.stats.HistogramCounts;
import io.outrigger.proxy.stats.PrometheusPage;
import io.outrigger.proxy.stats.Tag;
import io.outrigger.proxy.stats.TaggedName;
import io.outrigger.proxy.worker.Worker;
import java.util.ArrayList;
import java.util.List;

/** OpenTelemetry's metrics service: a call a flush, unless the one before is still under way. */
final class OtlpMetrics implements StatsOutput {
  private static final String METHOD =
      "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export";
  private static final long TIMEOUT_MILLIS = 5000;

  private final StatsSink.OpenTelemetry config;
  private final Collector collector;
  private final long startNanos = epochNanos();
  private long lastNanos = startNanos;
  private boolean underWay;

  OtlpMetrics(StatsSink.OpenTelemetry config, Worker main, Clusters clusters) {
    this.config = config;
    this.collector =
        new Collector(main, clusters, new TelemetryService.Grpc(config.service()), METHOD, "");
  }

  private static long epochNanos() {
    return System.currentTimeMillis() * 1_000_000;
  }

  @Override
  public void flush(FlushedStats stats) {
    long now = epochNanos();
    long last = lastNanos;
    lastNanos = now;
    if (underWay) {
      return;
    }
    ScopeMetrics.Builder out = ScopeMetrics.newBuilder();
    for (FlushedStats.Gain gain : stats.counters()) {
      String name = gain.counter().name();
      out.addMetrics(
          metric(stats, name)
              .setSum(
                  Sum.newBuilder()
                      .setIsMonotonic(true)
                      .setAggregationTemporality(temporality(config.counterDeltas()))
                      .addDataPoints(
                          NumberDataPoint.newBuilder()
                              .addAllAttributes(attributes(stats, name))
                              .setStartTimeUnixNano(config.counterDeltas() ? last : startNanos)
                              .setTimeUnixNano(now)
                              .setAsInt(
                                  config.counterDeltas()
                                      ? gain.amount()
                                      : gain.counter().value()))));
    }
    for (Gauge gauge : stats.gauges()) {
      out.addMetrics(
          metric(stats, gauge.name())
              .setGauge(
                  io.opentelemetry.proto.metrics.v1.Gauge.newBuilder()
                      .addDataPoints(
                          NumberDataPoint.newBuilder()
                              .addAllAttributes(attributes(stats, gauge.name()))
                              .setTimeUnixNano(now)
                              .setAsInt(gauge.value()))));
    }
    for (Histogram histogram : stats.histograms()) {
      out.addMetrics(
          metric(stats, histogram.name())
              .setHistogram(
                  io.opentelemetry.proto.metrics.v1.Histogram.newBuilder()
                      .setAggregationTemporality(temporality(config.histogramDeltas()))
                      .addDataPoints(
                          point(stats, histogram)
                              .setStartTimeUnixNano(config.histogramDeltas() ? last : startNanos)
                              .setTimeUnixNano(now))));
    }
    underWay = true;
    collector.send(
        ExportMetricsServiceRequest.newBuilder()
            .addResourceMetrics(ResourceMetrics.newBuilder().addScopeMetrics(out))
            .build()
            .toByteArray(),
        TIMEOUT_MILLIS,
        status -> underWay = false);
  }

  private static AggregationTemporality temporality(boolean deltas) {
    return deltas
        ? AggregationTemporality.AGGREGATION_TEMPORALITY_DELTA
        : AggregationTemporality.AGGREGATION_TEMPORALITY_CUMULATIVE;
  }

  private Metric.Builder metric(FlushedStats stats, String name) {
    return Metric.newBuilder()
        .setName(config.prefix() + (config.shortNames() ? stats.tagged(name).base() : name));
  }

  private List<KeyValue> attributes(FlushedStats stats, String name) {
    if (!config.attributes()) {
      return List.of();
    }
    TaggedName tagged = stats.tagged(name);
    List<KeyValue> attributes = new ArrayList<>(tagged.tags().size());
    for (Tag tag : tagged.tags()) {
      attributes.add(OtlpAttribute.text(tag.name(), tag.value()));
    }
    return attributes;
  }

  private HistogramDataPoint.Builder point(FlushedStats stats, Histogram histogram) {
    HistogramCounts counts =
        config.histogramDeltas() ? histogram.interval() : histogram.cumulative();
    HistogramDataPoint.Builder out =
        HistogramDataPoint.newBuilder()
            .addAllAttributes(attributes(stats, histogram.name()))
            .setCount(counts.count())
            .setSum(counts.sum());
    long below = 0;
    for (double bound : PrometheusPage.bounds(histogram.name(), stats.options().buckets())) {
      long atMost = counts.atMost(bound);
      out.addExplicitBounds(bound).addBucketCounts(atMost - below);
      below = atMost;
    }
    return out.addBucketCounts(counts.count() - below);
  }
}
