package io.outrigger.proxy.cluster;

import io.outrigger.config.cluster.Endpoint.HealthStatus;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Finds the hosts that filters ask for by address, if their health allows it. One a worker. */
final class OverrideHosts {
  private final Set<HealthStatus> allowed;
  private final Map<String, Host> byAddress = new HashMap<>();
  private @Nullable HostSet seen;

  OverrideHosts(Set<HealthStatus> allowed) {
    this.allowed = allowed;
  }

  /** Null: there is none of this address, or it may not be asked for. */
  @SuppressWarnings("ReferenceEquality") // a set that didn't change is the same object
  @Nullable Host find(HostSet now, String address) {
    if (now != seen) {
      byAddress.clear();
      for (PriorityHosts priority : now.priorities()) {
        for (Host host : priority.hosts()) {
          byAddress.put(host.addressText(), host);
        }
      }
      seen = now;
    }
    Host host = byAddress.get(address);
    return host != null && allowed.contains(host.healthStatus()) ? host : null;
  }
}
