package io.outrigger.proxy.stats;

import java.util.Collection;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * All statistics of the process by name. Getting makes what is missing; any thread may.
 *
 * <p>Getting looks a name up in a map: keep what you got, and write to that on the request path.
 * Cells are one a worker, and cell 0 for the configuration loop.
 */
public final class StatStore {
  private final int cells;
  private final ConcurrentHashMap<String, Counter> counters = new ConcurrentHashMap<>();
  private final ConcurrentHashMap<String, Gauge> gauges = new ConcurrentHashMap<>();
  private final ConcurrentHashMap<String, Histogram> histograms = new ConcurrentHashMap<>();
  private final ConcurrentHashMap<String, TextReadout> readouts = new ConcurrentHashMap<>();

  /** Labels of the statistics that were made with some, by their names. */
  private final ConcurrentHashMap<String, TaggedName> tagged = new ConcurrentHashMap<>();

  /** A store for {@code workers} workers and the configuration loop. */
  public StatStore(int workers) {
    this.cells = workers + 1;
  }

  public Counter counter(String name) {
    Counter found = counters.get(name);
    return found != null ? found : counters.computeIfAbsent(name, n -> new Counter(n, cells));
  }

  public Gauge gauge(String name) {
    Gauge found = gauges.get(name);
    return found != null ? found : gauges.computeIfAbsent(name, n -> new Gauge(n, cells));
  }

  /** A histogram of milliseconds. */
  public Histogram histogram(String name) {
    return histogram(name, Histogram.Unit.MILLISECONDS);
  }

  public Histogram histogram(String name, Histogram.Unit unit) {
    Histogram found = histograms.get(name);
    return found != null
        ? found
        : histograms.computeIfAbsent(name, n -> new Histogram(n, unit, cells));
  }

  /** A counter whose labels are given instead of being found in its name. */
  public Counter counter(TaggedName name) {
    return counter(noted(name));
  }

  public Gauge gauge(TaggedName name) {
    return gauge(noted(name));
  }

  public Histogram histogram(TaggedName name, Histogram.Unit unit) {
    return histogram(noted(name), unit);
  }

  private String noted(TaggedName name) {
    String full = name.full();
    tagged.putIfAbsent(full, name);
    return full;
  }

  /** The labels that this statistic was made with; null: they are to be found in its name. */
  public @Nullable TaggedName tagged(String name) {
    return tagged.get(name);
  }

  public TextReadout textReadout(String name) {
    return readouts.computeIfAbsent(name, TextReadout::new);
  }

  /** Forgets every statistic whose name begins so; for a cluster or listener that is gone. */
  public void removeAll(String prefix) {
    counters.keySet().removeIf(name -> name.startsWith(prefix));
    gauges.keySet().removeIf(name -> name.startsWith(prefix));
    histograms.keySet().removeIf(name -> name.startsWith(prefix));
    readouts.keySet().removeIf(name -> name.startsWith(prefix));
    tagged.keySet().removeIf(name -> name.startsWith(prefix));
  }

  public Collection<Counter> counters() {
    return counters.values();
  }

  public Collection<Gauge> gauges() {
    return gauges.values();
  }

  public Collection<Histogram> histograms() {
    return histograms.values();
  }

  public Collection<TextReadout> textReadouts() {
    return readouts.values();
  }

  /** Ends the interval of every histogram; called each {@code stats_flush_interval}. */
  public void flush() {
    for (Histogram histogram : histograms.values()) {
      histogram.flush();
    }
  }

  /** Sets every counter to zero ({@code POST /reset_counters}). */
  public void resetCounters() {
    for (Counter counter : counters.values()) {
      counter.reset();
    }
  }
}
