package io.outrigger.proxy.lb;

import io.outrigger.config.cluster.LbPolicy.HashFunction;
import io.outrigger.proxy.cluster.Host;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** RING_HASH: each host has points on a ring by its weight; a request goes to the next point. */
final class HashRing implements HostPicker {
  private final long[] points;
  private final Host[] owners;

  /** Builds a ring; point {@code n} of a host is the hash of its key, an underscore and n. */
  HashRing(
      Host[] hosts,
      double[] weights,
      long minimumSize,
      long maximumSize,
      HashFunction function,
      boolean byHostname) {
    if (hosts.length == 0) {
      points = new long[0];
      owners = hosts;
      return;
    }
    double smallest = Double.MAX_VALUE;
    for (double weight : weights) {
      smallest = Math.min(smallest, weight);
    }
    double scale = Math.min(Math.ceil(smallest * minimumSize) / smallest, (double) maximumSize);
    // one more than the size: the sum of the weights, rounded, may be above one
    int size = (int) Math.ceil(scale) + 1;
    long[] hashes = new long[size];
    Integer[] order = new Integer[size];
    Host[] unsorted = new Host[size];
    int filled = 0;
    double target = 0;
    for (int at = 0; at < hosts.length; at++) {
      Host host = hosts[at];
      String key = HashKey.of(host, byHostname);
      target += scale * weights[at];
      for (int i = 0; filled < target && filled < size; i++) {
        String point = key + "_" + i;
        hashes[filled] =
            function == HashFunction.XX_HASH ? XxHash64.hash(point, 0) : Murmur2.hash(point);
        unsorted[filled] = host;
        order[filled] = filled;
        filled++;
      }
    }
    order = Arrays.copyOf(order, filled);
    Arrays.sort(order, (a, b) -> Long.compareUnsigned(hashes[a], hashes[b]));
    points = new long[filled];
    owners = new Host[filled];
    for (int i = 0; i < filled; i++) {
      points[i] = hashes[order[i]];
      owners[i] = unsorted[order[i]];
    }
  }

  @Override
  public @Nullable Host pick(long hash, int attempt) {
    if (points.length == 0) {
      return null;
    }
    int low = 0;
    int high = points.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (Long.compareUnsigned(points[middle], hash) < 0) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return owners[(low + attempt) % points.length];
  }

  int size() {
    return points.length;
  }
}
