package io.outrigger.proxy.lb;

import io.outrigger.proxy.cluster.Host;
import io.outrigger.proxy.cluster.HostSet;
import io.outrigger.proxy.cluster.PriorityHosts;
import org.jspecify.annotations.Nullable;

/**
 * Which share of requests, in percent, each priority gets for its healthy and for its degraded
 * hosts, and which priorities are in panic.
 *
 * <p>A priority takes as much as its healthy hosts, times the overprovisioning factor, can bear;
 * the rest goes to the next. When none is left, degraded hosts bear it in the same order.
 * Priorities that are too sick panic: they use all their hosts.
 */
final class PriorityLoads {
  private final int[] healthy;
  private final int[] degraded;
  private final boolean[] panic;

  /** How much each could take, of its healthy and of its degraded hosts, in percent of all. */
  private final int[] health;

  private final int[] degradation;

  private PriorityLoads(int priorities) {
    healthy = new int[priorities];
    degraded = new int[priorities];
    panic = new boolean[priorities];
    health = new int[priorities];
    degradation = new int[priorities];
  }

  /** Computes the shares; the threshold is in percent. */
  static PriorityLoads of(HostSet set, double panicThreshold) {
    int count = set.priorities().size();
    PriorityLoads loads = new PriorityLoads(count);
    int[] health = loads.health;
    int[] degradation = loads.degradation;
    int sum = 0;
    for (int i = 0; i < count; i++) {
      PriorityHosts hosts = set.priorities().get(i);
      long all = counted(set, hosts);
      health[i] = availability(measure(set, hosts.healthy()), all, set);
      degradation[i] = availability(measure(set, hosts.degraded()), all, set);
      sum += health[i] + degradation[i];
    }
    int available = Math.min(100, sum);
    if (available > 0) {
      int left = distribute(loads.healthy, health, 100, available);
      left = distribute(loads.degraded, degradation, left, available);
      giveRoundingTo(loads, health, degradation, left);
    }
    loads.findPanic(set, panicThreshold, available);
    return loads;
  }

  /**
   * The shares as if the priorities of these bits had no hosts; null where no others have any that
   * are usable. Rounding goes to the first that has some.
   */
  @Nullable PriorityLoads without(long excluded) {
    PriorityLoads left = new PriorityLoads(healthy.length);
    int sum = 0;
    for (int i = 0; i < healthy.length; i++) {
      if ((excluded >>> i & 1) == 0) {
        left.health[i] = health[i];
        left.degradation[i] = degradation[i];
        sum += health[i] + degradation[i];
      }
    }
    int available = Math.min(100, sum);
    if (available == 0) {
      return null;
    }
    int rest = distribute(left.healthy, left.health, 100, available);
    rest = distribute(left.degraded, left.degradation, rest, available);
    giveRoundingTo(left, left.health, left.degradation, rest);
    return left;
  }

  /** How many hosts these are, or their weights, as the health of priorities is measured. */
  private static long measure(HostSet set, Host[] hosts) {
    if (!set.weightedPriorityHealth()) {
      return hosts.length;
    }
    long sum = 0;
    for (Host host : hosts) {
      sum += host.weight();
    }
    return sum;
  }

  /** As {@link #measure}, of all that count at a priority. */
  private static long counted(HostSet set, PriorityHosts hosts) {
    if (!set.weightedPriorityHealth()) {
      return (long) hosts.hosts().length - hosts.excluded();
    }
    long sum = 0;
    for (Host host : hosts.hosts()) {
      sum += host.isExcluded() ? 0 : host.weight();
    }
    return sum;
  }

  private static int availability(long usable, long all, HostSet set) {
    return all == 0 ? 0 : (int) Math.min(100, set.overprovisioningFactor() * usable / all);
  }

  private static int distribute(int[] loads, int[] availability, int load, int available) {
    int left = load;
    for (int i = 0; i < loads.length; i++) {
      loads[i] = Math.min(left, availability[i] * 100 / available);
      left -= loads[i];
    }
    return left;
  }

  private static void giveRoundingTo(
      PriorityLoads loads, int[] health, int[] degradation, int left) {
    for (int i = 0; i < health.length; i++) {
      if (health[i] > 0) {
        loads.healthy[i] += left;
        return;
      }
    }
    for (int i = 0; i < degradation.length; i++) {
      if (degradation[i] > 0) {
        loads.degraded[i] += left;
        return;
      }
    }
  }

  private void findPanic(HostSet set, double threshold, int available) {
    if (threshold == 0 && available == 0) {
      healthy[0] = 100;
      return;
    }
    boolean all = true;
    for (int i = 0; i < panic.length; i++) {
      panic[i] = available < 100 && isSick(set.priorities().get(i), threshold);
      all &= panic[i];
    }
    if (all) {
      shareByCount(set);
    }
  }

  private static boolean isSick(PriorityHosts hosts, double threshold) {
    int all = hosts.hosts().length - hosts.excluded();
    double usable =
        all == 0 ? 0 : 100.0 * hosts.healthy().length / all + 100.0 * hosts.degraded().length / all;
    return usable < threshold;
  }

  /** In total panic each priority gets what its number of hosts says. */
  private void shareByCount(HostSet set) {
    int all = set.size();
    int given = 0;
    int first = 0;
    for (int i = 0; i < healthy.length; i++) {
      int own = set.priorities().get(i).hosts().length;
      healthy[i] = all == 0 ? 0 : (int) (100L * own / all);
      degraded[i] = 0;
      given += healthy[i];
      if (own > 0 && set.priorities().get(first).hosts().length == 0) {
        first = i;
      }
    }
    healthy[first] += 100 - given;
  }

  int healthyLoad(int priority) {
    return healthy[priority];
  }

  int degradedLoad(int priority) {
    return degraded[priority];
  }

  boolean isInPanic(int priority) {
    return panic[priority];
  }

  int priorities() {
    return healthy.length;
  }
}
