package io.outrigger.proxy.lb;

import io.outrigger.proxy.cluster.Host;
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
