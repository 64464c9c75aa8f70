package io.outrigger.proxy.lb;

import io.outrigger.config.cluster.CommonLb;
import io.outrigger.proxy.cluster.Host;
import io.outrigger.proxy.cluster.HostSet;
import io.outrigger.proxy.cluster.LbContext;
import io.outrigger.proxy.cluster.PriorityHosts;
import org.jspecify.annotations.Nullable;

/**
 * Chooses the priority, then its healthy, degraded or (in panic) all hosts, then a locality if
 * localities are weighted, then the host by the policy's picker.
 */
final class PriorityBalancer implements LoadBalancer {
  private static final Host[] NONE = {};

  private final PriorityLoads loads;
  private final Level[] levels;
  private final boolean failOnPanic;
  private final LbScope scope;

  /** What one priority has: a way to pick for each state it may be in. */
  private record Level(HostPicker healthy, HostPicker degraded, HostPicker all) {}

  PriorityBalancer(
      HostSet set, CommonLb common, boolean byHash, HostPickers pickers, LbScope scope) {
    this.loads = PriorityLoads.of(set, common.healthyPanicThreshold());
    this.failOnPanic = common.failTrafficOnPanic();
    this.scope = scope;
    this.levels = new Level[set.priorities().size()];
    for (int i = 0; i < levels.length; i++) {
      PriorityHosts hosts = set.priorities().get(i);
      if (byHash) {
        levels[i] = hashed(hosts, loads.isInPanic(i), common.localityWeighted(), pickers);
      } else if (common.localityWeighted()) {
        levels[i] =
            new Level(
                LocalityPicker.healthy(hosts, set.overprovisioningFactor(), pickers, scope::random),
                LocalityPicker.degraded(
                    hosts, set.overprovisioningFactor(), pickers, scope::random),
                pickers.of(hosts.hosts()));
      } else {
        levels[i] =
            new Level(
                ZonePicker.of(i, hosts, common, pickers, scope),
                pickers.of(hosts.degraded()),
                pickers.of(loads.isInPanic(i) ? hosts.hosts() : NONE));
      }
    }
  }

  /** A ring or table has all usable hosts of the priority, the same whichever of them is asked. */
  private static Level hashed(
      PriorityHosts hosts, boolean panic, boolean localityWeighted, HostPickers pickers) {
    Host[] usable = panic ? hosts.hosts() : hosts.healthy();
    HostPicker one;
    if (localityWeighted) {
      Host[] weighted = Weights.ofWeightedLocalities(hosts, usable);
      one = pickers.of(weighted, Weights.normalizedByLocality(hosts, weighted));
    } else {
      one = pickers.of(usable, Weights.normalized(usable));
    }
    return new Level(one, one, one);
  }

  @Override
  public @Nullable Host pick(LbContext context) {
    Host host = pick(context, 0);
    int retries = context.hostSelectionRetries();
    for (int attempt = 1; attempt <= retries && host != null && context.rejects(host); attempt++) {
      host = pick(context, attempt);
    }
    return host;
  }

  private @Nullable Host pick(LbContext context, int attempt) {
    boolean hashed = context.hasHash();
    long hash = hashed ? context.hash() : scope.random();
    int percent = (int) Long.remainderUnsigned(hash, 100) + 1;
    PriorityLoads shares = shares(context);
    int sum = 0;
    for (int i = 0; i < levels.length; i++) {
      sum += shares.healthyLoad(i);
      if (percent <= sum) {
        return pick(i, false, hash, attempt);
      }
    }
    for (int i = 0; i < levels.length; i++) {
      sum += shares.degradedLoad(i);
      if (percent <= sum) {
        return pick(i, true, hash, attempt);
      }
    }
    return null;
  }

  /** The loads; for a retry that leaves out priorities, as if those had no hosts. */
  private PriorityLoads shares(LbContext context) {
    long excluded = context.excludedPriorities();
    if (excluded == 0) {
      return loads;
    }
    PriorityLoads left = loads.without(excluded);
    if (left == null) {
      context.allPrioritiesTried();
      return loads;
    }
    return left;
  }

  private @Nullable Host pick(int priority, boolean degraded, long hash, int attempt) {
    Level level = levels[priority];
    if (loads.isInPanic(priority)) {
      scope.inPanic();
      return failOnPanic ? null : level.all.pick(hash, attempt);
    }
    return (degraded ? level.degraded : level.healthy).pick(hash, attempt);
  }

  @Override
  public @Nullable Host pick(LbContext context, int priority, boolean degraded) {
    if (priority >= levels.length) {
      return null;
    }
    Host host = null;
    for (int attempt = 0; attempt <= context.hostSelectionRetries(); attempt++) {
      host = pick(priority, degraded, context.hasHash() ? context.hash() : scope.random(), attempt);
      if (host == null || !context.rejects(host)) {
        return host;
      }
    }
    return host;
  }
}
