package io.outrigger.proxy.lb;

import io.outrigger.proxy.cluster.Host;
import org.jspecify.annotations.Nullable;

/**
 * hash_balance_factor: no host has more than that percentage of the average load; what is too much
 * goes to others, in an order that the request's hash gives.
 */
final class BoundedLoad implements HostPicker {
  private final HostPicker hashing;
  private final Host[] hosts;
  private final double[] shares;
  private final int factor;
  private final LbScope scope;
  private final MersenneTwister twister = new MersenneTwister();
  private final int[] order;

  /** Bounds what {@code hashing} picks; the weights are those that it was built by. */
  BoundedLoad(HostPicker hashing, Host[] hosts, double[] weights, int factor, LbScope scope) {
    this.hashing = hashing;
    this.hosts = hosts;
    this.factor = factor;
    this.scope = scope;
    this.order = new int[hosts.length];
    this.shares = weights;
  }

  @Override
  @SuppressWarnings("ReferenceEquality") // a host has one identity
  public @Nullable Host pick(long hash, int attempt) {
    Host first = hashing.pick(hash, attempt);
    if (first == null || hosts.length == 1) {
      return first;
    }
    long slots = ((scope.activeRequests() + 1) * factor + 99) / 100;
    int at = 0;
    while (hosts[at] != first) {
      at++;
    }
    double least = load(at, slots);
    if (least <= 1) {
      return first;
    }
    twister.seed((int) hash);
    for (int i = 0; i < order.length; i++) {
      order[i] = i;
    }
    Host chosen = first;
    for (int i = 0; i < order.length; i++) {
      int swapped = i + twister.below(order.length - i);
      int other = order[swapped];
      order[swapped] = order[i];
      order[i] = other;
      if (other == at) {
        continue;
      }
      double load = load(other, slots);
      if (load <= 1) {
        return hosts[other];
      }
      if (load < least) {
        least = load;
        chosen = hosts[other];
      }
    }
    return chosen;
  }

  /** Requests under way over those that the host may have. */
  private double load(int at, long slots) {
    double own = Math.max(1, Math.ceil(slots * shares[at]));
    return hosts[at].stats().rqActive() / own;
  }
}
