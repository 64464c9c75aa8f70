package io.outrigger.proxy.stats.sink;

import io.outrigger.config.bootstrap.StatsSink.TagStyle;
import io.outrigger.proxy.stats.Gauge;
import io.outrigger.proxy.stats.Histogram;
import io.outrigger.proxy.stats.Tag;
import io.outrigger.proxy.stats.TaggedName;
import java.util.function.Consumer;

/**
 * Statistics as statsd's lines, without line ends.
 *
 * <p>A histogram is told as its bins of the interval: a bin of N values is one line with the sample
 * rate 1/N, which statsd counts N times.
 */
final class StatsdLines {
  private static final String COUNTER = "|c";
  private static final String GAUGE = "|g";
  private static final String TIMER = "|ms";

  private final String prefix;
  private final TagStyle style;

  StatsdLines(String prefix, TagStyle style) {
    this.prefix = prefix;
    this.style = style;
  }

  void write(FlushedStats stats, Consumer<String> out) {
    for (FlushedStats.Gain gain : stats.counters()) {
      out.accept(line(stats, gain.counter().name(), String.valueOf(gain.amount()), COUNTER));
    }
    for (Gauge gauge : stats.gauges()) {
      out.accept(line(stats, gauge.name(), String.valueOf(gauge.value()), GAUGE));
    }
    for (Histogram histogram : stats.histograms()) {
      histogram
          .interval()
          .forEach(
              (value, count) ->
                  out.accept(
                      line(
                          stats,
                          histogram.name(),
                          number(histogram, value),
                          count == 1 ? TIMER : TIMER + "|@" + 1.0 / count)));
    }
  }

  private static String number(Histogram histogram, double value) {
    return histogram.unit() == Histogram.Unit.PERCENT
        ? String.valueOf(value)
        : String.valueOf(Math.round(value));
  }

  private String line(FlushedStats stats, String name, String value, String kind) {
    if (style == TagStyle.NONE) {
      return prefix + '.' + name + ':' + value + kind;
    }
    TaggedName tagged = stats.tagged(name);
    StringBuilder out = new StringBuilder(prefix).append('.').append(tagged.base());
    if (style == TagStyle.GRAPHITE) {
      for (Tag tag : tagged.tags()) {
        out.append(';').append(tag.name()).append('=').append(tag.value());
      }
      return out.append(':').append(value).append(kind).toString();
    }
    out.append(':').append(value).append(kind);
    String before = "|#";
    for (Tag tag : tagged.tags()) {
      out.append(before).append(tag.name()).append(':').append(tag.value());
      before = ",";
    }
    return out.toString();
  }
}
