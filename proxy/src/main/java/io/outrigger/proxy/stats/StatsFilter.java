package io.outrigger.proxy.stats;

import com.google.re2j.Pattern;
import io.outrigger.config.bootstrap.StatsOptions.Selection;
import org.jspecify.annotations.Nullable;

/** Which statistics a page shows: {@code ?usedonly}, {@code ?filter}, {@code ?type}. */
public record StatsFilter(
    boolean usedOnly, @Nullable Pattern pattern, boolean inverted, Selection selection, Kind kind) {
  /** What {@code ?type} may say. */
  public enum Kind {
    ALL("All"),
    COUNTERS("Counters"),
    GAUGES("Gauges"),
    HISTOGRAMS("Histograms"),
    TEXT_READOUTS("TextReadouts");

    private final String text;

    Kind(String text) {
      this.text = text;
    }

    /** Null for another word. */
    public static @Nullable Kind of(String text) {
      for (Kind kind : values()) {
        if (kind.text.equals(text)) {
          return kind;
        }
      }
      return null;
    }
  }

  /** One of every kind. */
  public StatsFilter(
      boolean usedOnly, @Nullable Pattern pattern, boolean inverted, Selection selection) {
    this(usedOnly, pattern, inverted, selection, Kind.ALL);
  }

  private boolean shows(Kind one) {
    return kind == Kind.ALL || kind == one;
  }

  public static final StatsFilter ALL = new StatsFilter(false, null, false, Selection.ALL);

  boolean shows(String name, boolean used) {
    if ((usedOnly && !used) || !selection.has(name)) {
      return false;
    }
    return pattern == null || pattern.matcher(name).find() != inverted;
  }

  boolean shows(Counter counter) {
    return shows(Kind.COUNTERS) && shows(counter.name(), counter.used());
  }

  boolean shows(Gauge gauge) {
    return shows(Kind.GAUGES) && shows(gauge.name(), gauge.used());
  }

  boolean shows(Histogram histogram) {
    return shows(Kind.HISTOGRAMS) && shows(histogram.name(), histogram.used());
  }

  boolean shows(TextReadout readout) {
    return shows(Kind.TEXT_READOUTS) && shows(readout.name(), !readout.value().isEmpty());
  }
}
