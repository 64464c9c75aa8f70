package io.outrigger.proxy.lb;

import io.outrigger.config.cluster.ClusterConfig;
import io.outrigger.config.cluster.LbPolicy;
import io.outrigger.config.cluster.SubsetConfig;
import io.outrigger.proxy.cluster.Host;
import io.outrigger.proxy.cluster.HostSet;

/** Makes the balancers that a cluster's configuration asks for. */
public final class Balancers {
  private final ClusterConfig config;
  private final LbScope scope;

  /** Balancers of one cluster for one worker. */
  public Balancers(ClusterConfig config, LbScope scope) {
    this.config = config;
    this.scope = scope;
  }

  /** The balancer of this host set. */
  public LoadBalancer of(HostSet hosts) {
    SubsetConfig subsets = config.subsets();
    return subsets == null ? whole(hosts) : new SubsetBalancer(subsets, hosts, this::whole, scope);
  }

  private LoadBalancer whole(HostSet hosts) {
    if (config.lbPolicy() instanceof LbPolicy.ClientSideWeighted policy) {
      ReportedWeights reported = new ReportedWeights(hosts, policy, scope::nanos);
      return new PriorityBalancer(
          hosts,
          config.commonLb(),
          false,
          (some, weights) -> new WeightedByReports(some, reported, scope::random),
          scope);
    }
    return new PriorityBalancer(hosts, config.commonLb(), isByHash(), this::picker, scope);
  }

  private boolean isByHash() {
    return config.lbPolicy() instanceof LbPolicy.RingHash
        || config.lbPolicy() instanceof LbPolicy.Maglev;
  }

  private HostPicker picker(Host[] hosts, double[] weights) {
    LbPolicy policy = config.lbPolicy();
    if (policy instanceof LbPolicy.RoundRobin turns) {
      return new RoundRobin(hosts, scope::random, Ramp.of(turns.slowStart(), hosts, scope::nanos));
    }
    if (policy instanceof LbPolicy.LeastRequest least) {
      return new LeastRequest(
          hosts,
          least.choiceCount(),
          least.activeRequestBias(),
          scope::random,
          Ramp.of(least.slowStart(), hosts, scope::nanos));
    }
    if (policy instanceof LbPolicy.PeakEwma ewma) {
      return new PeakEwma(
          hosts, ewma.choiceCount(), ewma.decayMillis(), scope::random, scope::nanos);
    }
    if (policy instanceof LbPolicy.Random) {
      return new RandomHost(hosts, scope::random);
    }
    if (policy instanceof LbPolicy.RingHash ring) {
      HostPicker hashing =
          new HashRing(
              hosts,
              weights,
              ring.minimumRingSize(),
              ring.maximumRingSize(),
              ring.hashFunction(),
              ring.useHostnameForHashing());
      return bounded(hashing, hosts, weights, ring.hashBalanceFactor());
    }
    if (policy instanceof LbPolicy.Maglev maglev) {
      HostPicker hashing =
          new MaglevTable(hosts, weights, maglev.tableSize(), maglev.useHostnameForHashing());
      return bounded(hashing, hosts, weights, maglev.hashBalanceFactor());
    }
    if (policy instanceof LbPolicy.ClusterProvided) {
      // an original destination is picked by the cluster itself; its host set is empty here
      return new RoundRobin(hosts, scope::random, null);
    }
    throw new IllegalStateException("unknown LbPolicy: " + policy);
  }

  private HostPicker bounded(HostPicker hashing, Host[] hosts, double[] weights, int factor) {
    return factor == 0 || hosts.length == 0
        ? hashing
        : new BoundedLoad(hashing, hosts, weights, factor, scope);
  }
}
