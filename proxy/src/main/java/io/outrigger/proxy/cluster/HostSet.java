package io.outrigger.proxy.cluster;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * All hosts of a cluster by priority, with their health as it was: what balancers are built from.
 * Immutable; a change of membership or health makes another.
 *
 * @param overprovisioningFactor in percent: 140 says that 72 % of hosts suffice for all traffic
 */
public record HostSet(List<PriorityHosts> priorities, int overprovisioningFactor) {
  public static final HostSet EMPTY = new HostSet(List.of(PriorityHosts.EMPTY), 140);

  public HostSet {
    priorities = List.copyOf(priorities);
  }

  /** The hosts that are wanted, with priorities, localities and weights as here. */
  public HostSet filter(Predicate<Host> wanted) {
    List<PriorityHosts> left = new ArrayList<>(priorities.size());
    for (PriorityHosts priority : priorities) {
      left.add(priority.filter(wanted));
    }
    return new HostSet(left, overprovisioningFactor);
  }

  public int size() {
    int sum = 0;
    for (PriorityHosts priority : priorities) {
      sum += priority.hosts().length;
    }
    return sum;
  }

  public int healthy() {
    int sum = 0;
    for (PriorityHosts priority : priorities) {
      sum += priority.healthy().length;
    }
    return sum;
  }

  public int degraded() {
    int sum = 0;
    for (PriorityHosts priority : priorities) {
      sum += priority.degraded().length;
    }
    return sum;
  }

  int excluded() {
    int sum = 0;
    for (PriorityHosts priority : priorities) {
      sum += priority.excluded();
    }
    return sum;
  }

  /** The same membership with the hosts' health as it is now. */
  HostSet withCurrentHealth() {
    return filter(host -> true);
  }
}
