package io.outrigger.proxy.lb;

import io.outrigger.proxy.cluster.Host;
import io.outrigger.proxy.cluster.LocalityHosts;
import io.outrigger.proxy.cluster.PriorityHosts;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.LongSupplier;

/** Weights of hosts as numbers, and random numbers below a bound. */
final class Weights {
  private Weights() {}

  static double[] of(Host[] hosts) {
    double[] weights = new double[hosts.length];
    for (int i = 0; i < hosts.length; i++) {
      weights[i] = hosts[i].weight();
    }
    return weights;
  }

  /** Those of the usable hosts whose locality has a weight. */
  static Host[] ofWeightedLocalities(PriorityHosts all, Host[] usable) {
    Set<Host> wanted = Collections.newSetFromMap(new IdentityHashMap<>());
    for (LocalityHosts locality : all.localities()) {
      if (locality.weight() > 0) {
        Collections.addAll(wanted, locality.hosts());
      }
    }
    List<Host> left = new ArrayList<>(usable.length);
    for (Host host : usable) {
      if (wanted.contains(host)) {
        left.add(host);
      }
    }
    return left.toArray(new Host[0]);
  }

  /** The weights of usable hosts of a priority, each its part of its locality's weight. */
  static double[] byLocality(PriorityHosts all, Host[] usable) {
    Set<Host> chosen = Collections.newSetFromMap(new IdentityHashMap<>());
    Collections.addAll(chosen, usable);
    IdentityHashMap<Host, Double> factors = new IdentityHashMap<>();
    for (LocalityHosts locality : all.localities()) {
      double sum = 0;
      for (Host host : locality.hosts()) {
        sum += chosen.contains(host) ? host.weight() : 0;
      }
      for (Host host : locality.hosts()) {
        factors.put(host, locality.weight() / sum);
      }
    }
    double[] weights = of(usable);
    for (int i = 0; i < weights.length; i++) {
      weights[i] *= Objects.requireNonNull(factors.get(usable[i]));
    }
    return weights;
  }

  static boolean areEqual(double[] weights) {
    for (double weight : weights) {
      if (weight != weights[0]) {
        return false;
      }
    }
    return true;
  }

  /** A number from 0 up to, not including, {@code bound}. */
  static int bounded(LongSupplier random, int bound) {
    return (int) Math.unsignedMultiplyHigh(random.getAsLong(), bound);
  }
}
