package io.outrigger.proxy.cluster;

import io.outrigger.config.cluster.ClusterConfig;
import io.outrigger.config.cluster.LbPolicy;
import io.outrigger.proxy.lb.LoadBalancer;
import io.outrigger.proxy.pool.HostPools;
import java.util.ArrayDeque;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Hosts that balancing has chosen for requests to come, so that connections to them are made ahead
 * (predictive_preconnect_ratio). Of one worker.
 */
final class NextHosts {
  /** Envoy's: what one request may cause. */
  private static final int AT_ONCE = 3;

  private final double ratio;
  private final ArrayDeque<Host> chosen = new ArrayDeque<>();

  private NextHosts(double ratio) {
    this.ratio = ratio;
  }

  /** Null: none is to be foreseen, or, as where load or the request decides, can be. */
  static @Nullable NextHosts of(ClusterConfig config) {
    boolean foreseeable =
        config.subsets() == null
            && (config.lbPolicy() instanceof LbPolicy.RoundRobin
                || config.lbPolicy() instanceof LbPolicy.Random);
    double ratio = config.preconnect().predicted();
    return foreseeable && ratio > 1 ? new NextHosts(ratio) : null;
  }

  /** The host that was chosen first; null: none was that the request may take. */
  @Nullable Host take(LbContext context) {
    Host host = chosen.poll();
    while (host != null && context.rejects(host)) {
      host = chosen.poll();
    }
    return host;
  }

  /** The hosts are others now. */
  void forget() {
    chosen.clear();
  }

  /** A stream is about to be asked for: makes connections for those after it. */
  void connect(
      List<HostPools> pools,
      LoadBalancer balancer,
      int healthy,
      LbContext context,
      Function<Host, HostPools> poolsOf) {
    for (int made = 0; made < AT_ONCE && lacksRoom(pools) && chosen.size() < healthy; made++) {
      Host host = balancer.pick(context);
      if (host == null) {
        return;
      }
      chosen.add(host);
      if (!poolsOf.apply(host).connectAhead(context, ratio)) {
        return;
      }
    }
  }

  private boolean lacksRoom(List<HostPools> pools) {
    double shortage = ratio; // of the stream that is about to come
    for (int i = 0; i < pools.size(); i++) {
      shortage += pools.get(i).shortage(ratio);
    }
    return shortage > 0;
  }
}
