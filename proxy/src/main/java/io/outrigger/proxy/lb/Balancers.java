package io.outrigger.proxy.lb;

import io.outrigger.config.cluster.ClusterConfig;
import io.outrigger.config.cluster.LbPolicy;
import io.outrigger.config.cluster.SubsetConfig;
import io.outrigger.proxy.cluster.HostSet;
import java.util.function.LongSupplier;

/** Makes the balancers that a cluster's configuration asks for. */
public final class Balancers {
  private final ClusterConfig config;
  private final LongSupplier random;
  private final Runnable onPanic;

  /**
   * Balancers of one cluster for one worker.
   *
   * @param random uniform over all longs
   * @param onPanic told of each pick made in panic
   */
  public Balancers(ClusterConfig config, LongSupplier random, Runnable onPanic) {
    this.config = config;
    this.random = random;
    this.onPanic = onPanic;
  }

  /** The balancer of this host set. */
  public LoadBalancer of(HostSet hosts) {
    SubsetConfig subsets = config.subsets();
    return subsets == null ? whole(hosts) : new SubsetBalancer(subsets, hosts, this::whole);
  }

  private LoadBalancer whole(HostSet hosts) {
    return new PriorityBalancer(hosts, config.commonLb(), this::picker, random, onPanic);
  }

  private HostPicker picker(io.outrigger.proxy.cluster.Host[] hosts) {
    LbPolicy policy = config.lbPolicy();
    if (policy instanceof LbPolicy.RoundRobin) {
      return new RoundRobin(hosts, random);
    }
    if (policy instanceof LbPolicy.LeastRequest least) {
      return new LeastRequest(hosts, least.choiceCount(), least.activeRequestBias(), random);
    }
    if (policy instanceof LbPolicy.Random) {
      return new RandomHost(hosts, random);
    }
    if (policy instanceof LbPolicy.RingHash ring) {
      return new HashRing(
          hosts,
          ring.minimumRingSize(),
          ring.maximumRingSize(),
          ring.hashFunction(),
          ring.useHostnameForHashing());
    }
    if (policy instanceof LbPolicy.Maglev maglev) {
      return new MaglevTable(hosts, maglev.tableSize(), maglev.useHostnameForHashing());
    }
    if (policy instanceof LbPolicy.ClusterProvided) {
      // an original destination is picked by the cluster itself; its host set is empty here
      return new RoundRobin(hosts, random);
    }
    throw new IllegalStateException("unknown LbPolicy: " + policy);
  }
}
