package io.outrigger.proxy.stats;

import com.google.re2j.Pattern;
import io.outrigger.config.bootstrap.StatsOptions.Selection;
import org.jspecify.annotations.Nullable;

/** Which statistics a page shows: {@code ?usedonly}, {@code ?filter}, {@code ?type}. */
public record StatsFilter(
    boolean usedOnly, @Nullable Pattern pattern, boolean inverted, Selection selection) {
  public static final StatsFilter ALL = new StatsFilter(false, null, false, Selection.ALL);

  boolean shows(String name, boolean used) {
    if ((usedOnly && !used) || !selection.has(name)) {
      return false;
    }
    return pattern == null || pattern.matcher(name).find() != inverted;
  }

  boolean shows(Counter counter) {
    return shows(counter.name(), counter.used());
  }

  boolean shows(Gauge gauge) {
    return shows(gauge.name(), gauge.used());
  }

  boolean shows(Histogram histogram) {
    return shows(histogram.name(), histogram.used());
  }

  boolean shows(TextReadout readout) {
    return shows(readout.name(), !readout.value().isEmpty());
  }
}
