package io.outrigger.proxy.cluster;

import static io.outrigger.proxy.cluster.ClusterFixture.until;
import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.config.cluster.ClusterEndpoints;
import io.outrigger.config.cluster.Discovery;
import io.outrigger.config.cluster.Discovery.DnsOptions;
import io.outrigger.config.cluster.Discovery.LookupFamily;
import io.outrigger.config.cluster.DnsResolverConfig;
import io.outrigger.config.cluster.Endpoint;
import io.outrigger.config.cluster.Endpoint.HealthStatus;
import io.outrigger.config.cluster.LbPolicy;
import io.outrigger.config.metadata.Metadata;
import io.outrigger.config.source.ConfigSource;
import io.outrigger.proxy.dns.DnsResolver;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Clusters that come, change and go, with requests on the way. */
class ClusterRegistryTest {
  private static ClusterConfigs eds(String name) {
    return ClusterConfigs.named(name)
        .discovery(new Discovery.Eds(new ConfigSource.Ads(15_000), name));
  }

  private static List<Host> hosts(ClusterFixture fixture, String name) {
    return fixture.registry.clusters().stream()
        .filter(c -> c.name().equals(name))
        .findFirst()
        .orElseThrow()
        .hosts();
  }

  @Test
  void anAggregateSendsToItsFirstMemberWithHostsAsMembersComeAndGo() throws Exception {
    try (ClusterFixture fixture = new ClusterFixture();
        FakeUpstream one = new FakeUpstream();
        FakeUpstream two = new FakeUpstream()) {
      fixture.put(
          ClusterConfigs.named("both")
              .discovery(new Discovery.Aggregate(List.of("first", "second")))
              .lb(new io.outrigger.config.cluster.LbPolicy.ClusterProvided())
              .build());
      assertThat(fixture.send("both", "/").await()).isEqualTo("no host");
      fixture.put(
          ClusterConfigs.named("second").endpoints(ClusterConfigs.ports(two.port())).build());
      assertThat(fixture.send("both", "/").await()).isEqualTo("200");
      assertThat(two.requests.get()).isEqualTo(1);
      fixture.put(
          ClusterConfigs.named("first").endpoints(ClusterConfigs.ports(one.port())).build());
      assertThat(fixture.send("both", "/").await()).isEqualTo("200");
      assertThat(one.requests.get()).isEqualTo(1);
      assertThat(fixture.counter("cluster.first.upstream_rq_total")).isEqualTo(1);
      assertThat(fixture.counter("cluster.both.upstream_rq_total")).isZero();
      fixture.configs.remove("first");
      fixture.apply();
      assertThat(fixture.send("both", "/").await()).isEqualTo("200");
      assertThat(two.requests.get()).isEqualTo(2);
    }
  }

  @Test
  void unknownAndRemovedClusters() throws Exception {
    try (ClusterFixture fixture = new ClusterFixture();
        FakeUpstream upstream = new FakeUpstream()) {
      assertThat(fixture.send("c", "/").await()).isEqualTo("no cluster");
      long before = fixture.registry.on(fixture.worker()).generation();
      fixture.put(
          ClusterConfigs.named("c").endpoints(ClusterConfigs.ports(upstream.port())).build());
      assertThat(fixture.registry.on(fixture.worker()).generation()).isGreaterThan(before);
      assertThat(fixture.send("c", "/").await()).isEqualTo("200");
      TestClient held = fixture.send("c", "/hold");
      until(() -> upstream.requests.get() == 2);
      fixture.configs.clear();
      fixture.apply();
      assertThat(fixture.send("c", "/").await()).isEqualTo("no cluster");
      assertThat(held.result).isNotDone();
      upstream.release();
      assertThat(held.await()).isEqualTo("200");
      until(() -> upstream.open.isEmpty());
      assertThat(fixture.store.counters())
          .noneMatch(counter -> counter.name().startsWith("cluster.c."));
    }
  }

  @Test
  void anEdsUpdateKeepsHostsThatStay() throws Exception {
    try (ClusterFixture fixture = new ClusterFixture();
        FakeUpstream a = new FakeUpstream();
        FakeUpstream b = new FakeUpstream()) {
      fixture.endpoints.put("c", ClusterConfigs.ports(a.port()));
      fixture.put(eds("c").build());
      assertThat(fixture.send("c", "/").await()).isEqualTo("200");
      Host kept = hosts(fixture, "c").getFirst();
      fixture.endpoints.put("c", ClusterConfigs.ports(a.port(), b.port()));
      fixture.apply();
      assertThat(hosts(fixture, "c")).hasSize(2).contains(kept);
      for (int i = 0; i < 10; i++) {
        assertThat(fixture.send("c", "/").await()).isEqualTo("200");
      }
      assertThat(a.accepted.get()).isEqualTo(1);
      assertThat(b.requests.get()).isEqualTo(5);
      assertThat(kept.stats().rqTotal()).isEqualTo(6);
      assertThat(fixture.gauge("cluster.c.membership_total")).isEqualTo(2);
      assertThat(fixture.counter("cluster.c.membership_change")).isEqualTo(2);
    }
  }

  @Test
  void aRemovedHostFinishesItsRequestsAndCloses() throws Exception {
    try (ClusterFixture fixture = new ClusterFixture();
        FakeUpstream a = new FakeUpstream();
        FakeUpstream b = new FakeUpstream()) {
      fixture.endpoints.put("c", ClusterConfigs.ports(a.port()));
      fixture.put(eds("c").build());
      TestClient held = fixture.send("c", "/hold");
      assertThat(fixture.send("c", "/").await()).isEqualTo("200");
      until(() -> a.requests.get() == 2);
      assertThat(a.open).hasSize(2);
      fixture.endpoints.put("c", ClusterConfigs.ports(b.port()));
      fixture.apply();
      until(() -> a.open.size() == 1); // the idle one
      assertThat(fixture.send("c", "/").await()).isEqualTo("200");
      assertThat(b.requests.get()).isEqualTo(1);
      a.release();
      assertThat(held.await()).isEqualTo("200");
      until(() -> a.open.isEmpty());
    }
  }

  @Test
  void aThousandUpdatesUnderLoadFailNothing() throws Exception {
    try (ClusterFixture fixture = new ClusterFixture();
        FakeUpstream a = new FakeUpstream();
        FakeUpstream b = new FakeUpstream();
        FakeUpstream c = new FakeUpstream()) {
      int[] ports = {a.port(), b.port(), c.port()};
      fixture.endpoints.put("c", ClusterConfigs.ports(ports));
      fixture.put(eds("c").lb(new LbPolicy.LeastRequest(2, 1, null)).build());
      List<TestClient> clients = new ArrayList<>();
      for (int i = 0; i < 1000; i++) {
        fixture.endpoints.put("c", ClusterConfigs.ports(ports[i % 3], ports[(i / 7) % 3]));
        fixture.apply();
        clients.add(fixture.send("c", "/"));
        clients.add(fixture.send("c", "/"));
        if (clients.size() > 100) { // else the breaker has its say
          assertThat(clients.removeFirst().await()).isEqualTo("200");
          assertThat(clients.removeFirst().await()).isEqualTo("200");
        }
      }
      for (TestClient client : clients) {
        assertThat(client.await()).isEqualTo("200");
      }
      until(() -> fixture.gauge("cluster.c.upstream_rq_active") == 0);
      until(
          () ->
              a.open.size() + b.open.size() + c.open.size()
                  == fixture.gauge("cluster.c.upstream_cx_active"));
    }
  }

  @Test
  void healthFromEds() throws Exception {
    try (ClusterFixture fixture = new ClusterFixture();
        FakeUpstream a = new FakeUpstream()) {
      Endpoint sick = ClusterConfigs.endpoint(1, 1, HealthStatus.UNHEALTHY, Metadata.EMPTY);
      Endpoint draining = ClusterConfigs.endpoint(2, 1, HealthStatus.DRAINING, Metadata.EMPTY);
      List<Endpoint> all =
          List.of(
              ClusterConfigs.endpoint(a.port(), 1),
              ClusterConfigs.endpoint(a.port(), 1), // twice the same address counts once
              sick);
      ClusterEndpoints endpoints =
          ClusterConfigs.assignment(List.of(ClusterConfigs.locality(0, 1, all)));
      fixture.endpoints.put("c", endpoints);
      fixture.put(eds("c").build());
      for (int i = 0; i < 4; i++) {
        assertThat(fixture.send("c", "/").await()).isEqualTo("200");
      }
      assertThat(fixture.gauge("cluster.c.membership_total")).isEqualTo(2);
      assertThat(fixture.gauge("cluster.c.membership_healthy")).isEqualTo(1);
      assertThat(hosts(fixture, "c").get(1).healthFlags()).isEqualTo("/failed_eds_health");
      fixture.endpoints.put(
          "c",
          ClusterConfigs.assignment(List.of(ClusterConfigs.locality(0, 1, List.of(draining)))));
      fixture.apply();
      assertThat(hosts(fixture, "c").getFirst().healthFlags())
          .isEqualTo("/failed_eds_health/eds_status_draining");
    }
  }

  @Test
  void aChangedClusterTakesTheOldOnesPlaceWhileItsRequestsEnd() throws Exception {
    try (ClusterFixture fixture = new ClusterFixture();
        FakeUpstream upstream = new FakeUpstream()) {
      fixture.put(
          ClusterConfigs.named("c").endpoints(ClusterConfigs.ports(upstream.port())).build());
      TestClient held = fixture.send("c", "/hold");
      until(() -> upstream.requests.get() == 1);
      fixture.put(
          ClusterConfigs.named("c")
              .connectTimeoutMillis(777)
              .endpoints(ClusterConfigs.ports(upstream.port()))
              .build());
      assertThat(fixture.send("c", "/").await()).isEqualTo("200");
      until(() -> upstream.accepted.get() == 2);
      upstream.release();
      assertThat(held.await()).isEqualTo("200");
      until(() -> upstream.open.size() == 1);
      until(() -> fixture.gauge("cluster.c.upstream_cx_active") == 1);
    }
  }

  // ---- DNS ----

  /** Answers as the test says, asked names in order. */
  private static final class FakeDns implements DnsResolver {
    final Map<String, List<InetAddress>> answers = new ConcurrentHashMap<>();

    @Override
    public void resolve(String name, Answer answer) {
      List<InetAddress> addresses = answers.get(name);
      if (addresses == null) {
        answer.onFailure("unknown name");
      } else {
        answer.onAddresses(addresses);
      }
    }

    void set(String name, String... addresses) throws Exception {
      List<InetAddress> list = new ArrayList<>();
      for (String address : addresses) {
        list.add(InetAddress.getByName(address));
      }
      answers.put(name, list);
    }
  }

  private static DnsOptions dns(LookupFamily family) {
    return new DnsOptions(20, 5, 10, false, family, 0, DnsResolverConfig.SYSTEM);
  }

  private static ClusterEndpoints names(Endpoint... endpoints) {
    return ClusterConfigs.assignment(List.of(ClusterConfigs.locality(0, 1, List.of(endpoints))));
  }

  private static List<String> addresses(ClusterFixture fixture) {
    return hosts(fixture, "c").stream().map(Host::addressText).toList();
  }

  @Test
  void strictDnsFollowsTheAnswers() throws Exception {
    FakeDns dns = new FakeDns();
    dns.set("a.test", "127.0.0.1", "127.0.0.2");
    try (ClusterFixture fixture = new ClusterFixture(1, dns);
        FakeUpstream upstream = new FakeUpstream()) {
      fixture.put(
          ClusterConfigs.named("c")
              .discovery(new Discovery.StrictDns(dns(LookupFamily.AUTO)))
              .endpoints(names(ClusterConfigs.named("a.test", upstream.port())))
              .build());
      until(() -> hosts(fixture, "c").size() == 2);
      Host first = hosts(fixture, "c").getFirst();
      assertThat(first.hostname()).isEqualTo("a.test");
      dns.set("a.test", "127.0.0.1");
      until(() -> hosts(fixture, "c").size() == 1);
      assertThat(hosts(fixture, "c")).containsExactly(first);
      dns.answers.remove("a.test");
      until(() -> fixture.counter("cluster.c.update_failure") > 2);
      assertThat(hosts(fixture, "c")).containsExactly(first);
      assertThat(fixture.send("c", "/").await()).isEqualTo("200");
      dns.set("a.test", "127.0.0.1", "::1");
      until(() -> addresses(fixture).equals(List.of("[::1]:" + upstream.port())));
    }
  }

  @Test
  void logicalDnsMovesOneHost() throws Exception {
    FakeDns dns = new FakeDns();
    dns.set("a.test", "127.0.0.1", "127.0.0.2");
    try (ClusterFixture fixture = new ClusterFixture(1, dns);
        FakeUpstream upstream = new FakeUpstream()) {
      fixture.put(
          ClusterConfigs.named("c")
              .discovery(new Discovery.LogicalDns(dns(LookupFamily.V4_ONLY)))
              .endpoints(names(ClusterConfigs.named("a.test", upstream.port())))
              .build());
      until(() -> hosts(fixture, "c").size() == 1);
      Host host = hosts(fixture, "c").getFirst();
      assertThat(fixture.send("c", "/").await()).isEqualTo("200");
      dns.set("a.test", "127.0.0.9");
      until(() -> host.addressText().equals("127.0.0.9:" + upstream.port()));
      assertThat(hosts(fixture, "c")).containsExactly(host);
      assertThat(fixture.send("c", "/").await()).isEqualTo("200");
      until(() -> upstream.accepted.get() == 1); // the open connection serves on
    }
  }

  @Test
  void readyOnceDnsHasAnswered() throws Exception {
    // by name: the first cluster asks for its own again meanwhile
    Map<String, DnsResolver.Answer> asked = new ConcurrentHashMap<>();
    try (ClusterFixture fixture = new ClusterFixture(1, asked::put)) {
      fixture.put(
          ClusterConfigs.named("c")
              .discovery(new Discovery.StrictDns(dns(LookupFamily.AUTO)))
              .endpoints(names(ClusterConfigs.named("a.test", 1)))
              .build());
      var ready = new java.util.concurrent.CompletableFuture<Boolean>();
      fixture
          .workers
          .main()
          .loop()
          .submit(() -> fixture.registry.whenReady(() -> ready.complete(true)))
          .get(5, TimeUnit.SECONDS);
      assertThat(ready).isNotDone();
      asked.get("a.test").onFailure("no such name");
      assertThat(ready.get(5, TimeUnit.SECONDS)).isTrue();
      // a changed cluster takes over only when it has its hosts
      Cluster old = fixture.registry.clusters().iterator().next();
      fixture.put(
          ClusterConfigs.named("c")
              .connectTimeoutMillis(1)
              .discovery(new Discovery.StrictDns(dns(LookupFamily.AUTO)))
              .endpoints(names(ClusterConfigs.named("b.test", 1)))
              .build());
      assertThat(fixture.registry.clusters()).containsExactly(old);
      asked.get("b.test").onAddresses(List.of(InetAddress.getLoopbackAddress()));
      until(() -> !fixture.registry.clusters().contains(old));
      assertThat(addresses(fixture)).containsExactly("127.0.0.1:1");
    }
  }

  // ---- original destinations ----

  private static LbContext to(@Nullable SocketAddress address) {
    return new LbContext() {
      @Override
      public @Nullable SocketAddress originalDestination() {
        return address;
      }
    };
  }

  @Test
  void originalDestinationsComeAndGo() throws Exception {
    try (ClusterFixture fixture = new ClusterFixture();
        FakeUpstream upstream = new FakeUpstream()) {
      fixture.put(
          ClusterConfigs.named("c")
              .discovery(new Discovery.OriginalDst(null, 0, 50))
              .lb(new LbPolicy.ClusterProvided())
              .build());
      LbContext context =
          to(new InetSocketAddress(InetAddress.getLoopbackAddress(), upstream.port()));
      assertThat(TestClient.send(fixture.registry, fixture.worker(), "c", "/", context).await())
          .isEqualTo("200");
      assertThat(TestClient.send(fixture.registry, fixture.worker(), "c", "/", to(null)).await())
          .isEqualTo("no host");
      TestClient held = TestClient.send(fixture.registry, fixture.worker(), "c", "/hold", context);
      until(() -> upstream.requests.get() == 2);
      until(() -> hosts(fixture, "c").size() == 1); // the held request keeps its host
      upstream.release();
      assertThat(held.await()).isEqualTo("200");
      until(() -> hosts(fixture, "c").isEmpty());
      until(() -> upstream.open.isEmpty());
      assertThat(TestClient.send(fixture.registry, fixture.worker(), "c", "/", context).await())
          .isEqualTo("200");
    }
  }
}
