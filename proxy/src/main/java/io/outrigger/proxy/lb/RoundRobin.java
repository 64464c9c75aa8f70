package io.outrigger.proxy.lb;

import io.outrigger.proxy.cluster.Host;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** ROUND_ROBIN: hosts by turns, more often those of more weight; begins at a random one. */
final class RoundRobin implements HostPicker {
  private final Host[] hosts;
  private final double[] weights;
  private final @Nullable EdfSchedule schedule;
  private final @Nullable Ramp ramp;
  private int next;

  RoundRobin(Host[] hosts, LongSupplier random, @Nullable Ramp ramp) {
    this.hosts = hosts;
    this.weights = Weights.of(hosts);
    this.ramp = ramp;
    // workers, and proxies that got the same update, mustn't all begin with the same host
    int start = hosts.length == 0 ? 0 : Weights.bounded(random, hosts.length);
    if (ramp == null && Weights.areEqual(weights)) {
      this.schedule = null;
      this.next = start;
      return;
    }
    EdfSchedule edf = new EdfSchedule(hosts.length);
    for (int i = 0; i < hosts.length; i++) {
      edf.add(i, weight(i));
    }
    for (int i = 0; i < start; i++) {
      edf.advance(weight(edf.peek()));
    }
    this.schedule = edf;
  }

  private double weight(int at) {
    return ramp == null ? weights[at] : weights[at] * ramp.factor(hosts[at]);
  }

  @Override
  public @Nullable Host pick(long hash, int attempt) {
    if (hosts.length == 0) {
      return null;
    }
    if (schedule == null) {
      int at = next;
      next = at + 1 == hosts.length ? 0 : at + 1;
      return hosts[at];
    }
    int at = schedule.peek();
    schedule.advance(weight(at));
    return hosts[at];
  }
}
