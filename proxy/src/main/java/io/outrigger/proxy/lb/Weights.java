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

  /**
   * The hosts' parts of their sum. Rings and tables are built by these very fractions, as Envoy's
   * are: how they are rounded decides who gets some of the places.
   */
  static double[] normalized(Host[] hosts) {
    long sum = 0;
    for (Host host : hosts) {
      sum += host.weight();
    }
    double[] weights = of(hosts);
    for (int i = 0; i < weights.length; i++) {
      weights[i] /= sum;
    }
    return weights;
  }

  /**
   * The parts of usable hosts of a priority, each of its locality's part. They leave out the part
   * of localities that have no usable host, so their sum may be less than one.
   */
  static double[] normalizedByLocality(PriorityHosts all, Host[] usable) {
    long ofAll = 0;
    for (LocalityHosts locality : all.localities()) {
      ofAll += locality.weight();
    }
    Set<Host> chosen = Collections.newSetFromMap(new IdentityHashMap<>());
    Collections.addAll(chosen, usable);
    IdentityHashMap<Host, Double> parts = new IdentityHashMap<>();
    for (LocalityHosts locality : all.localities()) {
      long sum = 0;
      for (Host host : locality.hosts()) {
        sum += chosen.contains(host) ? host.weight() : 0;
      }
      double part = (double) locality.weight() / ofAll;
      for (Host host : locality.hosts()) {
        parts.put(host, host.weight() * part / sum);
      }
    }
    double[] weights = new double[usable.length];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = Objects.requireNonNull(parts.get(usable[i]));
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
