package io.outrigger.proxy.cluster;

import io.outrigger.config.cluster.Locality;
import io.outrigger.proxy.cluster.ResolvedLocality.ResolvedEndpoint;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Keeps a cluster's hosts by what they are known by, so that an update changes what it says and
 * nothing else. The configuration loop's.
 */
final class Membership {
  private final int cells;
  private Map<String, Host> hosts = Map.of();

  /**
   * What an update came to.
   *
   * @param changes how many priorities gained, lost or updated hosts
   */
  record Update(HostSet set, List<Host> removed, int changes) {}

  Membership(int cells) {
    this.cells = cells;
  }

  Collection<Host> hosts() {
    return hosts.values();
  }

  /** Takes a new list of endpoints over; an address that comes twice counts once. */
  Update update(List<ResolvedLocality> localities, int overprovisioningFactor) {
    Map<String, Host> now = new LinkedHashMap<>();
    BitSet changed = new BitSet();
    int most = 0;
    List<LocalityHosts> built = new ArrayList<>(localities.size());
    List<Integer> priorities = new ArrayList<>(localities.size());
    for (ResolvedLocality locality : localities) {
      List<Host> own = new ArrayList<>(locality.endpoints().size());
      for (ResolvedEndpoint endpoint : locality.endpoints()) {
        if (now.containsKey(endpoint.key())) {
          continue;
        }
        Host host = hosts.get(endpoint.key());
        if (host == null) {
          host = create(endpoint, locality);
          changed.set(locality.priority());
        } else {
          int before = host.priority();
          if (update(host, endpoint, locality)) {
            changed.set(before);
            changed.set(locality.priority());
          }
        }
        now.put(endpoint.key(), host);
        own.add(host);
      }
      most = Math.max(most, locality.priority());
      priorities.add(locality.priority());
      built.add(
          new LocalityHosts(locality.locality(), locality.weight(), own.toArray(new Host[0])));
    }
    List<Host> removed = new ArrayList<>();
    for (Map.Entry<String, Host> before : hosts.entrySet()) {
      if (now.get(before.getKey()) == null) {
        removed.add(before.getValue());
        changed.set(before.getValue().priority());
      }
    }
    hosts = now;
    List<PriorityHosts> levels = new ArrayList<>(most + 1);
    for (int priority = 0; priority <= most; priority++) {
      levels.add(new PriorityHosts(at(priority, built, priorities)));
    }
    return new Update(new HostSet(levels, overprovisioningFactor), removed, changed.cardinality());
  }

  private Host create(ResolvedEndpoint endpoint, ResolvedLocality locality) {
    return new Host(
        endpoint.address(),
        endpoint.addressText(),
        endpoint.hostname(),
        endpoint.endpoint(),
        locality.locality(),
        locality.priority(),
        cells);
  }

  private static boolean update(Host host, ResolvedEndpoint endpoint, ResolvedLocality locality) {
    if (!host.address().equals(endpoint.address())) {
      host.moveTo(endpoint.address(), endpoint.addressText());
    }
    return host.update(
        endpoint.hostname(), endpoint.endpoint(), locality.locality(), locality.priority());
  }

  private static List<LocalityHosts> at(
      int priority, List<LocalityHosts> built, List<Integer> priorities) {
    List<LocalityHosts> level = new ArrayList<>();
    for (int i = 0; i < built.size(); i++) {
      if (priorities.get(i) == priority) {
        level.add(built.get(i));
      }
    }
    return level;
  }

  /** Hosts that came one by one, as original destinations do; all of one priority. */
  static HostSet flat(Collection<Host> hosts) {
    LocalityHosts all = new LocalityHosts(Locality.EMPTY, 1, hosts.toArray(new Host[0]));
    return new HostSet(List.of(new PriorityHosts(List.of(all))), 140);
  }
}
