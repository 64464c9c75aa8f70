package io.outrigger.proxy.lb;

import static io.outrigger.proxy.cluster.ClusterConfigs.assignment;
import static io.outrigger.proxy.cluster.ClusterConfigs.endpoint;
import static io.outrigger.proxy.cluster.ClusterConfigs.hosts;
import static io.outrigger.proxy.cluster.ClusterConfigs.locality;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.outrigger.config.cluster.CommonLb;
import io.outrigger.config.cluster.Endpoint;
import io.outrigger.config.cluster.Endpoint.HealthStatus;
import io.outrigger.config.cluster.LbPolicy;
import io.outrigger.config.cluster.Locality;
import io.outrigger.config.cluster.LocalityEndpoints;
import io.outrigger.config.cluster.SubsetConfig;
import io.outrigger.config.metadata.Metadata;
import io.outrigger.proxy.cluster.ClusterConfigs;
import io.outrigger.proxy.cluster.Host;
import io.outrigger.proxy.cluster.HostSet;
import io.outrigger.proxy.cluster.LbContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LoadBalancerTest {
  private static final LbContext PLAIN = new LbContext() {};

  private final Random random = new Random(7);
  private int panics;
  private long now = System.nanoTime();
  private long active;
  private Locality here = Locality.EMPTY;
  private @Nullable HostSet localHosts;
  private final List<LbScope.ZoneDecision> zones = new ArrayList<>();
  private final LbScope scope =
      new LbScope() {
        @Override
        public long random() {
          return random.nextLong();
        }

        @Override
        public long nanos() {
          return now;
        }

        @Override
        public long activeRequests() {
          return active;
        }

        @Override
        public void inPanic() {
          panics++;
        }

        @Override
        public Locality locality() {
          return here;
        }

        @Override
        public @Nullable HostSet localHosts() {
          return localHosts;
        }

        @Override
        public void zone(ZoneDecision decision) {
          zones.add(decision);
        }
      };

  private LoadBalancer balancer(ClusterConfigs config, HostSet hosts) {
    return new Balancers(config.build(), scope).of(hosts);
  }

  /** How often each port was picked. */
  private static Map<Integer, Integer> shares(LoadBalancer balancer, int picks) {
    Map<Integer, Integer> shares = new TreeMap<>();
    for (int i = 0; i < picks; i++) {
      Host host = balancer.pick(PLAIN);
      shares.merge(host == null ? 0 : port(host), 1, Integer::sum);
    }
    return shares;
  }

  private static int port(Host host) {
    return ((java.net.InetSocketAddress) host.address()).getPort();
  }

  private static LbContext hashed(long hash) {
    return new LbContext() {
      @Override
      public boolean hasHash() {
        return true;
      }

      @Override
      public long hash() {
        return hash;
      }
    };
  }

  // ---- pickers ----

  @Test
  void roundRobinTakesTurns() {
    LoadBalancer balancer =
        balancer(ClusterConfigs.named("c"), hosts(ClusterConfigs.ports(1, 2, 3)));
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      order.add(port(balancer.pick(PLAIN)));
    }
    assertThat(order.subList(0, 3)).containsExactlyInAnyOrder(1, 2, 3);
    assertThat(order.subList(3, 6)).isEqualTo(order.subList(0, 3));
  }

  @Test
  void roundRobinFollowsWeightsExactly() {
    HostSet hosts =
        hosts(
            assignment(
                List.of(locality(0, 1, List.of(endpoint(1, 1), endpoint(2, 2), endpoint(3, 5))))));
    assertThat(shares(balancer(ClusterConfigs.named("c"), hosts), 800))
        .containsEntry(1, 100)
        .containsEntry(2, 200)
        .containsEntry(3, 500);
  }

  @Test
  void weightedTurnsAreSpread() {
    HostSet hosts =
        hosts(assignment(List.of(locality(0, 1, List.of(endpoint(1, 1), endpoint(2, 3))))));
    LoadBalancer balancer = balancer(ClusterConfigs.named("c"), hosts);
    int inARow = 0;
    for (int i = 0; i < 100; i++) {
      inARow = port(balancer.pick(PLAIN)) == 2 ? inARow + 1 : 0;
      assertThat(inARow).isLessThanOrEqualTo(4);
    }
  }

  @Test
  void leastRequestAvoidsTheBusy() {
    HostSet hosts = hosts(ClusterConfigs.ports(1, 2));
    LoadBalancer balancer =
        balancer(ClusterConfigs.named("c").lb(new LbPolicy.LeastRequest(2, 1, null)), hosts);
    Host busy = hosts.priorities().getFirst().hosts()[0];
    for (int i = 0; i < 10; i++) {
      busy.stats().requestStarted(1);
    }
    // the busy one is taken only where both choices fall on it
    assertThat(shares(balancer, 1000).get(1)).isBetween(200, 300);
    busy.stats().requestsEnded(1, 10);
    assertThat(shares(balancer, 1000).get(1)).isBetween(400, 600);
  }

  @Test
  void leastRequestOfAllTakesNoneThatHasMore() {
    HostSet hosts = hosts(ClusterConfigs.ports(1, 2, 3));
    int all = LbPolicy.LeastRequest.ALL_HOSTS;
    LoadBalancer balancer =
        balancer(ClusterConfigs.named("c").lb(new LbPolicy.LeastRequest(all, 1, null)), hosts);
    hosts.priorities().getFirst().hosts()[1].stats().requestStarted(1);
    Map<Integer, Integer> shares = shares(balancer, 1000);
    assertThat(shares).containsOnlyKeys(1, 3);
    assertThat(shares.get(1)).isBetween(400, 600);
  }

  @Test
  void leastRequestWithWeightsCountsRequestsAgainstThem() {
    HostSet hosts =
        hosts(assignment(List.of(locality(0, 1, List.of(endpoint(1, 4), endpoint(2, 1))))));
    LoadBalancer balancer =
        balancer(ClusterConfigs.named("c").lb(new LbPolicy.LeastRequest(2, 1, null)), hosts);
    assertThat(shares(balancer, 1000).get(1)).isBetween(790, 810);
    hosts.priorities().getFirst().hosts()[0].stats().requestStarted(1);
    hosts.priorities().getFirst().hosts()[0].stats().requestStarted(1);
    hosts.priorities().getFirst().hosts()[0].stats().requestStarted(1);
    assertThat(shares(balancer, 1000).get(1)).isBetween(490, 510);
  }

  @Test
  void randomReachesAll() {
    LoadBalancer balancer =
        balancer(
            ClusterConfigs.named("c").lb(new LbPolicy.Random()),
            hosts(ClusterConfigs.ports(1, 2, 3)));
    assertThat(shares(balancer, 3000).values()).allMatch(share -> share > 900 && share < 1100);
  }

  // ---- slow start ----

  @Test
  void hostsThatBeganTogetherShareEvenly() {
    LbPolicy.SlowStart slow = new LbPolicy.SlowStart(10_000, 1, 10);
    for (LbPolicy policy :
        List.of(new LbPolicy.RoundRobin(slow), new LbPolicy.LeastRequest(2, 1, slow))) {
      HostSet old = hosts(ClusterConfigs.ports(1));
      HostSet both = hosts(ClusterConfigs.ports(1, 2));
      Host first = old.priorities().getFirst().hosts()[0];
      Host second = both.priorities().getFirst().hosts()[1];
      long age = second.healthySinceNanos() - first.healthySinceNanos();
      assertThat(age).isPositive();
      // both as new: equal shares, however young
      now = second.healthySinceNanos() + 2_000_000_000L;
      LoadBalancer balancer = balancer(ClusterConfigs.named("c").lb(policy), both);
      assertThat(shares(balancer, 1000).get(2)).isBetween(450, 550);
    }
  }

  @Test
  void theRampFollowsTheWindow() {
    Host host = hosts(ClusterConfigs.ports(1)).priorities().getFirst().hosts()[0];
    Host[] one = {host};
    now = host.healthySinceNanos();
    Ramp even = Ramp.of(new LbPolicy.SlowStart(10_000, 1, 10), one, () -> now);
    Ramp steep = Ramp.of(new LbPolicy.SlowStart(10_000, 2, 0), one, () -> now);
    assertThat(even.factor(host)).isEqualTo(0.1);
    now += 5_000_000_000L;
    assertThat(even.factor(host)).isEqualTo(0.5);
    assertThat(steep.factor(host)).isEqualTo(Math.sqrt(0.5));
    now += 5_000_000_000L;
    assertThat(even.factor(host)).isEqualTo(1);
    assertThat(Ramp.of(new LbPolicy.SlowStart(10_000, 1, 10), one, () -> now)).isNull();
    assertThat(Ramp.of(null, one, () -> now)).isNull();
  }

  // ---- bounded load ----

  @Test
  void mersenneTwisterMatchesItsDefinition() {
    MersenneTwister twister = new MersenneTwister();
    twister.seed(5489);
    assertThat(twister.next()).isEqualTo(3499211612L);
    for (int i = 2; i < 10_000; i++) {
      twister.next();
    }
    // what C++ requires of std::mt19937
    assertThat(twister.next()).isEqualTo(4123659995L);
  }

  @Test
  void aBusyHostsRequestsGoToOthersInAnOrderOfTheirOwn() {
    LbPolicy ring = new LbPolicy.RingHash(1024, 8 << 20, LbPolicy.HashFunction.XX_HASH, false, 120);
    HostSet hosts = hosts(ClusterConfigs.ports(1, 2, 3, 4));
    LoadBalancer balancer = balancer(ClusterConfigs.named("c").lb(ring), hosts);
    Host first = balancer.pick(hashed(77));
    assertThat(balancer.pick(hashed(77))).isSameAs(first);
    for (int i = 0; i < 20; i++) {
      first.stats().requestStarted(1);
    }
    active = 20;
    Host other = balancer.pick(hashed(77));
    assertThat(other).isNotSameAs(first);
    assertThat(balancer.pick(hashed(77))).isSameAs(other);
    first.stats().requestsEnded(1, 20);
    active = 0;
    assertThat(balancer.pick(hashed(77))).isSameAs(first);
  }

  // ---- zones ----

  private static LocalityEndpoints zone(String zone, int... ports) {
    return new LocalityEndpoints(
        new Locality("r", zone, ""),
        0,
        0,
        Metadata.EMPTY,
        java.util.stream.IntStream.of(ports).mapToObj(port -> endpoint(port, 1)).toList());
  }

  @Test
  void trafficStaysInTheZoneAsFarAsItHasHosts() {
    here = new Locality("r", "a", "");
    localHosts = hosts(assignment(List.of(zone("a", 1, 2, 3), zone("b", 4))));
    ClusterConfigs config =
        ClusterConfigs.named("c")
            .common(
                new CommonLb(
                    50,
                    false,
                    false,
                    new CommonLb.ZoneAware(100, 1),
                    1000,
                    false,
                    false,
                    java.util.Set.of()));
    HostSet roomy = hosts(assignment(List.of(zone("b", 14), zone("a", 11, 12, 13))));
    assertThat(shares(balancer(config, roomy), 300).keySet()).containsExactly(11, 12, 13);
    // three quarters of the proxies, half of the hosts: two thirds of their requests stay
    HostSet tight = hosts(assignment(List.of(zone("a", 11), zone("b", 12))));
    assertThat(shares(balancer(config, tight), 3000).get(11)).isBetween(1850, 2150);
    assertThat(zones).contains(LbScope.ZoneDecision.ROUTING_CROSS_ZONE);
    assertThat(shares(balancer(ClusterConfigs.named("small"), tight), 300).get(11)).isEqualTo(150);
    assertThat(zones).contains(LbScope.ZoneDecision.CLUSTER_TOO_SMALL);
  }

  // ---- what a real Envoy 1.40 chose, for the value of a header and hosts of these weights ----

  private static final HostSet FIVE =
      hosts(
          assignment(
              List.of(
                  locality(
                      0,
                      1,
                      List.of(
                          endpoint(1, 1),
                          endpoint(2, 1),
                          endpoint(3, 2),
                          endpoint(4, 1),
                          endpoint(5, 3))))));

  private void expectEnvoysChoices(LbPolicy policy, int... choices) {
    LoadBalancer balancer = balancer(ClusterConfigs.named("c").lb(policy), FIVE);
    List<Integer> picked = new ArrayList<>();
    List<Integer> wanted = new ArrayList<>();
    for (int i = 0; i < choices.length; i++) {
      picked.add(port(balancer.pick(hashed(XxHash64.hash("key-" + i, 0)))));
      wanted.add(choices[i]);
    }
    assertThat(picked).isEqualTo(wanted);
  }

  @Test
  void ringChoosesAsEnvoyDoes() {
    expectEnvoysChoices(
        new LbPolicy.RingHash(1024, 8 << 20, LbPolicy.HashFunction.XX_HASH, false, 0),
        4,
        3,
        5,
        5,
        4,
        5,
        5,
        5,
        1,
        3,
        5,
        5,
        5,
        1,
        5,
        3,
        3,
        5,
        5,
        2);
  }

  @Test
  void murmurRingChoosesAsEnvoyDoes() {
    expectEnvoysChoices(
        new LbPolicy.RingHash(1024, 8 << 20, LbPolicy.HashFunction.MURMUR_HASH_2, false, 0),
        3,
        3,
        3,
        5,
        5,
        3,
        5,
        5,
        3,
        3,
        2,
        5,
        5,
        5,
        5,
        5,
        1,
        3,
        5,
        5);
  }

  @Test
  void maglevChoosesAsEnvoyDoes() {
    expectEnvoysChoices(
        new LbPolicy.Maglev(65_537, false, 0),
        5,
        5,
        3,
        2,
        5,
        4,
        1,
        4,
        5,
        3,
        5,
        1,
        5,
        5,
        1,
        3,
        2,
        3,
        1,
        2);
  }

  /** Places that go to another host if weights are not rounded as Envoy rounds them. */
  @Test
  void tablesAndRingsRoundAsEnvoyDoes() {
    CommonLb weighted = new CommonLb(50, false, true, null, 1000, false, false, java.util.Set.of());
    HostSet hosts =
        hosts(
            assignment(
                List.of(
                    locality(0, 8, List.of(endpoint(1, 1), endpoint(2, 1))),
                    locality(0, 3, List.of(endpoint(3, 2), endpoint(4, 1), endpoint(5, 3))))));
    LbPolicy maglev = new LbPolicy.Maglev(65_537, false, 0);
    LbPolicy ring = new LbPolicy.RingHash(1024, 8 << 20, LbPolicy.HashFunction.XX_HASH, false, 0);
    LoadBalancer table = balancer(ClusterConfigs.named("c").common(weighted).lb(maglev), hosts);
    LoadBalancer circle = balancer(ClusterConfigs.named("c").common(weighted).lb(ring), hosts);
    assertThat(picks(table, 10_043, 11_404, 15_985)).containsExactly(1, 1, 4);
    assertThat(picks(circle, 882, 1077, 1145)).containsExactly(1, 1, 1);
  }

  private static List<Integer> picks(LoadBalancer balancer, int... keys) {
    return java.util.Arrays.stream(keys)
        .mapToObj(key -> port(balancer.pick(hashed(XxHash64.hash("key-" + key, 0)))))
        .toList();
  }

  @Test
  void xxHashMatchesItsDefinition() {
    assertThat(XxHash64.hash("", 0)).isEqualTo(0xEF46DB3751D8E999L);
    assertThat(XxHash64.hash("a", 0)).isEqualTo(0xD24EC4F1A98C6E5BL);
    assertThat(XxHash64.hash("abc", 0)).isEqualTo(0x44BC2CF5AD770999L);
    assertThat(XxHash64.hash("Nobody inspects the spammish repetition", 0))
        .isEqualTo(0xFBCEA83C8A378BF1L);
  }

  @Test
  void aHashKeepsItsHostWhenAnotherGoes() {
    LbPolicy ring = new LbPolicy.RingHash(1024, 8 << 20, LbPolicy.HashFunction.XX_HASH, false, 0);
    LoadBalancer five =
        balancer(ClusterConfigs.named("c").lb(ring), hosts(ClusterConfigs.ports(1, 2, 3, 4, 5)));
    LoadBalancer four =
        balancer(ClusterConfigs.named("c").lb(ring), hosts(ClusterConfigs.ports(1, 2, 3, 4)));
    int moved = 0;
    for (int i = 0; i < 1000; i++) {
      LbContext context = hashed(random.nextLong());
      int before = port(five.pick(context));
      if (before != 5 && port(four.pick(context)) != before) {
        moved++;
      }
    }
    assertThat(moved).isLessThan(150);
  }

  // ---- health and priorities ----

  private static LocalityEndpoints level(int priority, int firstPort, int healthy, int sick) {
    List<Endpoint> endpoints = new ArrayList<>();
    for (int i = 0; i < healthy + sick; i++) {
      endpoints.add(
          endpoint(
              firstPort + i,
              1,
              i < healthy ? HealthStatus.HEALTHY : HealthStatus.UNHEALTHY,
              Metadata.EMPTY));
    }
    return locality(priority, 1, endpoints);
  }

  /** Shares of each priority in percent: ports of priority p begin at 100 * (p + 1). */
  private Map<Integer, Integer> levels(ClusterConfigs config, LocalityEndpoints... levels) {
    LoadBalancer balancer = balancer(config, hosts(assignment(List.of(levels))));
    Map<Integer, Integer> shares = new TreeMap<>();
    shares(balancer, 20_000)
        .forEach((port, share) -> shares.merge(port / 100 - 1, share, Integer::sum));
    shares.replaceAll((level, share) -> Math.round(share / 200f));
    return shares;
  }

  @Test
  void sickHostsGetNothingAboveThePanicThreshold() {
    HostSet hosts = hosts(assignment(List.of(level(0, 100, 3, 2))));
    assertThat(shares(balancer(ClusterConfigs.named("c"), hosts), 300).keySet())
        .containsExactly(100, 101, 102);
    assertThat(panics).isZero();
  }

  @Test
  void belowTheThresholdAllHostsServe() {
    HostSet hosts = hosts(assignment(List.of(level(0, 100, 1, 4))));
    assertThat(shares(balancer(ClusterConfigs.named("c"), hosts), 300).keySet())
        .containsExactly(100, 101, 102, 103, 104);
    assertThat(panics).isEqualTo(300);
  }

  @Test
  void failTrafficOnPanicPicksNone() {
    CommonLb fail = new CommonLb(50, true, false, null, 1000, false, false, java.util.Set.of());
    HostSet hosts = hosts(assignment(List.of(level(0, 100, 1, 4))));
    assertThat(shares(balancer(ClusterConfigs.named("c").common(fail), hosts), 10))
        .containsExactly(Map.entry(0, 10));
  }

  @Test
  void withThresholdZeroNobodyServesForTheSick() {
    CommonLb never = new CommonLb(0, false, false, null, 1000, false, false, java.util.Set.of());
    HostSet hosts = hosts(assignment(List.of(level(0, 100, 0, 4))));
    assertThat(shares(balancer(ClusterConfigs.named("c").common(never), hosts), 10))
        .containsExactly(Map.entry(0, 10));
  }

  @Test
  void noHostsAtAll() {
    assertThat(balancer(ClusterConfigs.named("c"), HostSet.EMPTY).pick(PLAIN)).isNull();
    assertThat(balancer(ClusterConfigs.named("c"), hosts(assignment(List.of()))).pick(PLAIN))
        .isNull();
  }

  @Test
  void prioritiesSpillOverAsTheFactorSays() {
    ClusterConfigs config = ClusterConfigs.named("c");
    // 100 % healthy, and 71.4 % healthy, suffice; 50 % carries 70
    assertThat(levels(config, level(0, 100, 4, 0), level(1, 200, 4, 0))).containsOnlyKeys(0);
    assertThat(levels(config, level(0, 100, 3, 1), level(1, 200, 4, 0))).containsOnlyKeys(0);
    Map<Integer, Integer> half = levels(config, level(0, 100, 2, 2), level(1, 200, 4, 0));
    assertThat(half.get(0)).isBetween(68, 72);
    assertThat(half.get(1)).isBetween(28, 32);
    assertThat(levels(config, level(0, 100, 0, 4), level(1, 200, 4, 0))).containsOnlyKeys(1);
  }

  @Test
  void degradedHostsServeWhatTheHealthyCannot() {
    List<Endpoint> endpoints =
        List.of(
            endpoint(100, 1, HealthStatus.HEALTHY, Metadata.EMPTY),
            endpoint(101, 1, HealthStatus.DEGRADED, Metadata.EMPTY),
            endpoint(102, 1, HealthStatus.DEGRADED, Metadata.EMPTY),
            endpoint(103, 1, HealthStatus.DEGRADED, Metadata.EMPTY));
    LoadBalancer balancer =
        balancer(ClusterConfigs.named("c"), hosts(assignment(List.of(locality(0, 1, endpoints)))));
    Map<Integer, Integer> shares = shares(balancer, 10_000);
    // one of four healthy, times 1.4: 35 %
    assertThat(shares.get(100)).isBetween(3300, 3700);
  }

  @Test
  void localitiesGetTheirWeights() {
    CommonLb weighted = new CommonLb(50, false, true, null, 1000, false, false, java.util.Set.of());
    HostSet hosts =
        hosts(
            assignment(
                List.of(
                    locality(0, 1, List.of(endpoint(1, 1), endpoint(2, 1))),
                    locality(0, 3, List.of(endpoint(3, 1))))));
    assertThat(shares(balancer(ClusterConfigs.named("c").common(weighted), hosts), 800))
        .containsEntry(1, 100)
        .containsEntry(2, 100)
        .containsEntry(3, 600);
  }

  @Test
  void aRetryTakesAnotherHost() {
    HostSet hosts = hosts(ClusterConfigs.ports(1, 2));
    LoadBalancer balancer = balancer(ClusterConfigs.named("c"), hosts);
    Host first = balancer.pick(PLAIN);
    balancer.pick(PLAIN); // the next turn would be the first's again
    LbContext retry =
        new LbContext() {
          @Override
          public boolean rejects(Host host) {
            return host == first;
          }

          @Override
          public int hostSelectionRetries() {
            return 3;
          }
        };
    assertThat(balancer.pick(retry)).isNotSameAs(first);
  }

  // ---- subsets ----

  private static Metadata version(String version) {
    return new Metadata(Map.of("envoy.lb", struct(Map.of("version", version))));
  }

  private static Struct struct(Map<String, String> fields) {
    return Struct.newBuilder()
        .putAllFields(
            fields.entrySet().stream()
                .collect(
                    Collectors.toMap(
                        Map.Entry::getKey,
                        e -> Value.newBuilder().setStringValue(e.getValue()).build())))
        .build();
  }

  private static LbContext asking(@Nullable Struct metadata) {
    return new LbContext() {
      @Override
      public @Nullable Struct metadataMatch() {
        return metadata;
      }
    };
  }

  private LoadBalancer subsets(SubsetConfig.Fallback fallback) {
    SubsetConfig config =
        new SubsetConfig(
            fallback,
            struct(Map.of("version", "v1")),
            List.of(
                new SubsetConfig.Selector(
                    List.of("version"), SubsetConfig.Fallback.NOT_DEFINED, List.of(), false)),
            false,
            false,
            false,
            false);
    HostSet hosts =
        hosts(
            assignment(
                List.of(
                    locality(
                        0,
                        1,
                        List.of(
                            endpoint(1, 1, HealthStatus.UNKNOWN, version("v1")),
                            endpoint(2, 1, HealthStatus.UNKNOWN, version("v2")))))));
    return balancer(ClusterConfigs.named("c").subsets(config), hosts);
  }

  @Test
  void aSubsetIsFoundByMetadata() {
    LoadBalancer balancer = subsets(SubsetConfig.Fallback.NO_FALLBACK);
    LbContext v2 = asking(struct(Map.of("version", "v2")));
    for (int i = 0; i < 5; i++) {
      assertThat(port(balancer.pick(v2))).isEqualTo(2);
    }
    assertThat(balancer.pick(asking(struct(Map.of("version", "v3"))))).isNull();
    assertThat(balancer.pick(asking(struct(Map.of("stage", "x"))))).isNull();
    assertThat(balancer.pick(PLAIN)).isNull();
  }

  @Test
  void fallbacks() {
    LbContext unknown = asking(struct(Map.of("version", "v3")));
    LoadBalancer toDefault = subsets(SubsetConfig.Fallback.DEFAULT_SUBSET);
    assertThat(port(toDefault.pick(unknown))).isEqualTo(1);
    assertThat(port(toDefault.pick(PLAIN))).isEqualTo(1);
    LoadBalancer toAny = subsets(SubsetConfig.Fallback.ANY_ENDPOINT);
    assertThat(List.of(port(toAny.pick(unknown)), port(toAny.pick(unknown))))
        .containsExactlyInAnyOrder(1, 2);
  }

  @Test
  void aRetryLeavesOutPrioritiesUntilNoneIsLeft() {
    HostSet set =
        hosts(
            assignment(
                List.of(
                    locality(0, 1, List.of(endpoint(1, 1))),
                    locality(1, 1, List.of(endpoint(2, 1))),
                    locality(2, 1, List.of(endpoint(3, 1))))));
    LoadBalancer balancer = balancer(ClusterConfigs.named("c"), set);
    assertThat(port(balancer.pick(excluding(0b001)))).isEqualTo(2);
    assertThat(port(balancer.pick(excluding(0b011)))).isEqualTo(3);
    assertThat(port(balancer.pick(excluding(0b010)))).isEqualTo(1);
    assertThat(allTried).isZero();
    assertThat(port(balancer.pick(excluding(0b111)))).isEqualTo(1);
    assertThat(allTried).isEqualTo(1);
  }

  private int allTried;

  private LbContext excluding(long priorities) {
    return new LbContext() {
      @Override
      public long excludedPriorities() {
        return priorities;
      }

      @Override
      public void allPrioritiesTried() {
        allTried++;
      }
    };
  }
}
