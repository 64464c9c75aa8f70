package io.outrigger.proxy.http;

import io.outrigger.proxy.stats.Counter;
import io.outrigger.proxy.stats.StatStore;

/** The statistics {@code listener.<address>.http.<stat_prefix>.}: responses of one listener. */
public final class ListenerHttpStats {
  private final Counter completed;
  private final Counter[] classes = new Counter[6];

  public ListenerHttpStats(StatStore store, String prefix) {
    completed = store.counter(prefix + "downstream_rq_completed");
    for (int family = 1; family < classes.length; family++) {
      classes[family] = store.counter(prefix + "downstream_rq_" + family + "xx");
    }
  }

  void count(int cell, int status) {
    completed.inc(cell);
    int family = status / 100;
    if (family > 0 && family < classes.length) {
      classes[family].inc(cell);
    }
  }
}
