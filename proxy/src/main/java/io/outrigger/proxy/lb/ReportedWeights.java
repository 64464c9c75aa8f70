package io.outrigger.proxy.lb;

import io.outrigger.config.cluster.LbPolicy.ClientSideWeighted;
import io.outrigger.proxy.cluster.Host;
import io.outrigger.proxy.cluster.HostSet;
import io.outrigger.proxy.cluster.PriorityHosts;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Makes the weights of a host set's hosts from what they report, every weight_update_period. A host
 * that says nothing has the median of its priority's others.
 */
final class ReportedWeights {
  private final HostSet hosts;
  private final LongSupplier nanos;
  private final long blackoutNanos;
  private final long expirationNanos;
  private final long updateNanos;

  /** The weights that this worker knows of, by priority: another one may have made them before. */
  private final long[][] made;

  private long updated;
  private int version;

  ReportedWeights(HostSet hosts, ClientSideWeighted policy, LongSupplier nanos) {
    this.hosts = hosts;
    this.nanos = nanos;
    this.blackoutNanos = TimeUnit.MILLISECONDS.toNanos(policy.blackoutMillis());
    this.expirationNanos = TimeUnit.MILLISECONDS.toNanos(policy.expirationMillis());
    this.updateNanos = TimeUnit.MILLISECONDS.toNanos(policy.updateMillis());
    this.updated = nanos.getAsLong();
    this.made = new long[hosts.priorities().size()][0];
    for (PriorityHosts priority : hosts.priorities()) {
      for (Host host : priority.hosts()) {
        host.weighed();
      }
    }
  }

  /** Changes as a weight does; makes them anew if it is time. */
  int version() {
    long now = nanos.getAsLong();
    if (now - updated >= updateNanos) {
      updated = now;
      for (int i = 0; i < made.length; i++) {
        if (update(i, hosts.priorities().get(i).hosts(), now)) {
          version++;
        }
      }
    }
    return version;
  }

  private boolean update(int priority, Host[] all, long now) {
    long[] weights = new long[all.length];
    long[] known = new long[all.length];
    int count = 0;
    for (int i = 0; i < all.length; i++) {
      weights[i] = all[i].weighed().current(now, blackoutNanos, expirationNanos);
      if (weights[i] != 0) {
        known[count++] = weights[i];
      }
    }
    long rest = count == 0 ? 1 : median(Arrays.copyOf(known, count));
    for (int i = 0; i < all.length; i++) {
      if (weights[i] == 0) {
        weights[i] = rest;
      }
      all[i].weighed().apply(weights[i]);
    }
    boolean same = Arrays.equals(weights, made[priority]);
    made[priority] = weights;
    return !same;
  }

  private static long median(long[] values) {
    Arrays.sort(values);
    int middle = values.length / 2;
    return values.length % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
  }
}
