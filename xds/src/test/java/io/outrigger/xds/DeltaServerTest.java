package io.outrigger.xds;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.rpc.Status;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.envoyproxy.envoy.service.discovery.v3.Resource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class DeltaServerTest {
  private final DeltaServer server = new DeltaServer();
  private long now;

  private @Nullable DeltaDiscoveryResponse poll() {
    return server.poll(now);
  }

  private DeltaDiscoveryResponse next(ResourceType type) {
    DeltaDiscoveryResponse response = Objects.requireNonNull(poll(), "nothing is due");
    assertThat(response.getTypeUrl()).isEqualTo(type.typeUrl());
    return response;
  }

  private static DeltaDiscoveryRequest.Builder request(ResourceType type) {
    return DeltaDiscoveryRequest.newBuilder().setTypeUrl(type.typeUrl());
  }

  private void subscribe(ResourceType type, String... names) {
    server.receive(request(type).addAllResourceNamesSubscribe(List.of(names)).build());
  }

  private Received ack(DeltaDiscoveryResponse response) {
    return server.receive(
        DeltaDiscoveryRequest.newBuilder()
            .setTypeUrl(response.getTypeUrl())
            .setResponseNonce(response.getNonce())
            .build());
  }

  private static List<String> names(DeltaDiscoveryResponse response) {
    return response.getResourcesList().stream().map(Resource::getName).toList();
  }

  private static ResourceSnapshot world(String version, int content, String... clusters) {
    ResourceSnapshot.Builder world = ResourceSnapshot.builder(version);
    for (String name : clusters) {
      world.add(ResourceType.CDS, Fixtures.cluster(name, 0));
      world.add(ResourceType.EDS, Fixtures.endpoints(name, 1));
    }
    world.add(ResourceType.LDS, Fixtures.listener("in", 0));
    world.add(ResourceType.RDS, Fixtures.routes("80", content));
    return world.build();
  }

  /** Brings the client to a world with these clusters, all acknowledged. */
  private void settle(ResourceSnapshot world, String... endpoints) {
    server.offer(world);
    subscribe(ResourceType.CDS);
    ack(next(ResourceType.CDS));
    subscribe(ResourceType.EDS, endpoints);
    ack(next(ResourceType.EDS));
    subscribe(ResourceType.LDS);
    ack(next(ResourceType.LDS));
    subscribe(ResourceType.RDS, "80");
    ack(next(ResourceType.RDS));
    assertThat(poll()).isNull();
    assertThat(server.synced()).isTrue();
  }

  @Test
  void routesWaitUntilNewClustersAreWarm() {
    settle(world("1", 1, "a"), "a");
    server.offer(world("2", 2, "b"));
    DeltaDiscoveryResponse clusters = next(ResourceType.CDS);
    assertThat(names(clusters)).containsExactly("b");
    assertThat(clusters.getRemovedResourcesList()).as("a is still routed to").isEmpty();
    assertThat(poll()).as("clusters aren't answered").isNull();
    ack(clusters);
    assertThat(poll()).as("b's endpoints weren't asked for").isNull();
    assertThat(server.wakeNanos()).isEqualTo(StreamState.SUBSCRIBE_GRACE_NANOS);
    subscribe(ResourceType.EDS, "b");
    DeltaDiscoveryResponse endpoints = next(ResourceType.EDS);
    assertThat(names(endpoints)).containsExactly("b");
    assertThat(poll()).as("b isn't warm").isNull();
    ack(endpoints);
    DeltaDiscoveryResponse routes = next(ResourceType.RDS);
    assertThat(poll()).as("the old routes may still be in force").isNull();
    ack(routes);
    assertThat(next(ResourceType.CDS).getRemovedResourcesList()).containsExactly("a");
    assertThat(server.synced()).isFalse();
  }

  @Test
  void routesDoNotWaitForEver() {
    settle(world("1", 1, "a"), "a");
    server.offer(world("2", 2, "a", "refused"));
    ack(next(ResourceType.CDS));
    assertThat(poll()).isNull();
    now = server.wakeNanos();
    ack(next(ResourceType.RDS));
    assertThat(poll()).isNull();
    assertThat(server.wakeNanos()).isEqualTo(Long.MAX_VALUE);
    server.offer(world("3", 3, "a", "refused"));
    assertThat(names(next(ResourceType.RDS))).as("nor a second time").containsExactly("80");
  }

  @Test
  void endpointsHaveALaneOfTheirOwn() {
    settle(world("1", 1, "a"), "a");
    ResourceSnapshot.Builder builder = ResourceSnapshot.builder("2");
    builder.add(ResourceType.CDS, Fixtures.cluster("a", 0));
    builder.add(ResourceType.EDS, Fixtures.endpoints("a", 2));
    builder.add(ResourceType.LDS, Fixtures.listener("in", 0));
    builder.add(ResourceType.RDS, Fixtures.routes("80", 1));
    server.offer(builder.build());
    ack(next(ResourceType.EDS));
    assertThat(poll()).isNull();
    assertThat(server.synced()).isTrue();
  }

  @Test
  void aChangedClusterHasItsEndpointsSentAgain() {
    settle(world("1", 1, "a"), "a");
    server.offer(
        ResourceSnapshot.builder("2")
            .add(ResourceType.CDS, Fixtures.cluster("a", 7))
            .add(ResourceType.EDS, Fixtures.endpoints("a", 1))
            .add(ResourceType.LDS, Fixtures.listener("in", 0))
            .add(ResourceType.RDS, Fixtures.routes("80", 1))
            .build());
    ack(next(ResourceType.CDS));
    assertThat(names(next(ResourceType.EDS))).containsExactly("a");
  }

  @Test
  void pushesMergeWhileAnAnswerIsOutstanding() {
    settle(world("1", 1, "a"), "a");
    server.offer(world("2", 2, "a"));
    DeltaDiscoveryResponse second = next(ResourceType.RDS);
    server.offer(world("3", 3, "a"));
    server.offer(world("4", 4, "a"));
    assertThat(poll()).isNull();
    ack(second);
    DeltaDiscoveryResponse merged = next(ResourceType.RDS);
    assertThat(merged.getSystemVersionInfo()).isEqualTo("4");
    assertThat(merged.getResources(0).getVersion()).isEqualTo(Fixtures.routes("80", 4).version());
    ack(merged);
    assertThat(poll()).isNull();
  }

  @Test
  void aNackIsKeptAndNotRepeated() {
    settle(world("1", 1, "a"), "a");
    server.offer(world("2", 2, "a"));
    DeltaDiscoveryResponse bad = next(ResourceType.RDS);
    Received received =
        server.receive(
            request(ResourceType.RDS)
                .setResponseNonce(bad.getNonce())
                .setErrorDetail(Status.newBuilder().setCode(3).setMessage("80: is bad"))
                .build());
    assertThat(received).isEqualTo(new Received.Nacked(ResourceType.RDS, "2", "80: is bad"));
    assertThat(poll()).as("the same resource isn't sent again").isNull();
    TypeStatus status = server.status(ResourceType.RDS);
    assertThat(status.state()).isEqualTo(TypeStatus.State.REJECTED);
    assertThat(status.nack()).isEqualTo("80: is bad");
    assertThat(status.ackedVersion()).isEqualTo("1");
    server.offer(world("3", 3, "a"));
    ack(next(ResourceType.RDS));
    assertThat(poll()).isNull();
    assertThat(server.status(ResourceType.RDS).state()).isEqualTo(TypeStatus.State.SYNCED);
  }

  @Test
  void staleNoncesAnswerNothingButTheirNamesCount() {
    settle(world("1", 1, "a", "b"), "a", "b");
    server.offer(world("2", 2, "a", "b"));
    DeltaDiscoveryResponse routes = next(ResourceType.RDS);
    Received stale =
        server.receive(
            request(ResourceType.RDS)
                .setResponseNonce("long ago")
                .addResourceNamesSubscribe("81")
                .build());
    assertThat(stale).isEqualTo(new Received.Stale(ResourceType.RDS, "long ago"));
    assertThat(poll()).as("the response is still unanswered").isNull();
    assertThat(ack(routes)).isEqualTo(new Received.Acked(ResourceType.RDS, "2"));
    assertThat(ack(routes)).as("answered twice").isInstanceOf(Received.Stale.class);
    assertThat(next(ResourceType.RDS).getRemovedResourcesList())
        .as("81 doesn't exist, and the client needn't wait")
        .containsExactly("81");
  }

  @Test
  void aReconnectGetsOnlyWhatChanged() {
    server.offer(world("1", 1, "a", "b"));
    server.receive(
        request(ResourceType.CDS)
            .putAllInitialResourceVersions(
                Map.of("a", Fixtures.cluster("a", 0).version(), "b", "old", "gone", "x"))
            .build());
    DeltaDiscoveryResponse first = next(ResourceType.CDS);
    assertThat(names(first)).containsExactly("b");
    ack(first);
    assertThat(next(ResourceType.CDS).getRemovedResourcesList()).containsExactly("gone");
  }

  @Test
  void anEmptyWorldIsAnsweredToo() {
    subscribe(ResourceType.CDS);
    assertThat(poll()).as("nothing was offered").isNull();
    server.offer(ResourceSnapshot.builder("1").build());
    assertThat(next(ResourceType.CDS).getResourcesCount()).isZero();
  }

  @Test
  void aNameAskedForAgainIsSentAgain() {
    settle(world("1", 1, "a"), "a");
    subscribe(ResourceType.EDS, "a");
    assertThat(names(next(ResourceType.EDS))).containsExactly("a");
  }

  @Test
  void listenersAreRemovedWithThoseThatComeForTheyMayShareAnAddress() {
    settle(world("1", 1, "a"), "a");
    server.offer(
        ResourceSnapshot.builder("2")
            .add(ResourceType.CDS, Fixtures.cluster("a", 0))
            .add(ResourceType.EDS, Fixtures.endpoints("a", 1))
            .add(ResourceType.LDS, Fixtures.listener("other", 0))
            .add(ResourceType.RDS, Fixtures.routes("80", 1))
            .build());
    DeltaDiscoveryResponse listeners = next(ResourceType.LDS);
    assertThat(names(listeners)).containsExactly("other");
    assertThat(listeners.getRemovedResourcesList()).containsExactly("in");
  }

  @Test
  void aClientThatAsksForRoutesFirstIsNotMadeToWait() {
    server.offer(world("1", 1, "a"));
    subscribe(ResourceType.LDS, "in");
    ack(next(ResourceType.LDS));
    subscribe(ResourceType.RDS, "80");
    ack(next(ResourceType.RDS));
    subscribe(ResourceType.CDS, "a");
    ack(next(ResourceType.CDS));
    subscribe(ResourceType.EDS, "a");
    ack(next(ResourceType.EDS));
    assertThat(poll()).isNull();
    assertThat(server.synced()).isTrue();
  }

  @Test
  void anUnknownTypeIsIgnored() {
    Received received =
        server.receive(DeltaDiscoveryRequest.newBuilder().setTypeUrl("istio.io/debug").build());
    assertThat(received).isEqualTo(new Received.UnknownType("istio.io/debug"));
    assertThat(server.node()).isNull();
  }
}
