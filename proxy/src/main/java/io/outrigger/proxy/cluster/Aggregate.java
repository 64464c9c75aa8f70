package io.outrigger.proxy.cluster;

import io.outrigger.config.cluster.Discovery;
import io.outrigger.proxy.lb.PriorityChoice;
import io.outrigger.proxy.worker.Worker;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The clusters of an aggregate cluster as one: their priorities in a row, the first cluster's
 * first. What picks a host and connects is the cluster that has it. An aggregate in an aggregate
 * has no hosts of its own, and so none here. Owned by its worker.
 */
final class Aggregate {
  private final Discovery.Aggregate config;
  private final double panicThreshold;
  private final Clusters clusters;
  private final Worker worker;
  private final List<WorkerCluster> members = new ArrayList<>();
  private final List<HostSet> seen = new ArrayList<>();
  private final List<Level> levels = new ArrayList<>();
  private final IdentityHashMap<Host, WorkerCluster> owners = new IdentityHashMap<>();
  private long generation = -1;
  private PriorityChoice choice = new PriorityChoice(HostSet.EMPTY, 0);

  /** A priority of a member. */
  private record Level(WorkerCluster of, int priority) {}

  Aggregate(Discovery.Aggregate config, double panicThreshold, Clusters clusters, Worker worker) {
    this.config = config;
    this.panicThreshold = panicThreshold;
    this.clusters = clusters;
    this.worker = worker;
  }

  @Nullable Host pick(LbContext context) {
    refresh();
    int chosen = choice.choose(context.hasHash() ? context.hash() : worker.randomLong());
    if (chosen == PriorityChoice.NONE || levels.isEmpty()) {
      return null;
    }
    Level level = levels.get(chosen / 2);
    return level.of.balancer().pick(context, level.priority, chosen % 2 == 1);
  }

  /** The member that has this host; null if none has any longer. */
  @Nullable WorkerCluster owner(Host host) {
    return owners.get(host);
  }

  @SuppressWarnings("ReferenceEquality") // a set that didn't change is the same object
  private void refresh() {
    boolean same = generation == clusters.generation();
    for (int i = 0; same && i < seen.size(); i++) {
      same = members.get(i).cluster().hostSet() == seen.get(i);
    }
    if (!same) {
      build();
    }
  }

  private void build() {
    generation = clusters.generation();
    members.clear();
    seen.clear();
    levels.clear();
    owners.clear();
    for (String name : config.clusters()) {
      WorkerCluster member = clusters.get(name);
      if (member != null) {
        members.add(member);
        seen.add(member.cluster().hostSet());
      }
    }
    List<PriorityHosts> all = new ArrayList<>();
    HostSet policy = seen.isEmpty() ? HostSet.EMPTY : seen.getFirst();
    for (int i = 0; i < members.size(); i++) {
      List<PriorityHosts> own = seen.get(i).priorities();
      for (int priority = 0; priority < own.size(); priority++) {
        PriorityHosts hosts = own.get(priority);
        if (hosts.hosts().length > 0) {
          all.add(hosts);
          levels.add(new Level(members.get(i), priority));
          for (Host host : hosts.hosts()) {
            owners.put(host, members.get(i));
          }
        }
      }
    }
    choice = new PriorityChoice(all.isEmpty() ? HostSet.EMPTY : policy.with(all), panicThreshold);
  }
}
