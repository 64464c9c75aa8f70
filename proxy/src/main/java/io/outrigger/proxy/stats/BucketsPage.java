package io.outrigger.proxy.stats;

import io.outrigger.config.bootstrap.StatsOptions.Buckets;
import java.util.List;
import java.util.Locale;

/** Histograms by their buckets, for {@code /stats?histogram_buckets=cumulative|disjoint}. */
public final class BucketsPage {
  private final List<Buckets> configured;
  private final boolean disjoint;

  public BucketsPage(List<Buckets> configured, boolean disjoint) {
    this.configured = configured;
    this.disjoint = disjoint;
  }

  /** {@code B0.5(interval,cumulative) B1(...) ...} */
  void text(StringBuilder out, Histogram histogram) {
    HistogramCounts cumulative = histogram.cumulative();
    HistogramCounts interval = histogram.interval();
    long before = 0;
    long intervalBefore = 0;
    String separator = "";
    for (double bound : PrometheusPage.bounds(histogram.name(), configured)) {
      long all = cumulative.atMost(bound);
      long late = interval.atMost(bound);
      out.append(separator).append('B');
      bound(out, bound);
      out.append('(').append(late - intervalBefore).append(',').append(all - before).append(')');
      separator = " ";
      if (disjoint) {
        before = all;
        intervalBefore = late;
      }
    }
    out.append('\n');
  }

  void json(StringBuilder out, Histogram histogram) {
    HistogramCounts cumulative = histogram.cumulative();
    HistogramCounts interval = histogram.interval();
    long before = 0;
    long intervalBefore = 0;
    out.append("\"buckets\":[");
    String separator = "";
    for (double bound : PrometheusPage.bounds(histogram.name(), configured)) {
      long all = cumulative.atMost(bound);
      long late = interval.atMost(bound);
      out.append(separator).append("{\"upper_bound\":");
      StatsPage.number(out, bound);
      out.append(",\"interval\":").append(late - intervalBefore);
      out.append(",\"cumulative\":").append(all - before).append('}');
      separator = ",";
      if (disjoint) {
        before = all;
        intervalBefore = late;
      }
    }
    out.append(']');
  }

  /** Six digits, as C++ prints a number by default. */
  private static void bound(StringBuilder out, double bound) {
    if (bound < 1_000_000) {
      StatsPage.number(out, bound);
      return;
    }
    String text = String.format(Locale.ROOT, "%.5e", bound);
    int e = text.indexOf('e');
    int end = e;
    while (text.charAt(end - 1) == '0') {
      end--;
    }
    out.append(text, 0, text.charAt(end - 1) == '.' ? end - 1 : end).append(text, e, text.length());
  }
}
