package io.outrigger.proxy.lb;

import io.outrigger.proxy.cluster.Host;
import org.jspecify.annotations.Nullable;

/** RANDOM: any host, whatever its weight. */
record RandomHost(Host[] hosts, java.util.function.LongSupplier random) implements HostPicker {
  @Override
  public @Nullable Host pick(long hash, int attempt) {
    return hosts.length == 0 ? null : hosts[Weights.bounded(random, hosts.length)];
  }
}
