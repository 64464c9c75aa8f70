package io.outrigger.control.translate.cluster;

import com.google.protobuf.UInt64Value;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.outrigger.control.istio.LocalityBalancing;
import io.outrigger.control.istio.TrafficPolicy.ConsistentHash;
import io.outrigger.control.istio.TrafficPolicy.LoadBalancer;
import io.outrigger.control.translate.Values;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A cluster's load balancer; least request when nothing is said, as in Istio. */
final class LoadBalancing {
  private LoadBalancing() {}

  static void apply(Cluster.Builder out, @Nullable LoadBalancer settings) {
    if (out.getType() == Cluster.DiscoveryType.ORIGINAL_DST) {
      return;
    }
    if (settings == null) {
      out.setLbPolicy(Cluster.LbPolicy.LEAST_REQUEST);
      return;
    }
    LocalityBalancing locality = settings.locality();
    if (locality != null && locality.enabled() && !locality.distribute().isEmpty()) {
      out.setCommonLbConfig(
          out.getCommonLbConfig().toBuilder()
              .setLocalityWeightedLbConfig(
                  Cluster.CommonLbConfig.LocalityWeightedLbConfig.getDefaultInstance()));
    }
    if (settings.consistentHash() != null) {
      hash(out, settings.consistentHash());
      return;
    }
    switch (settings.simple()) {
      case UNSPECIFIED, LEAST_REQUEST -> {
        out.setLbPolicy(Cluster.LbPolicy.LEAST_REQUEST);
        if (settings.warmup() != null) {
          out.setLeastRequestLbConfig(
              Cluster.LeastRequestLbConfig.newBuilder()
                  .setSlowStartConfig(slowStart(settings.warmup())));
        }
      }
      case ROUND_ROBIN -> {
        out.setLbPolicy(Cluster.LbPolicy.ROUND_ROBIN);
        if (settings.warmup() != null) {
          out.setRoundRobinLbConfig(
              Cluster.RoundRobinLbConfig.newBuilder()
                  .setSlowStartConfig(slowStart(settings.warmup())));
        }
      }
      case RANDOM -> out.setLbPolicy(Cluster.LbPolicy.RANDOM);
      case PASSTHROUGH ->
          out.clearEdsClusterConfig()
              .clearLoadAssignment()
              .setType(Cluster.DiscoveryType.ORIGINAL_DST)
              .setLbPolicy(Cluster.LbPolicy.CLUSTER_PROVIDED);
    }
  }

  private static Cluster.SlowStartConfig slowStart(Duration window) {
    return Cluster.SlowStartConfig.newBuilder().setSlowStartWindow(Values.duration(window)).build();
  }

  private static void hash(Cluster.Builder out, ConsistentHash hash) {
    UInt64Value size = UInt64Value.newBuilder().setValue(hash.size()).build();
    switch (hash.algorithm()) {
      case RING_HASH -> {
        Cluster.RingHashLbConfig.Builder ring = Cluster.RingHashLbConfig.newBuilder();
        // Istio's default, Envoy's too
        ring.setMinimumRingSize(
            hash.size() > 0 ? size : UInt64Value.newBuilder().setValue(1024).build());
        out.setLbPolicy(Cluster.LbPolicy.RING_HASH).setRingHashLbConfig(ring);
      }
      case MAGLEV -> {
        out.setLbPolicy(Cluster.LbPolicy.MAGLEV);
        if (hash.size() > 0) {
          out.setMaglevLbConfig(Cluster.MaglevLbConfig.newBuilder().setTableSize(size));
        }
      }
    }
  }
}
