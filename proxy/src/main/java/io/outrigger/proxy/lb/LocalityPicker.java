package io.outrigger.proxy.lb;

import io.outrigger.proxy.cluster.Host;
import io.outrigger.proxy.cluster.LocalityHosts;
import io.outrigger.proxy.cluster.PriorityHosts;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Takes localities by turns of their weight and health, and a host of the one whose turn it is. */
final class LocalityPicker implements HostPicker {
  private final HostPicker[] pickers;
  private final double[] weights;
  private final EdfSchedule schedule;

  private LocalityPicker(List<HostPicker> pickers, double[] weights, LongSupplier random) {
    this.pickers = pickers.toArray(new HostPicker[0]);
    this.weights = weights;
    this.schedule = new EdfSchedule(weights.length);
    for (int i = 0; i < weights.length; i++) {
      schedule.add(i, weights[i]);
    }
    for (int i = Weights.bounded(random, weights.length); i > 0; i--) {
      schedule.advance(weights[schedule.peek()]);
    }
  }

  static HostPicker healthy(
      PriorityHosts hosts, int overprovisioning, HostPickers pickers, LongSupplier random) {
    return of(hosts, LocalityHosts::healthy, hosts.healthy(), overprovisioning, pickers, random);
  }

  static HostPicker degraded(
      PriorityHosts hosts, int overprovisioning, HostPickers pickers, LongSupplier random) {
    return of(hosts, LocalityHosts::degraded, hosts.degraded(), overprovisioning, pickers, random);
  }

  private static HostPicker of(
      PriorityHosts hosts,
      Function<LocalityHosts, Host[]> usable,
      Host[] together,
      int overprovisioning,
      HostPickers pickers,
      LongSupplier random) {
    List<HostPicker> chosen = new ArrayList<>();
    double[] weights = new double[hosts.localities().size()];
    for (LocalityHosts locality : hosts.localities()) {
      Host[] own = usable.apply(locality);
      if (own.length == 0 || locality.weight() == 0) {
        continue;
      }
      double available =
          overprovisioning / 100.0 * own.length / (locality.hosts().length - locality.excluded());
      weights[chosen.size()] = locality.weight() * Math.min(1, available);
      chosen.add(pickers.of(own));
    }
    return chosen.isEmpty()
        ? pickers.of(together)
        : new LocalityPicker(chosen, java.util.Arrays.copyOf(weights, chosen.size()), random);
  }

  @Override
  public @Nullable Host pick(long hash, int attempt) {
    int at = schedule.peek();
    schedule.advance(weights[at]);
    return pickers[at].pick(hash, attempt);
  }
}
