package io.outrigger.proxy.stats.sink;

import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.service.metrics.v3.StreamMetricsMessage;
import io.outrigger.config.bootstrap.StatsSink;
import io.outrigger.config.http.Headers;
import io.outrigger.proxy.cluster.Clusters;
import io.outrigger.proxy.grpc.GrpcRequest;
import io.outrigger.proxy.grpc.GrpcStatus;
import io.outrigger.proxy.grpc.GrpcStream;
import io.outrigger.proxy.grpc.PooledCall;
import io.outrigger.proxy.stats.Gauge;
import io.outrigger.proxy.stats.Histogram;
import io.outrigger.proxy.stats.HistogramCounts;
import io.outrigger.proxy.stats.PrometheusPage;
import io.outrigger.proxy.stats.Tag;
import io.outrigger.proxy.stats.TaggedName;
import io.outrigger.proxy.worker.Worker;
import io.prometheus.client.Metrics.Bucket;
import io.prometheus.client.Metrics.Counter;
import io.prometheus.client.Metrics.LabelPair;
import io.prometheus.client.Metrics.Metric;
import io.prometheus.client.Metrics.MetricFamily;
import io.prometheus.client.Metrics.MetricType;
import io.prometheus.client.Metrics.Quantile;
import io.prometheus.client.Metrics.Summary;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Envoy's metrics service: a message a flush, on a stream that stays open. */
final class MetricsStream implements StatsOutput, GrpcStream.Listener {
  private static final String METHOD = "/envoy.service.metrics.v3.MetricsService/StreamMetrics";
  private static final double[] QUANTILES = {0, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.995, 0.999, 1};

  private final StatsSink.MetricsService config;
  private final Worker main;
  private final Clusters clusters;
  private final Node node;
  private final GrpcRequest request;
  private @Nullable PooledCall call;

  MetricsStream(StatsSink.MetricsService config, Worker main, Clusters clusters, Node node) {
    this.config = config;
    this.main = main;
    this.clusters = clusters;
    this.node = node;
    this.request = GrpcRequest.to(config.service(), METHOD, 0);
  }

  @Override
  public void flush(FlushedStats stats) {
    StreamMetricsMessage.Builder message = StreamMetricsMessage.newBuilder();
    if (call == null) {
      call = PooledCall.start(main, clusters, config.service(), request, this);
      message.setIdentifier(StreamMetricsMessage.Identifier.newBuilder().setNode(node));
    }
    if (call == null || !call.isWritable()) {
      return; // a flush is left out for a service that is slow
    }
    long now = System.currentTimeMillis();
    for (FlushedStats.Gain gain : stats.counters()) {
      long value = config.deltas() ? gain.amount() : gain.counter().value();
      message.addEnvoyMetrics(
          family(
              stats,
              gain.counter().name(),
              MetricType.COUNTER,
              metric(now).setCounter(Counter.newBuilder().setValue((double) value))));
    }
    for (Gauge gauge : stats.gauges()) {
      message.addEnvoyMetrics(
          family(
              stats,
              gauge.name(),
              MetricType.GAUGE,
              metric(now)
                  .setGauge(
                      io.prometheus.client.Metrics.Gauge.newBuilder()
                          .setValue((double) gauge.value()))));
    }
    for (Histogram histogram : stats.histograms()) {
      if (config.summaries()) {
        message.addEnvoyMetrics(
            family(
                stats,
                histogram.name(),
                MetricType.SUMMARY,
                metric(now).setSummary(summary(histogram))));
      }
      if (config.histograms()) {
        message.addEnvoyMetrics(
            family(
                stats,
                histogram.name(),
                MetricType.HISTOGRAM,
                metric(now).setHistogram(buckets(histogram, stats))));
      }
    }
    call.send(message.build().toByteArray());
  }

  private static Metric.Builder metric(long now) {
    return Metric.newBuilder().setTimestampMs(now);
  }

  private MetricFamily family(
      FlushedStats stats, String name, MetricType type, Metric.Builder metric) {
    MetricFamily.Builder out = MetricFamily.newBuilder().setType(type);
    if (config.labels()) {
      TaggedName tagged = stats.tagged(name);
      out.setName(tagged.base());
      for (Tag tag : tagged.tags()) {
        metric.addLabel(LabelPair.newBuilder().setName(tag.name()).setValue(tag.value()));
      }
    } else {
      out.setName(name);
    }
    return out.addMetric(metric).build();
  }

  private static Summary summary(Histogram histogram) {
    HistogramCounts interval = histogram.interval();
    Summary.Builder out =
        Summary.newBuilder().setSampleCount(interval.count()).setSampleSum(interval.sum());
    for (double quantile : QUANTILES) {
      out.addQuantile(
          Quantile.newBuilder().setQuantile(quantile).setValue(interval.quantile(quantile)));
    }
    return out.build();
  }

  private static io.prometheus.client.Metrics.Histogram buckets(
      Histogram histogram, FlushedStats stats) {
    HistogramCounts interval = histogram.interval();
    var out =
        io.prometheus.client.Metrics.Histogram.newBuilder()
            .setSampleCount(interval.count())
            .setSampleSum(interval.sum());
    List<Double> bounds = PrometheusPage.bounds(histogram.name(), stats.options().buckets());
    for (double bound : bounds) {
      out.addBucket(
          Bucket.newBuilder().setUpperBound(bound).setCumulativeCount(interval.atMost(bound)));
    }
    return out.build();
  }

  @Override
  public void onMessage(byte[] message) {}

  @Override
  public void onClose(GrpcStatus status, @Nullable Headers trailers) {
    call = null; // the next flush opens another
  }
}
