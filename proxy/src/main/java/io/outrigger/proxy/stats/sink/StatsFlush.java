package io.outrigger.proxy.stats.sink;

import io.envoyproxy.envoy.config.core.v3.Node;
import io.outrigger.config.bootstrap.StatsOptions;
import io.outrigger.config.bootstrap.StatsSink;
import io.outrigger.proxy.cluster.Clusters;
import io.outrigger.proxy.stats.Counter;
import io.outrigger.proxy.stats.StatStore;
import io.outrigger.proxy.worker.Worker;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Ends the intervals of the statistics, and tells each sink what they were. */
public final class StatsFlush {
  private final Worker main;
  private final StatStore store;
  private final StatsOptions options;
  private final Runnable refresh;
  private final List<StatsOutput> outputs = new ArrayList<>();
  private final IdentityHashMap<Counter, Long> totals = new IdentityHashMap<>();

  /** {@code refresh} brings gauges up to date that are computed. */
  public StatsFlush(
      Worker main,
      StatStore store,
      StatsOptions options,
      Clusters clusters,
      Node node,
      Runnable refresh) {
    this.main = main;
    this.store = store;
    this.options = options;
    this.refresh = refresh;
    for (StatsSink sink : options.sinks()) {
      outputs.add(output(sink, clusters, node));
    }
  }

  private StatsOutput output(StatsSink sink, Clusters clusters, Node node) {
    if (sink instanceof StatsSink.Statsd statsd) {
      return new StatsdDatagrams(statsd);
    }
    if (sink instanceof StatsSink.StatsdTcp statsd) {
      return new StatsdConnection(statsd, clusters);
    }
    if (sink instanceof StatsSink.MetricsService service) {
      return new MetricsStream(service, main, clusters, node);
    }
    if (sink instanceof StatsSink.OpenTelemetry otlp) {
      return new OtlpMetrics(otlp, main, clusters);
    }
    throw new IllegalStateException("unknown StatsSink: " + sink);
  }

  /** Begins to flush at each interval, unless only the admin page shall. */
  public void start() {
    if (options.flushOnAdmin()) {
      return;
    }
    long interval = Math.max(1, options.flushIntervalMillis());
    main.loop().scheduleWithFixedDelay(this::flush, interval, interval, TimeUnit.MILLISECONDS);
  }

  /** Before an admin page shows the statistics. */
  public void onAdmin() {
    if (options.flushOnAdmin()) {
      flush();
    }
  }

  private void flush() {
    assert main.inLoop();
    store.flush();
    if (outputs.isEmpty()) {
      return;
    }
    refresh.run();
    FlushedStats flushed = FlushedStats.of(store, options, totals);
    for (StatsOutput output : outputs) {
      output.flush(flushed);
    }
  }
}
