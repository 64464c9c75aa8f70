package io.outrigger.proxy.cluster;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** The hosts of one priority as they were when it was made. The arrays are never written to. */
public record PriorityHosts(
    Host[] hosts, Host[] healthy, Host[] degraded, List<LocalityHosts> localities) {
  private static final Host[] NONE = {};

  static final PriorityHosts EMPTY = new PriorityHosts(NONE, NONE, NONE, List.of());

  static PriorityHosts of(List<LocalityHosts> localities) {
    List<Host> all = new ArrayList<>();
    for (LocalityHosts locality : localities) {
      all.addAll(List.of(locality.hosts()));
    }
    Host[] hosts = all.toArray(NONE);
    return new PriorityHosts(
        hosts,
        select(hosts, Host::isHealthy),
        select(hosts, Host::isDegraded),
        List.copyOf(localities));
  }

  static Host[] select(Host[] hosts, Predicate<Host> wanted) {
    List<Host> found = new ArrayList<>(hosts.length);
    for (Host host : hosts) {
      if (wanted.test(host)) {
        found.add(host);
      }
    }
    return found.size() == hosts.length ? hosts : found.toArray(NONE);
  }

  PriorityHosts filter(Predicate<Host> wanted) {
    List<LocalityHosts> left = new ArrayList<>();
    for (LocalityHosts locality : localities) {
      Host[] hosts = select(locality.hosts(), wanted);
      if (hosts.length > 0) {
        left.add(LocalityHosts.of(locality.locality(), locality.weight(), hosts));
      }
    }
    return of(left);
  }
}
