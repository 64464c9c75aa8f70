package io.outrigger.proxy.cluster;

import io.outrigger.config.cluster.Locality;

/**
 * The hosts of one locality at one priority. The arrays are never written to.
 *
 * @param weight the locality's weight; 0 takes no traffic when balancing by locality weight
 */
public record LocalityHosts(
    Locality locality, int weight, Host[] hosts, Host[] healthy, Host[] degraded) {
  static LocalityHosts of(Locality locality, int weight, Host[] hosts) {
    return new LocalityHosts(
        locality,
        weight,
        hosts,
        PriorityHosts.select(hosts, Host::isHealthy),
        PriorityHosts.select(hosts, Host::isDegraded));
  }
}
