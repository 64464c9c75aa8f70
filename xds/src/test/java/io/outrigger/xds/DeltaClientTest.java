package io.outrigger.xds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.envoyproxy.envoy.service.discovery.v3.Resource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class DeltaClientTest {
  private final AdsClient client = AdsClient.delta(Fixtures.NODE);

  private DeltaDiscoveryRequest next() {
    MessageLite request = client.poll();
    return (DeltaDiscoveryRequest) Objects.requireNonNull(request, "no request is due");
  }

  private static ByteString response(
      ResourceType type, String nonce, List<String> removed, VersionedResource... resources) {
    DeltaDiscoveryResponse.Builder response =
        DeltaDiscoveryResponse.newBuilder()
            .setTypeUrl(type.typeUrl())
            .setNonce(nonce)
            .setSystemVersionInfo("s" + nonce)
            .addAllRemovedResources(removed);
    for (VersionedResource r : resources) {
      response.addResources(
          Resource.newBuilder().setName(r.name()).setVersion(r.version()).setResource(r.body()));
    }
    return response.build().toByteString();
  }

  private ResourceUpdate receive(ByteString bytes) throws InvalidProtocolBufferException {
    return Objects.requireNonNull(client.receive(bytes));
  }

  @Test
  void nothingIsDueWithoutAStreamOrASubscription() {
    client.subscribeAll(ResourceType.CDS);
    assertThat(client.poll()).isNull();
    AdsClient idle = AdsClient.delta(Fixtures.NODE);
    idle.open();
    assertThat(idle.poll()).isNull();
  }

  @Test
  void theNodeGoesOnTheFirstMessageOfAStreamOnly() {
    client.subscribeAll(ResourceType.LDS);
    client.subscribeAll(ResourceType.CDS);
    client.open();
    DeltaDiscoveryRequest first = next();
    assertThat(first.getTypeUrl()).isEqualTo(ResourceType.CDS.typeUrl());
    assertThat(first.getNode()).isEqualTo(Fixtures.NODE);
    assertThat(first.getResourceNamesSubscribeList()).isEmpty();
    assertThat(next().hasNode()).isFalse();
    client.close();
    client.open();
    assertThat(next().hasNode()).isTrue();
  }

  @Test
  void anUpdateIsAcknowledgedWithItsNonce() throws Exception {
    client.subscribe(ResourceType.EDS, List.of("a"));
    client.open();
    assertThat(next().getResourceNamesSubscribeList()).containsExactly("a");
    VersionedResource a = Fixtures.endpoints("a", 1);
    ResourceUpdate update = receive(response(ResourceType.EDS, "n1", List.of(), a));
    assertThat(update.resources()).containsExactly(a);
    assertThat(client.poll()).isNull();
    client.answer(update, List.of());
    DeltaDiscoveryRequest ack = next();
    assertThat(ack.getResponseNonce()).isEqualTo("n1");
    assertThat(ack.hasErrorDetail()).isFalse();
    assertThat(ack.getResourceNamesSubscribeList()).isEmpty();
    assertThat(client.poll()).isNull();
    assertThat(client.versions(ResourceType.EDS)).containsOnly(Map.entry("a", a.version()));
  }

  @Test
  void aNackNamesTheBadAndKeepsTheGood() throws Exception {
    client.subscribeAll(ResourceType.CDS);
    client.open();
    next();
    VersionedResource good = Fixtures.cluster("good", 1);
    VersionedResource bad = Fixtures.cluster("bad", 1);
    VersionedResource foreign = Fixtures.listener("foreign", 1);
    ResourceUpdate update =
        receive(response(ResourceType.CDS, "n1", List.of(), good, bad, foreign, good));
    assertThat(update.resources()).containsExactly(good, bad);
    assertThat(update.refused()).extracting(Rejection::name).containsExactly("foreign", "good");
    client.answer(update, List.of(new Rejection("bad", "lb_policy: 99 isn't a policy")));
    DeltaDiscoveryRequest nack = next();
    assertThat(nack.getResponseNonce()).isEqualTo("n1");
    assertThat(nack.getErrorDetail().getMessage())
        .contains("bad: lb_policy: 99 isn't a policy")
        .contains("foreign: is a " + ResourceType.LDS.typeUrl());
    assertThat(client.versions(ResourceType.CDS)).containsOnlyKeys("good");
  }

  @Test
  void aReconnectSaysWhatIsHeld() throws Exception {
    client.subscribe(ResourceType.RDS, List.of("80", "90"));
    client.open();
    next();
    VersionedResource r80 = Fixtures.routes("80", 1);
    VersionedResource r90 = Fixtures.routes("90", 1);
    ResourceUpdate update = receive(response(ResourceType.RDS, "n1", List.of(), r80, r90));
    client.close();
    client.answer(update, List.of());
    client.open();
    DeltaDiscoveryRequest again = next();
    assertThat(again.getResponseNonce()).isEmpty();
    assertThat(again.getResourceNamesSubscribeList()).containsExactly("80", "90");
    assertThat(again.getInitialResourceVersionsMap())
        .containsOnly(Map.entry("80", r80.version()), Map.entry("90", r90.version()));
    assertThat(client.poll()).as("an answer of the old stream isn't sent").isNull();
  }

  @Test
  void changesOfSubscriptionTravelAlone() throws Exception {
    client.subscribe(ResourceType.EDS, List.of("a", "b"));
    client.open();
    next();
    client.subscribe(ResourceType.EDS, List.of("b", "c"));
    client.unsubscribe(ResourceType.EDS, List.of("a", "never"));
    client.subscribe(ResourceType.EDS, List.of("d"));
    client.unsubscribe(ResourceType.EDS, List.of("d"));
    DeltaDiscoveryRequest change = next();
    assertThat(change.getResourceNamesSubscribeList()).containsExactly("c");
    assertThat(change.getResourceNamesUnsubscribeList()).containsExactlyInAnyOrder("a", "d");
    assertThat(change.getResponseNonce()).isEmpty();
    client.refresh(ResourceType.EDS, List.of("b", "unknown"));
    assertThat(next().getResourceNamesSubscribeList()).containsExactly("b");
    assertThat(client.poll()).isNull();
  }

  @Test
  void aRemovalIsForgotten() throws Exception {
    client.remember(ResourceType.CDS, Map.of("a", "1", "b", "2"));
    client.subscribeAll(ResourceType.CDS);
    client.open();
    assertThat(next().getInitialResourceVersionsMap()).containsOnlyKeys("a", "b");
    client.answer(receive(response(ResourceType.CDS, "n1", List.of("a"))), List.of());
    assertThat(client.versions(ResourceType.CDS)).containsOnlyKeys("b");
  }

  @Test
  void whatWasNotAskedForIsIgnored() throws Exception {
    client.subscribeAll(ResourceType.CDS);
    client.open();
    next();
    assertThat(client.receive(response(ResourceType.LDS, "n1", List.of()))).isNull();
    assertThat(
            client.receive(
                DeltaDiscoveryResponse.newBuilder().setTypeUrl("x/y").build().toByteString()))
        .isNull();
    assertThatThrownBy(() -> client.receive(ByteString.copyFromUtf8("garbage")))
        .isInstanceOf(InvalidProtocolBufferException.class);
    assertThat(client.poll()).isNull();
  }
}
