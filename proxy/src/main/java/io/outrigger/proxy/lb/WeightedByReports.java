package io.outrigger.proxy.lb;

import io.outrigger.proxy.cluster.Host;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Client-side weighted round robin: hosts by turns, as often as the load allows they report. */
final class WeightedByReports implements HostPicker {
  private final Host[] hosts;
  private final ReportedWeights weights;
  private final LongSupplier random;
  private int version;
  private EdfSchedule schedule;

  WeightedByReports(Host[] hosts, ReportedWeights weights, LongSupplier random) {
    this.hosts = hosts;
    this.weights = weights;
    this.random = random;
    this.version = weights.version();
    this.schedule = schedule();
  }

  // workers mustn't all begin with the same host
  private EdfSchedule schedule() {
    EdfSchedule edf = new EdfSchedule(hosts.length);
    for (int i = 0; i < hosts.length; i++) {
      edf.add(i, weight(i));
    }
    int start = hosts.length == 0 ? 0 : Weights.bounded(random, hosts.length);
    for (int i = 0; i < start; i++) {
      edf.advance(weight(edf.peek()));
    }
    return edf;
  }

  private double weight(int at) {
    return (double) hosts[at].currentWeight();
  }

  @Override
  public @Nullable Host pick(long hash, int attempt) {
    if (hosts.length == 0) {
      return null;
    }
    int now = weights.version();
    if (now != version) {
      version = now;
      schedule = schedule();
    }
    int at = schedule.peek();
    schedule.advance(weight(at));
    return hosts[at];
  }
}
