package io.outrigger.proxy.stats.sink;

import io.outrigger.config.bootstrap.StatsOptions;
import io.outrigger.proxy.stats.Counter;
import io.outrigger.proxy.stats.Gauge;
import io.outrigger.proxy.stats.Histogram;
import io.outrigger.proxy.stats.StatStore;
import io.outrigger.proxy.stats.TagExtraction;
import io.outrigger.proxy.stats.TaggedName;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What one flush has to tell: every statistic that was ever used, and what counters gained. */
final class FlushedStats {
  /** A counter, with what it gained since the flush before. */
  record Gain(Counter counter, long amount) {}

  private final StatStore store;
  private final StatsOptions options;
  private final List<Gain> counters = new ArrayList<>();
  private final List<Gauge> gauges = new ArrayList<>();
  private final List<Histogram> histograms = new ArrayList<>();
  private @Nullable TagExtraction extraction;

  private FlushedStats(StatStore store, StatsOptions options) {
    this.store = store;
    this.options = options;
  }

  /**
   * Takes the statistics as they are; {@code totals} has those of the last time, and gets these.
   */
  static FlushedStats of(
      StatStore store, StatsOptions options, IdentityHashMap<Counter, Long> totals) {
    FlushedStats flushed = new FlushedStats(store, options);
    IdentityHashMap<Counter, Long> before = new IdentityHashMap<>(totals);
    totals.clear(); // counters that are gone are forgotten
    for (Counter counter : store.counters()) {
      if (counter.used() && options.selection().has(counter.name())) {
        long total = counter.total();
        Long last = before.get(counter);
        totals.put(counter, total);
        flushed.counters.add(new Gain(counter, total - (last == null ? 0 : last)));
      }
    }
    for (Gauge gauge : store.gauges()) {
      if (gauge.used() && options.selection().has(gauge.name())) {
        flushed.gauges.add(gauge);
      }
    }
    for (Histogram histogram : store.histograms()) {
      if (histogram.used() && options.selection().has(histogram.name())) {
        flushed.histograms.add(histogram);
      }
    }
    return flushed;
  }

  List<Gain> counters() {
    return counters;
  }

  List<Gauge> gauges() {
    return gauges;
  }

  List<Histogram> histograms() {
    return histograms;
  }

  StatsOptions options() {
    return options;
  }

  /** The name without its tags, and the tags. */
  TaggedName tagged(String name) {
    TaggedName known = store.tagged(name);
    if (known != null) {
      return known;
    }
    TagExtraction ready = extraction;
    if (ready == null) {
      ready = TagExtraction.of(store, options.tags());
      extraction = ready;
    }
    return ready.extract(name);
  }
}
