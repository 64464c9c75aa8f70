package io.outrigger.config.bootstrap;

import com.google.re2j.Pattern;
import io.outrigger.config.match.StringMatcher;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the bootstrap says of statistics.
 *
 * @param flushIntervalMillis 5 s unless configured
 * @param flushOnAdmin a look at the admin page flushes, and nothing else
 * @param tags beside the default ones
 * @param buckets the first that matches a histogram's name gives its bounds
 */
public record StatsOptions(
    long flushIntervalMillis,
    boolean flushOnAdmin,
    List<StatsTag> tags,
    Selection selection,
    List<Buckets> buckets,
    List<StatsSink> sinks) {
  public static final StatsOptions DEFAULT =
      new StatsOptions(5000, false, List.of(), Selection.ALL, List.of(), List.of());

  public StatsOptions {
    tags = List.copyOf(tags);
    buckets = List.copyOf(buckets);
    sinks = List.copyOf(sinks);
  }

  /**
   * A tag: a part of the name that the expression finds (its first group is taken out of the name,
   * the second, or else the first, is the value), or the same value for all.
   */
  public record StatsTag(String name, @Nullable Pattern regex, String fixedValue) {}

  /**
   * Which statistics there are: those that match one of the patterns, or those that match none.
   *
   * @param patterns null: all
   */
  public record Selection(@Nullable List<StringMatcher> patterns, boolean inclusion) {
    public static final Selection ALL = new Selection(null, false);

    /** Whether there is a statistic of this name. */
    public boolean has(String name) {
      if (patterns == null) {
        return true;
      }
      for (StringMatcher pattern : patterns) {
        if (pattern.matches(name)) {
          return inclusion;
        }
      }
      return !inclusion;
    }
  }

  /** The bounds of histograms whose names match. */
  public record Buckets(StringMatcher match, List<Double> bounds) {}
}
