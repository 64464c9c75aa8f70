package io.outrigger.proxy.cluster;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** The hosts of one priority, with their health as it was when it was made. */
public final class PriorityHosts {
  private static final Host[] NONE = {};

  static final PriorityHosts EMPTY = new PriorityHosts(List.of());

  private final Host[] hosts;
  private final Host[] healthy;
  private final Host[] degraded;
  private final int excluded;
  private final List<LocalityHosts> localities;

  PriorityHosts(List<LocalityHosts> localities) {
    List<Host> all = new ArrayList<>();
    for (LocalityHosts locality : localities) {
      all.addAll(List.of(locality.hosts()));
    }
    this.localities = List.copyOf(localities);
    this.hosts = all.toArray(NONE);
    this.healthy = select(hosts, Host::isHealthy);
    this.degraded = select(hosts, Host::isDegraded);
    this.excluded = count(hosts, Host::isExcluded);
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

  static int count(Host[] hosts, Predicate<Host> wanted) {
    int count = 0;
    for (Host host : hosts) {
      count += wanted.test(host) ? 1 : 0;
    }
    return count;
  }

  PriorityHosts filter(Predicate<Host> wanted) {
    List<LocalityHosts> left = new ArrayList<>();
    for (LocalityHosts locality : localities) {
      Host[] chosen = select(locality.hosts(), wanted);
      if (chosen.length > 0) {
        left.add(new LocalityHosts(locality.locality(), locality.weight(), chosen));
      }
    }
    return new PriorityHosts(left);
  }

  /** All hosts; never to be written to, as with the others. */
  public Host[] hosts() {
    return hosts;
  }

  public Host[] healthy() {
    return healthy;
  }

  public Host[] degraded() {
    return degraded;
  }

  public List<LocalityHosts> localities() {
    return localities;
  }

  /** How many hosts don't count when it is asked what part of them is healthy. */
  public int excluded() {
    return excluded;
  }
}
