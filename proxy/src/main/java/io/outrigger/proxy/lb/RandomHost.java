package io.outrigger.proxy.lb;

import io.outrigger.proxy.cluster.Host;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** RANDOM: any host, whatever its weight. */
final class RandomHost implements HostPicker {
  private final Host[] hosts;
  private final LongSupplier random;

  RandomHost(Host[] hosts, LongSupplier random) {
    this.hosts = hosts;
    this.random = random;
  }

  @Override
  public @Nullable Host pick(long hash, int attempt) {
    return hosts.length == 0 ? null : hosts[Weights.bounded(random, hosts.length)];
  }
}
