package io.outrigger.proxy.pool;

import io.outrigger.proxy.cluster.Host;
import org.jspecify.annotations.Nullable;

/** The transport socket of each host of a cluster. Any worker. */
@FunctionalInterface
public interface TransportSockets {
  /** Plaintext for every host. */
  TransportSockets RAW = host -> null;

  /** What secures connections to this host; null is plaintext. */
  @Nullable TransportSocket of(Host host);
}
