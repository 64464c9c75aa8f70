package io.outrigger.proxy.lb;

import io.outrigger.proxy.cluster.Host;

/** Makes the picker of a balancing policy for each list of hosts. */
@FunctionalInterface
interface HostPickers {
  HostPicker of(Host[] hosts);
}
