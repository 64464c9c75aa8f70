package io.outrigger.proxy.stats;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The statistics as Envoy's {@code /stats} prints them, as text and as JSON. */
public final class StatsPage {
  private static final double[] QUANTILES = {0, 25, 50, 75, 90, 95, 99, 99.5, 99.9, 100};

  private StatsPage() {}

  public static String text(StatStore store, StatsFilter filter) {
    return text(store, filter, null);
  }

  /** {@code buckets} print the histograms; without them quantiles do. */
  public static String text(StatStore store, StatsFilter filter, @Nullable BucketsPage buckets) {
    StringBuilder out = new StringBuilder(16_384);
    Map<String, String> readouts = readouts(store, filter);
    readouts.forEach((name, value) -> out.append(name).append(": \"").append(value).append("\"\n"));
    numbers(store, filter)
        .forEach((name, value) -> out.append(name).append(": ").append(value).append('\n'));
    for (Histogram histogram : histograms(store, filter)) {
      out.append(histogram.name()).append(": ");
      HistogramCounts cumulative = histogram.cumulative();
      if (cumulative.count() == 0) {
        out.append("No recorded values\n");
        continue;
      }
      if (buckets != null) {
        buckets.text(out, histogram);
        continue;
      }
      HistogramCounts interval = histogram.interval();
      for (int i = 0; i < QUANTILES.length; i++) {
        out.append(i == 0 ? "P" : " P");
        number(out, QUANTILES[i]);
        out.append('(');
        number(out, interval.quantile(QUANTILES[i] / 100));
        out.append(',');
        number(out, cumulative.quantile(QUANTILES[i] / 100));
        out.append(')');
      }
      out.append('\n');
    }
    return out.toString();
  }

  public static String json(StatStore store, StatsFilter filter) {
    return json(store, filter, null);
  }

  /** {@code buckets} print the histograms; without them quantiles do. */
  public static String json(StatStore store, StatsFilter filter, @Nullable BucketsPage buckets) {
    StringBuilder out = new StringBuilder(16_384).append("{\"stats\":[");
    int empty = out.length();
    readouts(store, filter)
        .forEach(
            (name, value) -> {
              out.append("{\"name\":");
              string(out, name);
              out.append(",\"value\":");
              string(out, value);
              out.append("},");
            });
    numbers(store, filter)
        .forEach(
            (name, value) -> {
              out.append("{\"name\":");
              string(out, name);
              out.append(",\"value\":").append(value).append("},");
            });
    List<Histogram> histograms = histograms(store, filter);
    if (buckets != null) {
      out.append("{\"histograms\":[");
      for (int i = 0; i < histograms.size(); i++) {
        out.append(i == 0 ? "{\"name\":" : ",{\"name\":");
        string(out, histograms.get(i).name());
        buckets.json(out.append(','), histograms.get(i));
        out.append('}');
      }
      out.append("]},");
    } else if (!histograms.isEmpty()) {
      out.append("{\"histograms\":{\"supported_quantiles\":[");
      for (int i = 0; i < QUANTILES.length; i++) {
        number(i == 0 ? out : out.append(','), QUANTILES[i]);
      }
      out.append("],\"computed_quantiles\":[");
      for (Histogram histogram : histograms) {
        quantiles(out, histogram);
        out.append(',');
      }
      out.setLength(out.length() - 1);
      out.append("]}},");
    }
    if (out.length() > empty) {
      out.setLength(out.length() - 1);
    }
    return out.append("]}").toString();
  }

  private static void quantiles(StringBuilder out, Histogram histogram) {
    HistogramCounts cumulative = histogram.cumulative();
    HistogramCounts interval = histogram.interval();
    out.append("{\"name\":");
    string(out, histogram.name());
    out.append(",\"values\":[");
    for (int i = 0; i < QUANTILES.length; i++) {
      out.append(i == 0 ? "{\"cumulative\":" : ",{\"cumulative\":");
      jsonNumber(out, cumulative.quantile(QUANTILES[i] / 100));
      out.append(",\"interval\":");
      jsonNumber(out, interval.quantile(QUANTILES[i] / 100));
      out.append('}');
    }
    out.append("]}");
  }

  private static Map<String, String> readouts(StatStore store, StatsFilter filter) {
    TreeMap<String, String> sorted = new TreeMap<>();
    for (TextReadout readout : store.textReadouts()) {
      if (filter.shows(readout)) {
        sorted.put(readout.name(), readout.value());
      }
    }
    return sorted;
  }

  private static Map<String, Long> numbers(StatStore store, StatsFilter filter) {
    TreeMap<String, Long> sorted = new TreeMap<>();
    for (Counter counter : store.counters()) {
      if (filter.shows(counter)) {
        sorted.put(counter.name(), counter.value());
      }
    }
    for (Gauge gauge : store.gauges()) {
      if (filter.shows(gauge)) {
        sorted.put(gauge.name(), gauge.value());
      }
    }
    return sorted;
  }

  private static List<Histogram> histograms(StatStore store, StatsFilter filter) {
    List<Histogram> sorted = new ArrayList<>();
    for (Histogram histogram : store.histograms()) {
      if (filter.shows(histogram)) {
        sorted.add(histogram);
      }
    }
    sorted.sort((a, b) -> a.name().compareTo(b.name()));
    return sorted;
  }

  /** Whole numbers without a fraction, NaN as {@code nan}, as Envoy prints them. */
  static void number(StringBuilder out, double value) {
    if (Double.isNaN(value)) {
      out.append("nan");
    } else if (value == Math.rint(value) && Math.abs(value) < 1e15) {
      out.append((long) value);
    } else {
      out.append(value);
    }
  }

  private static void jsonNumber(StringBuilder out, double value) {
    if (Double.isNaN(value)) {
      out.append("null");
    } else {
      number(out, value);
    }
  }

  private static void string(StringBuilder out, String value) {
    out.append('"');
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c == '"' || c == '\\') {
        out.append('\\').append(c);
      } else if (c < ' ') {
        out.append(String.format("\\u%04x", (int) c));
      } else {
        out.append(c);
      }
    }
    out.append('"');
  }
}
