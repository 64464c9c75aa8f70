package io.outrigger.proxy.cluster;

import io.outrigger.config.cluster.ClusterConfig;
import io.outrigger.config.cluster.ClusterEndpoints;
import io.outrigger.config.cluster.Endpoint;
import io.outrigger.config.cluster.Locality;
import io.outrigger.proxy.cluster.ResolvedLocality.ResolvedEndpoint;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Keeps a cluster's hosts by what they are known by, so that an update changes what it says and
 * nothing else. The configuration loop's.
 */
final class Membership {
  private final int cells;
  private final boolean checked;
  private final boolean excludeUnchecked;
  private final boolean keepHealthy;
  private Map<String, Host> hosts = Map.of();

  /**
   * What an update came to.
   *
   * @param changes how many priorities gained or lost hosts
   */
  record Update(HostSet set, List<Host> removed, int changes) {}

  /** Hosts that nobody checks. */
  Membership(int cells) {
    this.cells = cells;
    this.checked = false;
    this.excludeUnchecked = false;
    this.keepHealthy = false;
  }

  /** Hosts of a cluster, which may have active checks: they decide on a host's health then. */
  Membership(ClusterConfig config, int cells) {
    this.cells = cells;
    this.checked = !config.healthChecks().isEmpty();
    this.excludeUnchecked = config.commonLb().ignoreNewHostsUntilFirstHealthCheck();
    this.keepHealthy = checked && !config.ignoreHealthOnHostRemoval();
  }

  Collection<Host> hosts() {
    return hosts.values();
  }

  /**
   * Takes a new list of endpoints over; an address that comes twice counts once.
   *
   * @param policy the endpoints as configured, whose policy holds
   */
  Update update(List<ResolvedLocality> localities, ClusterEndpoints policy) {
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
          update(host, endpoint, locality);
          if (before != locality.priority()) {
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
      if (now.get(before.getKey()) == null && isToStay(before.getValue())) {
        Host host = before.getValue();
        host.setFlag(Host.PENDING_DYNAMIC_REMOVAL, true);
        now.put(before.getKey(), host);
        most = Math.max(most, host.priority());
        keep(host, built, priorities);
      } else if (now.get(before.getKey()) == null) {
        removed.add(before.getValue());
        changed.set(before.getValue().priority());
      }
    }
    hosts = now;
    List<PriorityHosts> levels = new ArrayList<>(most + 1);
    for (int priority = 0; priority <= most; priority++) {
      levels.add(new PriorityHosts(at(priority, built, priorities)));
    }
    HostSet set =
        new HostSet(levels, policy.overprovisioningFactor(), policy.weightedPriorityHealth());
    return new Update(set, removed, changed.cardinality());
  }

  /** Discovery may be wrong: a host that active checks find well stays until they don't. */
  private boolean isToStay(Host host) {
    return keepHealthy
        && !host.endpoint().activeHealthCheckDisabled()
        && !host.hasFlag(Host.FAILED_ACTIVE_HC | Host.FAILED_EDS_HEALTH);
  }

  private static void keep(Host host, List<LocalityHosts> built, List<Integer> priorities) {
    for (int i = 0; i < built.size(); i++) {
      LocalityHosts locality = built.get(i);
      if (priorities.get(i) == host.priority() && locality.locality().equals(host.locality())) {
        Host[] more = Arrays.copyOf(locality.hosts(), locality.hosts().length + 1);
        more[more.length - 1] = host;
        built.set(i, new LocalityHosts(locality.locality(), locality.weight(), more));
        return;
      }
    }
    priorities.add(host.priority());
    built.add(new LocalityHosts(host.locality(), 0, new Host[] {host}));
  }

  private Host create(ResolvedEndpoint endpoint, ResolvedLocality locality) {
    Host host =
        new Host(
            endpoint.address(),
            endpoint.addressText(),
            endpoint.hostname(),
            endpoint.endpoint(),
            locality.locality(),
            locality.priority(),
            cells);
    host.moveTo(endpoint.address(), endpoint.addressText(), endpoint.toTry());
    if (checked && !endpoint.endpoint().activeHealthCheckDisabled()) {
      host.setFlag(Host.FAILED_ACTIVE_HC, true);
      host.setFlag(Host.PENDING_ACTIVE_HC, excludeUnchecked);
    }
    return host;
  }

  private void update(Host host, ResolvedEndpoint endpoint, ResolvedLocality locality) {
    host.setFlag(Host.PENDING_DYNAMIC_REMOVAL, false);
    checkAnew(host, endpoint.endpoint());
    if (!host.address().equals(endpoint.address())
        || !host.addressesToTry().equals(endpoint.toTry())) {
      host.moveTo(endpoint.address(), endpoint.addressText(), endpoint.toTry());
    }
    host.update(endpoint.hostname(), endpoint.endpoint(), locality.locality(), locality.priority());
  }

  /** Where, or whether, it is checked may change: then nothing is known of its health. */
  private void checkAnew(Host host, Endpoint now) {
    Endpoint before = host.endpoint();
    if (!checked
        || (before.activeHealthCheckDisabled() == now.activeHealthCheckDisabled()
            && Objects.equals(before.healthCheckAddress(), now.healthCheckAddress()))) {
      return;
    }
    host.setFlag(Host.FAILED_ACTIVE_HC, !now.activeHealthCheckDisabled());
    host.setFlag(Host.PENDING_ACTIVE_HC, excludeUnchecked && !now.activeHealthCheckDisabled());
    host.setFlag(Host.DEGRADED_ACTIVE_HC, false);
    host.setFlag(Host.ACTIVE_HC_TIMEOUT, false);
    host.setFlag(Host.EXCLUDED_VIA_IMMEDIATE_HC_FAIL, false);
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
