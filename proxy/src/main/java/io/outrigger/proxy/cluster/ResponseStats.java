package io.outrigger.proxy.cluster;

import io.outrigger.proxy.stats.Counter;
import io.outrigger.proxy.stats.StatStore;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/** Counters of responses by status and by class, each made when its code is first met. */
public final class ResponseStats {
  private static final int FIRST = 100;
  private static final int LAST = 599;

  private final StatStore store;
  private final String prefix;
  private final Counter completed;
  private final AtomicReferenceArray<@Nullable Counter> codes =
      new AtomicReferenceArray<>(LAST - FIRST + 1);
  private final AtomicReferenceArray<@Nullable Counter> classes = new AtomicReferenceArray<>(6);

  public ResponseStats(StatStore store, String prefix) {
    this.store = store;
    this.prefix = prefix;
    this.completed = store.counter(prefix + "upstream_rq_completed");
  }

  /** Counts one answer with this status. */
  public void count(int cell, int status) {
    completed.inc(cell);
    if (status < FIRST || status > LAST) {
      return;
    }
    int family = status / 100;
    Counter of = classes.get(family);
    if (of == null) {
      of = store.counter(prefix + "upstream_rq_" + family + "xx");
      classes.set(family, of);
    }
    of.inc(cell);
    Counter code = codes.get(status - FIRST);
    if (code == null) {
      code = store.counter(prefix + "upstream_rq_" + status);
      codes.set(status - FIRST, code);
    }
    code.inc(cell);
  }
}
