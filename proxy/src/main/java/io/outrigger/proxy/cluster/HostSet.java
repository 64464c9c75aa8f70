package io.outrigger.proxy.cluster;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * All hosts of a cluster by priority, with their health as it was: what balancers are built from.
 * Immutable; a change of membership or health makes another.
 *
 * @param overprovisioningFactor in percent: 140 says that 72 % of hosts suffice for all traffic
 * @param weightedPriorityHealth whether a priority is as healthy as the weights of its hosts say,
 *     not their number
 */
public record HostSet(
    List<PriorityHosts> priorities, int overprovisioningFactor, boolean weightedPriorityHealth) {
  public static final HostSet EMPTY = new HostSet(List.of(PriorityHosts.EMPTY), 140);

  public HostSet(List<PriorityHosts> priorities, int overprovisioningFactor) {
    this(priorities, overprovisioningFactor, false);
  }

  public HostSet {
    priorities = List.copyOf(priorities);
  }

  /** Other hosts, measured as these. */
  HostSet with(List<PriorityHosts> others) {
    return new HostSet(others, overprovisioningFactor, weightedPriorityHealth);
  }

  /** The hosts that are wanted, with priorities, localities and weights as here. */
  public HostSet filter(Predicate<Host> wanted) {
    List<PriorityHosts> left = new ArrayList<>(priorities.size());
    for (PriorityHosts priority : priorities) {
      left.add(priority.filter(wanted));
    }
    return with(left);
  }

  /** Whether it has a host that the other has not. */
  boolean hasOthersThan(HostSet other) {
    Set<Host> known = Collections.newSetFromMap(new IdentityHashMap<>());
    for (PriorityHosts priority : other.priorities) {
      Collections.addAll(known, priority.hosts());
    }
    for (PriorityHosts priority : priorities) {
      for (Host host : priority.hosts()) {
        if (!known.contains(host)) {
          return true;
        }
      }
    }
    return false;
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
