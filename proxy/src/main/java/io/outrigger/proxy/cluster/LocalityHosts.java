package io.outrigger.proxy.cluster;

import io.outrigger.config.cluster.Locality;

/** The hosts of one locality at one priority, with their health as it was when it was made. */
public final class LocalityHosts {
  private final Locality locality;
  private final int weight;
  private final Host[] hosts;
  private final Host[] healthy;
  private final Host[] degraded;
  private final int excluded;

  LocalityHosts(Locality locality, int weight, Host[] hosts) {
    this.locality = locality;
    this.weight = weight;
    this.hosts = hosts;
    this.healthy = PriorityHosts.select(hosts, Host::isHealthy);
    this.degraded = PriorityHosts.select(hosts, Host::isDegraded);
    this.excluded = PriorityHosts.count(hosts, Host::isExcluded);
  }

  public Locality locality() {
    return locality;
  }

  /** The locality's weight; 0 takes no traffic when balancing by locality weight. */
  public int weight() {
    return weight;
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

  /** As {@link PriorityHosts#excluded}. */
  public int excluded() {
    return excluded;
  }
}
