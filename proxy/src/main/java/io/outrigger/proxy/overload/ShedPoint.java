package io.outrigger.proxy.overload;

import io.outrigger.config.overload.LoadShedPoint;
import io.outrigger.proxy.stats.Counter;
import io.outrigger.proxy.stats.Gauge;
import io.outrigger.proxy.stats.StatStore;
import io.outrigger.proxy.worker.Worker;

/** A place where load is shed. Set on the configuration loop; each worker asks. */
final class ShedPoint {
  final LoadShedPoint config;
  private final Gauge scale;
  private final Counter shed;
  private volatile int share;

  ShedPoint(LoadShedPoint config, StatStore stats) {
    this.config = config;
    this.scale = stats.gauge("overload." + config.name() + ".scale_percent");
    this.shed = stats.counter("overload." + config.name() + ".shed_load_count");
    scale.set(0, 0);
  }

  void share(double now) {
    share = OverloadState.parts(now);
    scale.set(0, (long) (now * 100));
  }

  boolean sheds(Worker worker) {
    if (!OverloadState.chosen(share, worker.randomLong())) {
      return false;
    }
    shed.inc(worker.index());
    return true;
  }
}
