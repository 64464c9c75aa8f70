package io.outrigger.proxy.lb;

import io.outrigger.config.cluster.CommonLb;
import io.outrigger.proxy.cluster.Host;
import io.outrigger.proxy.cluster.HostSet;
import io.outrigger.proxy.cluster.LbContext;
import io.outrigger.proxy.cluster.PriorityHosts;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Chooses the priority, then its healthy, degraded or (in panic) all hosts, then a locality if
 * localities are weighted, then the host by the policy's picker.
 */
final class PriorityBalancer implements LoadBalancer {
  private final PriorityLoads loads;
  private final Level[] levels;
  private final boolean failOnPanic;
  private final LongSupplier random;
  private final Runnable onPanic;

  /** What one priority has: a way to pick for each state it may be in. */
  private record Level(HostPicker healthy, HostPicker degraded, HostPicker all) {}

  PriorityBalancer(
      HostSet set, CommonLb common, HostPickers pickers, LongSupplier random, Runnable onPanic) {
    this.loads = PriorityLoads.of(set, common.healthyPanicThreshold());
    this.failOnPanic = common.failTrafficOnPanic();
    this.random = random;
    this.onPanic = onPanic;
    this.levels = new Level[set.priorities().size()];
    for (int i = 0; i < levels.length; i++) {
      PriorityHosts hosts = set.priorities().get(i);
      levels[i] =
          common.localityWeighted()
              ? new Level(
                  LocalityPicker.healthy(hosts, set.overprovisioningFactor(), pickers, random),
                  LocalityPicker.degraded(hosts, set.overprovisioningFactor(), pickers, random),
                  pickers.of(hosts.hosts()))
              : new Level(
                  pickers.of(hosts.healthy()),
                  pickers.of(hosts.degraded()),
                  loads.isInPanic(i) ? pickers.of(hosts.hosts()) : pickers.of(new Host[0]));
    }
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
    long hash = hashed ? context.hash() : random.getAsLong();
    int percent = (int) Long.remainderUnsigned(hash, 100) + 1;
    int sum = 0;
    for (int i = 0; i < levels.length; i++) {
      sum += loads.healthyLoad(i);
      if (percent <= sum) {
        if (!loads.isInPanic(i)) {
          return levels[i].healthy.pick(hash, attempt);
        }
        onPanic.run();
        return failOnPanic ? null : levels[i].all.pick(hash, attempt);
      }
    }
    for (int i = 0; i < levels.length; i++) {
      sum += loads.degradedLoad(i);
      if (percent <= sum) {
        if (!loads.isInPanic(i)) {
          return levels[i].degraded.pick(hash, attempt);
        }
        onPanic.run();
        return failOnPanic ? null : levels[i].all.pick(hash, attempt);
      }
    }
    return null;
  }
}
