package io.outrigger.proxy.lb;

import io.outrigger.proxy.cluster.Host;

/** Makes the picker of a balancing policy for each list of hosts. */
@FunctionalInterface
interface HostPickers {
  /** A picker among these hosts, with these normalized weights where it goes by hash. */
  HostPicker of(Host[] hosts, double[] weights);

  default HostPicker of(Host[] hosts) {
    return of(hosts, Weights.of(hosts));
  }
}
