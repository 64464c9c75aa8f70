package io.outrigger.xds;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import io.envoyproxy.envoy.service.discovery.v3.Resource;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class SotwClientTest {
  private final AdsClient client = AdsClient.sotw(Fixtures.NODE);

  private DiscoveryRequest next() {
    MessageLite request = client.poll();
    return (DiscoveryRequest) Objects.requireNonNull(request, "no request is due");
  }

  private ResourceUpdate receive(ResourceType type, String version, Any... resources)
      throws Exception {
    return Objects.requireNonNull(
        client.receive(
            DiscoveryResponse.newBuilder()
                .setTypeUrl(type.typeUrl())
                .setVersionInfo(version)
                .setNonce("n" + version)
                .addAllResources(List.of(resources))
                .build()
                .toByteString()));
  }

  @Test
  void aNackKeepsTheVersionBefore() throws Exception {
    client.subscribe(ResourceType.RDS, List.of("80"));
    client.open();
    DiscoveryRequest first = next();
    assertThat(first.getVersionInfo()).isEmpty();
    assertThat(first.getResourceNamesList()).containsExactly("80");
    client.answer(receive(ResourceType.RDS, "1", Fixtures.routes("80", 1).body()), List.of());
    DiscoveryRequest ack = next();
    assertThat(ack.getVersionInfo()).isEqualTo("1");
    assertThat(ack.getResponseNonce()).isEqualTo("n1");
    client.answer(
        receive(ResourceType.RDS, "2", Fixtures.routes("80", 2).body()),
        List.of(new Rejection("80", "virtual_hosts[1].domains: is empty")));
    DiscoveryRequest nack = next();
    assertThat(nack.getVersionInfo()).isEqualTo("1");
    assertThat(nack.getResponseNonce()).isEqualTo("n2");
    assertThat(nack.getErrorDetail().getMessage())
        .isEqualTo("80: virtual_hosts[1].domains: is empty");
    client.subscribe(ResourceType.RDS, List.of("90"));
    DiscoveryRequest more = next();
    assertThat(more.getResourceNamesList()).containsExactly("80", "90");
    assertThat(more.getResponseNonce()).isEqualTo("n2");
    assertThat(more.hasErrorDetail()).isFalse();
  }

  @Test
  void aHeartbeatProlongsWhatIsHeldUnderItsVersion() throws Exception {
    client.subscribeAll(ResourceType.CDS);
    client.open();
    next();
    Resource.Builder lease =
        Resource.newBuilder()
            .setName("a")
            .setVersion("1")
            .setTtl(com.google.protobuf.Duration.newBuilder().setSeconds(2).setNanos(500_000_000));
    Resource whole = lease.clone().setResource(Fixtures.cluster("a", 1).body()).build();
    ResourceUpdate first = receive(ResourceType.CDS, "1", wrapped(whole));
    assertThat(first.resources()).hasSize(1);
    assertThat(first.leases()).containsEntry("a", Duration.ofMillis(2500));
    client.answer(first, List.of());
    ResourceUpdate heartbeat = receive(ResourceType.CDS, "1", wrapped(lease.build()));
    assertThat(heartbeat.resources()).isEmpty();
    assertThat(heartbeat.removed()).isEmpty();
    assertThat(heartbeat.refused()).isEmpty();
    assertThat(heartbeat.leases()).containsOnlyKeys("a");
    client.answer(heartbeat, List.of());
    ResourceUpdate other = receive(ResourceType.CDS, "2", wrapped(lease.setVersion("2").build()));
    assertThat(other.refused()).as("nobody has version 2").hasSize(1);
  }

  private static Any wrapped(Resource resource) {
    return Any.newBuilder()
        .setTypeUrl("type.googleapis.com/envoy.service.discovery.v3.Resource")
        .setValue(resource.toByteString())
        .build();
  }

  @Test
  void whatIsMissingFromAFullSetIsRemoved() throws Exception {
    client.subscribeAll(ResourceType.CDS);
    client.open();
    next();
    Any a = Fixtures.cluster("a", 1).body();
    Any b = Fixtures.cluster("b", 1).body();
    client.answer(receive(ResourceType.CDS, "1", a, b), List.of());
    assertThat(client.versions(ResourceType.CDS)).containsOnlyKeys("a", "b");
    ResourceUpdate update = receive(ResourceType.CDS, "2", b);
    assertThat(update.removed()).containsExactly("a");
    client.answer(update, List.of());
    assertThat(client.versions(ResourceType.CDS)).containsOnlyKeys("b");
    Any nameless = Any.newBuilder().setTypeUrl(ResourceType.CDS.typeUrl()).build();
    ResourceUpdate unsure = receive(ResourceType.CDS, "3", nameless);
    assertThat(unsure.removed()).as("the nameless one may be b").isEmpty();
    assertThat(unsure.refused()).hasSize(1);
  }

  @Test
  void whatIsMissingFromEndpointsIsNot() throws Exception {
    client.subscribe(ResourceType.EDS, List.of("a", "b"));
    client.open();
    next();
    client.answer(
        receive(
            ResourceType.EDS,
            "1",
            Fixtures.endpoints("a", 1).body(),
            Fixtures.endpoints("b", 1).body()),
        List.of());
    ResourceUpdate update = receive(ResourceType.EDS, "2", Fixtures.endpoints("b", 2).body());
    assertThat(update.removed()).isEmpty();
    client.answer(update, List.of());
    assertThat(client.versions(ResourceType.EDS)).containsOnlyKeys("a", "b");
  }

  @Test
  void aBrokenBodyKeepsItsNameForItsCompiler() throws Exception {
    client.subscribeAll(ResourceType.LDS);
    client.open();
    next();
    ByteString named = ByteString.copyFrom(new byte[] {10, 1, 'x', 127});
    ResourceUpdate update =
        receive(
            ResourceType.LDS,
            "1",
            Any.newBuilder().setTypeUrl(ResourceType.LDS.typeUrl()).setValue(named).build());
    assertThat(update.resources()).extracting(VersionedResource::name).containsExactly("x");
  }
}
