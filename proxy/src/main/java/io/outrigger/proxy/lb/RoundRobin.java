package io.outrigger.proxy.lb;

import io.outrigger.proxy.cluster.Host;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** ROUND_ROBIN: hosts by turns, more often those of more weight; begins at a random one. */
final class RoundRobin implements HostPicker {
  private final Host[] hosts;
  private final double[] weights;
  private final @Nullable EdfSchedule schedule;
  private int next;

  RoundRobin(Host[] hosts, LongSupplier random) {
    this.hosts = hosts;
    this.weights = Weights.of(hosts);
    // workers, and proxies that got the same update, mustn't all begin with the same host
    int start = hosts.length == 0 ? 0 : Weights.bounded(random, hosts.length);
    if (Weights.areEqual(weights)) {
      this.schedule = null;
      this.next = start;
      return;
    }
    EdfSchedule edf = new EdfSchedule(hosts.length);
    for (int i = 0; i < hosts.length; i++) {
      edf.add(i, weights[i]);
    }
    for (int i = 0; i < start; i++) {
      edf.advance(weights[edf.peek()]);
    }
    this.schedule = edf;
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
    schedule.advance(weights[at]);
    return hosts[at];
  }
}
