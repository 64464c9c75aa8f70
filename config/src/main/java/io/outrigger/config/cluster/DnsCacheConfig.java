package io.outrigger.config.cluster;

import io.outrigger.config.address.Address;
import java.util.List;

/**
 * A dynamic forward proxy's cache of names: clusters and filters that name the same share it.
 *
 * @param dns how a name is asked for; the TTL of an answer is always kept to
 * @param minRefreshMillis least time until a name is asked for again
 * @param hostTtlMillis a name that nobody used for so long is forgotten
 * @param maxHosts names that it holds at most
 * @param refreshOnFailure false: what couldn't be resolved is forgotten at once
 * @param maxPendingRequests requests that may wait for an answer at a time
 * @param queryTimeoutMillis 0: no limit
 * @param preresolve names that are asked for at the start
 */
public record DnsCacheConfig(
    String name,
    Discovery.DnsOptions dns,
    long minRefreshMillis,
    long hostTtlMillis,
    int maxHosts,
    boolean refreshOnFailure,
    int maxPendingRequests,
    long queryTimeoutMillis,
    List<Address.Name> preresolve) {
  public DnsCacheConfig {
    preresolve = List.copyOf(preresolve);
  }
}
