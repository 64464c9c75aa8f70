package io.outrigger.config.cluster;

import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.cluster.v3.LoadBalancingPolicy;
import io.envoyproxy.envoy.extensions.load_balancing_policies.client_side_weighted_round_robin.v3.ClientSideWeightedRoundRobin;
import io.envoyproxy.envoy.extensions.load_balancing_policies.least_request.v3.LeastRequest;
import io.envoyproxy.envoy.extensions.load_balancing_policies.maglev.v3.Maglev;
import io.envoyproxy.envoy.extensions.load_balancing_policies.random.v3.Random;
import io.envoyproxy.envoy.extensions.load_balancing_policies.ring_hash.v3.RingHash;
import io.envoyproxy.envoy.extensions.load_balancing_policies.round_robin.v3.RoundRobin;
import io.envoyproxy.envoy.extensions.load_balancing_policies.subset.v3.Subset;
import io.envoyproxy.envoy.extensions.load_balancing_policies.wrr_locality.v3.WrrLocality;
import io.outrigger.api.peakewma.PeakEwma;
import io.outrigger.config.cluster.LbPolicy.HashFunction;
import io.outrigger.config.compile.Millis;
import io.outrigger.config.compile.Problems;
import io.outrigger.config.compile.TypedExtension;
import io.outrigger.config.compile.Unsigned;
import org.jspecify.annotations.Nullable;

/** Compiles load_balancing_policy, and the older lb_policy with its lb_config. */
final class LbPolicyCompiler {
  private static final int DEFAULT_CHOICES = 2;
  private static final int DEFAULT_MAGLEV_TABLE = 65_537;
  private static final long DEFAULT_MIN_RING = 1024;
  private static final long MAX_RING = 8L << 20;
  private static final long DEFAULT_DECAY_MILLIS = 10_000;

  private LbPolicyCompiler() {}

  static LbPolicy compile(Cluster proto, Problems problems) {
    if (proto.hasLoadBalancingPolicy()) {
      return first(proto.getLoadBalancingPolicy(), problems.at("load_balancing_policy"));
    }
    Cluster.CommonLbConfig.ConsistentHashingLbConfig hashing =
        proto.getCommonLbConfig().getConsistentHashingLbConfig();
    int balance =
        Unsigned.orElse(hashing.hasHashBalanceFactor(), hashing.getHashBalanceFactor(), 0);
    return switch (proto.getLbPolicy()) {
      case LEAST_REQUEST -> leastRequest(proto, problems.at("least_request_lb_config"));
      case RANDOM -> new LbPolicy.Random();
      case RING_HASH -> {
        Cluster.RingHashLbConfig ring = proto.getRingHashLbConfig();
        yield ringHash(
            ring.hasMinimumRingSize() ? ring.getMinimumRingSize().getValue() : DEFAULT_MIN_RING,
            ring.hasMaximumRingSize() ? ring.getMaximumRingSize().getValue() : MAX_RING,
            ring.getHashFunction() == Cluster.RingHashLbConfig.HashFunction.MURMUR_HASH_2
                ? HashFunction.MURMUR_HASH_2
                : HashFunction.XX_HASH,
            hashing.getUseHostnameForHashing(),
            balance,
            problems.at("ring_hash_lb_config"));
      }
      case MAGLEV ->
          maglev(
              proto.getMaglevLbConfig().hasTableSize()
                  ? proto.getMaglevLbConfig().getTableSize().getValue()
                  : DEFAULT_MAGLEV_TABLE,
              hashing.getUseHostnameForHashing(),
              balance,
              problems.at("maglev_lb_config"));
      case CLUSTER_PROVIDED -> new LbPolicy.ClusterProvided();
      case LOAD_BALANCING_POLICY_CONFIG -> {
        problems.error(
            "load_balancing_policy",
            "cluster: LB policy LOAD_BALANCING_POLICY_CONFIG is set but load_balancing_policy is"
                + " not");
        yield new LbPolicy.RoundRobin(null);
      }
      case ROUND_ROBIN, UNRECOGNIZED ->
          new LbPolicy.RoundRobin(
              proto.getRoundRobinLbConfig().hasSlowStartConfig()
                  ? SlowStartCompiler.compile(
                      proto.getRoundRobinLbConfig().getSlowStartConfig(),
                      problems.at("round_robin_lb_config").at("slow_start_config"))
                  : null);
    };
  }

  private static LbPolicy leastRequest(Cluster proto, Problems problems) {
    Cluster.LeastRequestLbConfig config = proto.getLeastRequestLbConfig();
    return leastRequest(
        Unsigned.orElse(config.hasChoiceCount(), config.getChoiceCount(), DEFAULT_CHOICES),
        config.hasActiveRequestBias(),
        config.getActiveRequestBias().getDefaultValue(),
        config.hasSlowStartConfig()
            ? SlowStartCompiler.compile(
                config.getSlowStartConfig(), problems.at("slow_start_config"))
            : null,
        problems);
  }

  private static LbPolicy leastRequest(
      int choices,
      boolean hasBias,
      double bias,
      LbPolicy.@Nullable SlowStart slowStart,
      Problems problems) {
    if (choices < 2) {
      problems.error("choice_count", "is " + choices + "; 2 or more is allowed");
    }
    if (hasBias && bias < 0) {
      problems.error("active_request_bias", "is " + bias + "; 0 or more is allowed");
    }
    return new LbPolicy.LeastRequest(choices, hasBias ? bias : 1.0, slowStart);
  }

  private static LbPolicy ringHash(
      long min, long max, HashFunction function, boolean hostname, int balance, Problems problems) {
    if (min < 0 || min > MAX_RING) {
      problems.error("minimum_ring_size", "is " + min + "; at most " + MAX_RING + " is allowed");
    }
    if (max < 0 || max > MAX_RING) {
      problems.error("maximum_ring_size", "is " + max + "; at most " + MAX_RING + " is allowed");
    }
    if (min > max) {
      problems.error(
          "ring hash: minimum_ring_size ("
              + min
              + ") > maximum_ring_size ("
              + max
              + "); it must not be");
    }
    return new LbPolicy.RingHash(min, max, function, hostname, balance);
  }

  private static LbPolicy maglev(long size, boolean hostname, int balance, Problems problems) {
    if (size < 2 || size > 5_000_011 || !java.math.BigInteger.valueOf(size).isProbablePrime(40)) {
      problems.error("table_size", "is " + size + "; a prime of at most 5000011 is allowed");
      return new LbPolicy.Maglev(DEFAULT_MAGLEV_TABLE, hostname, balance);
    }
    return new LbPolicy.Maglev((int) size, hostname, balance);
  }

  /** The first policy of the list that is known; others before it are skipped. */
  private static LbPolicy first(LoadBalancingPolicy proto, Problems problems) {
    for (int i = 0; i < proto.getPoliciesCount(); i++) {
      Problems here = problems.at("policies", i).at("typed_extension_config").at("typed_config");
      TypedExtension extension =
          TypedExtension.of(proto.getPolicies(i).getTypedExtensionConfig().getTypedConfig(), here);
      LbPolicy policy = policy(extension, here);
      if (policy != null) {
        return policy;
      }
      here.warning("'" + extension.type() + "' is not supported and skipped");
    }
    problems.error(
        "policies",
        "cluster: didn't find a registered load balancer factory; round_robin, least_request,"
            + " client_side_weighted_round_robin, random, ring_hash, maglev, subset, wrr_locality,"
            + " cluster_provided and"
            + " outrigger...PeakEwma are supported");
    return new LbPolicy.RoundRobin(null);
  }

  private static @Nullable LbPolicy policy(TypedExtension extension, Problems problems) {
    return switch (extension.type()) {
      case "envoy.extensions.load_balancing_policies.round_robin.v3.RoundRobin" -> {
        RoundRobin proto = extension.parse(RoundRobin.parser(), problems);
        yield proto == null
            ? null
            : new LbPolicy.RoundRobin(
                proto.hasSlowStartConfig()
                    ? SlowStartCompiler.compile(
                        proto.getSlowStartConfig(), problems.at("slow_start_config"))
                    : null);
      }
      case "envoy.extensions.load_balancing_policies.least_request.v3.LeastRequest" -> {
        LeastRequest proto = extension.parse(LeastRequest.parser(), problems);
        yield proto == null
            ? null
            : leastRequest(
                proto.getSelectionMethod() == LeastRequest.SelectionMethod.FULL_SCAN
                    ? LbPolicy.LeastRequest.ALL_HOSTS
                    : Unsigned.orElse(
                        proto.hasChoiceCount(), proto.getChoiceCount(), DEFAULT_CHOICES),
                proto.hasActiveRequestBias(),
                proto.getActiveRequestBias().getDefaultValue(),
                proto.hasSlowStartConfig()
                    ? SlowStartCompiler.compile(
                        proto.getSlowStartConfig(), problems.at("slow_start_config"))
                    : null,
                problems);
      }
      case "envoy.extensions.load_balancing_policies.random.v3.Random" -> {
        Random proto = extension.parse(Random.parser(), problems);
        yield proto == null ? null : new LbPolicy.Random();
      }
      case "envoy.extensions.load_balancing_policies.ring_hash.v3.RingHash" -> {
        RingHash proto = extension.parse(RingHash.parser(), problems);
        yield proto == null ? null : ringHash(proto, problems);
      }
      case "envoy.extensions.load_balancing_policies.maglev.v3.Maglev" -> {
        Maglev proto = extension.parse(Maglev.parser(), problems);
        yield proto == null
            ? null
            : maglev(
                proto.hasTableSize() ? proto.getTableSize().getValue() : DEFAULT_MAGLEV_TABLE,
                proto.getConsistentHashingLbConfig().getUseHostnameForHashing(),
                Unsigned.clamp(
                    proto.getConsistentHashingLbConfig().getHashBalanceFactor().getValue()),
                problems);
      }
      case "envoy.extensions.load_balancing_policies.subset.v3.Subset" -> {
        Subset proto = extension.parse(Subset.parser(), problems);
        yield proto == null
            ? null
            : first(proto.getSubsetLbPolicy(), problems.at("subset_lb_policy"));
      }
      case "envoy.extensions.load_balancing_policies.wrr_locality.v3.WrrLocality" -> {
        WrrLocality proto = extension.parse(WrrLocality.parser(), problems);
        yield proto == null
            ? null
            : first(proto.getEndpointPickingPolicy(), problems.at("endpoint_picking_policy"));
      }
      case "envoy.extensions.load_balancing_policies.client_side_weighted_round_robin.v3.ClientSideWeightedRoundRobin" -> {
        ClientSideWeightedRoundRobin proto =
            extension.parse(ClientSideWeightedRoundRobin.parser(), problems);
        yield proto == null ? null : ClientSideWeightedCompiler.compile(proto, problems);
      }
      case "outrigger.extensions.load_balancing_policies.peak_ewma.v1.PeakEwma" -> {
        PeakEwma proto = extension.parse(PeakEwma.parser(), problems);
        yield proto == null
            ? null
            : new LbPolicy.PeakEwma(
                Unsigned.orElse(proto.hasChoiceCount(), proto.getChoiceCount(), DEFAULT_CHOICES),
                Millis.positive(
                    proto.hasDecayTime(),
                    proto.getDecayTime(),
                    DEFAULT_DECAY_MILLIS,
                    problems.at("decay_time")));
      }
      case "envoy.extensions.load_balancing_policies.cluster_provided.v3.ClusterProvided" ->
          new LbPolicy.ClusterProvided();
      default -> null;
    };
  }

  @SuppressWarnings("deprecation") // use_hostname_for_hashing, hash_balance_factor
  private static LbPolicy ringHash(RingHash proto, Problems problems) {
    var hashing = proto.getConsistentHashingLbConfig();
    return ringHash(
        proto.hasMinimumRingSize() ? proto.getMinimumRingSize().getValue() : DEFAULT_MIN_RING,
        proto.hasMaximumRingSize() ? proto.getMaximumRingSize().getValue() : MAX_RING,
        proto.getHashFunction() == RingHash.HashFunction.MURMUR_HASH_2
            ? HashFunction.MURMUR_HASH_2
            : HashFunction.XX_HASH,
        proto.getUseHostnameForHashing() || hashing.getUseHostnameForHashing(),
        Unsigned.clamp(
            hashing.hasHashBalanceFactor()
                ? hashing.getHashBalanceFactor().getValue()
                : proto.getHashBalanceFactor().getValue()),
        problems);
  }
}
