package io.outrigger.proxy.stats;

import io.outrigger.config.bootstrap.StatsOptions.Buckets;
import io.outrigger.config.bootstrap.StatsOptions.StatsTag;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The statistics in Prometheus's text format, under the names and labels that Envoy gives them. */
public final class PrometheusPage {
  /** Upper bounds of buckets where the bootstrap's stats_config says nothing else. */
  private static final List<Double> BUCKETS =
      List.of(
          0.5, 1.0, 5.0, 10.0, 25.0, 50.0, 100.0, 250.0, 500.0, 1000.0, 2500.0, 5000.0, 10000.0,
          30000.0, 60000.0, 300000.0, 600000.0, 1800000.0, 3600000.0);

  /** Begins the names of statistics that are shown without {@code envoy_}, as Istio's are. */
  private static final String CUSTOM = "istiocustom.";

  private record Sample<T>(String fullName, TaggedName name, T stat) {}

  private PrometheusPage() {}

  /** {@code extra} are tags beside the default ones, {@code bounds} histograms' own bounds. */
  public static String text(
      StatStore store, StatsFilter filter, List<StatsTag> extra, List<Buckets> bounds) {
    TagExtraction tags = TagExtraction.of(store, extra);
    StringBuilder out = new StringBuilder(32_768);
    List<Counter> counters = new ArrayList<>();
    for (Counter counter : store.counters()) {
      if (filter.shows(counter)) {
        counters.add(counter);
      }
    }
    for (List<Sample<Counter>> group : groups(counters, Counter::name, store, tags)) {
      String name = type(out, group.getFirst().name(), "counter");
      for (Sample<Counter> sample : group) {
        line(out, name, "", sample.name().tags(), null).append(sample.stat().value()).append('\n');
      }
    }
    List<Gauge> gauges = new ArrayList<>();
    for (Gauge gauge : store.gauges()) {
      if (filter.shows(gauge)) {
        gauges.add(gauge);
      }
    }
    for (List<Sample<Gauge>> group : groups(gauges, Gauge::name, store, tags)) {
      String name = type(out, group.getFirst().name(), "gauge");
      for (Sample<Gauge> sample : group) {
        line(out, name, "", sample.name().tags(), null).append(sample.stat().value()).append('\n');
      }
    }
    List<Histogram> histograms = new ArrayList<>();
    for (Histogram histogram : store.histograms()) {
      if (filter.shows(histogram)) {
        histograms.add(histogram);
      }
    }
    for (List<Sample<Histogram>> group : groups(histograms, Histogram::name, store, tags)) {
      String name = type(out, group.getFirst().name(), "histogram");
      for (Sample<Histogram> sample : group) {
        histogram(out, name, sample, bounds);
      }
    }
    return out.toString();
  }

  /** Samples of one name together, the names in order, as the format demands. */
  private static <T> Iterable<List<Sample<T>>> groups(
      List<T> stats, Function<T, String> naming, StatStore store, TagExtraction tags) {
    TreeMap<String, List<Sample<T>>> groups = new TreeMap<>();
    for (T stat : stats) {
      String fullName = naming.apply(stat);
      TaggedName known = store.tagged(fullName);
      TaggedName name = known != null ? known : tags.extract(fullName);
      groups
          .computeIfAbsent(name.base(), base -> new ArrayList<>())
          .add(new Sample<>(fullName, name, stat));
    }
    for (List<Sample<T>> group : groups.values()) {
      group.sort(Comparator.comparing(Sample::fullName));
    }
    return groups.values();
  }

  private static void histogram(
      StringBuilder out, String name, Sample<Histogram> sample, List<Buckets> bounds) {
    HistogramCounts counts = sample.stat().cumulative();
    List<Tag> tags = sample.name().tags();
    StringBuilder bound = new StringBuilder();
    for (double bucket : bounds(sample.fullName(), bounds)) {
      bound.setLength(0);
      StatsPage.number(bound, bucket);
      line(out, name, "_bucket", tags, bound.toString()).append(counts.atMost(bucket)).append('\n');
    }
    line(out, name, "_bucket", tags, "+Inf").append(counts.count()).append('\n');
    StatsPage.number(line(out, name, "_sum", tags, null), counts.sum());
    out.append('\n');
    line(out, name, "_count", tags, null).append(counts.count()).append('\n');
  }

  public static List<Double> bounds(String name, List<Buckets> bounds) {
    for (Buckets buckets : bounds) {
      if (buckets.match().matches(name)) {
        return buckets.bounds();
      }
    }
    return BUCKETS;
  }

  private static String type(StringBuilder out, TaggedName name, String type) {
    String base = name.base();
    String prometheus =
        base.startsWith(CUSTOM)
            ? sanitize(base.substring(CUSTOM.length()))
            : "envoy_" + sanitize(base);
    out.append("# TYPE ").append(prometheus).append(' ').append(type).append('\n');
    return prometheus;
  }

  private static StringBuilder line(
      StringBuilder out, String name, String suffix, List<Tag> tags, @Nullable String bound) {
    out.append(name).append(suffix).append('{');
    String separator = "";
    for (Tag tag : tags) {
      out.append(separator).append(sanitize(tag.name())).append("=\"");
      escape(out, tag.value());
      out.append('"');
      separator = ",";
    }
    if (bound != null) {
      out.append(separator).append("le=\"").append(bound).append('"');
    }
    return out.append("} ");
  }

  private static void escape(StringBuilder out, String value) {
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      switch (c) {
        case '\\' -> out.append("\\\\");
        case '"' -> out.append("\\\"");
        case '\n' -> out.append("\\n");
        default -> out.append(c);
      }
    }
  }

  private static String sanitize(String name) {
    StringBuilder out = new StringBuilder(name.length());
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      boolean plain =
          (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
      out.append(plain ? c : '_');
    }
    return out.toString();
  }
}
