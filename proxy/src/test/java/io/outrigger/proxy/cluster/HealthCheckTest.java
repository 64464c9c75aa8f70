package io.outrigger.proxy.cluster;

import static io.outrigger.proxy.cluster.ClusterFixture.until;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.outrigger.config.cluster.ClusterEndpoints;
import io.outrigger.config.cluster.Discovery;
import io.outrigger.config.cluster.HealthCheck;
import io.outrigger.config.source.ConfigSource;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Active checks of real servers: what they do to hosts. What they send, Envoy is asked. */
class HealthCheckTest {
  private ClusterFixture fixture;
  private FakeUpstream upstream;

  @BeforeEach
  void open() throws IOException {
    fixture = new ClusterFixture();
    upstream = new FakeUpstream();
  }

  @AfterEach
  void close() throws IOException {
    fixture.close();
    upstream.close();
  }

  private static HealthCheck connecting(int unhealthyThreshold) {
    return new HealthCheck(
        5000,
        20,
        0,
        0,
        0,
        unhealthyThreshold,
        1,
        true,
        20,
        20,
        20,
        20,
        20,
        new HealthCheck.Events(List.of(), false, false),
        List.of(),
        null,
        new HealthCheck.Tcp(ByteString.EMPTY, List.of()));
  }

  private void put(HealthCheck check, ClusterEndpoints endpoints) throws Exception {
    fixture.endpoints.put("c", endpoints);
    fixture.put(
        ClusterConfigs.named("c")
            .discovery(new Discovery.Eds(new ConfigSource.Ads(15_000), "c"))
            .check(check)
            .build());
  }

  private Cluster cluster() {
    return fixture.registry.clusters().iterator().next();
  }

  @Test
  void aClusterIsReadyWhenEachHostWasCheckedOnce() throws Exception {
    put(connecting(1), ClusterConfigs.ports(upstream.port()));
    until(() -> fixture.registry.isReady());
    Host host = cluster().hosts().getFirst();
    assertThat(host.healthFlags()).isEqualTo("healthy");
    assertThat(fixture.gauge("cluster.c.health_check.healthy")).isOne();
    assertThat(fixture.gauge("cluster.c.membership_healthy")).isOne();
    until(() -> upstream.accepted.get() > 0);
    assertThat(fixture.counter("cluster.c.upstream_cx_total")).isZero();
  }

  @Test
  void aHostThatFailsAsOftenAsTheThresholdSaysIsIll() throws Exception {
    put(connecting(3), ClusterConfigs.ports(upstream.port()));
    until(() -> fixture.registry.isReady());
    Host host = cluster().hosts().getFirst();
    upstream.close();
    until(() -> host.hasFlag(Host.FAILED_ACTIVE_HC));
    until(() -> fixture.counter("cluster.c.health_check.network_failure") >= 3);
    until(() -> fixture.gauge("cluster.c.membership_healthy") == 0);
  }

  @Test
  void aHealthyHostThatDiscoveryForgetsStaysUntilItFails() throws Exception {
    put(connecting(1), ClusterConfigs.ports(upstream.port()));
    until(() -> fixture.registry.isReady());
    Host host = cluster().hosts().getFirst();
    fixture.endpoints.put("c", ClusterConfigs.ports());
    fixture.apply();
    assertThat(cluster().hosts()).containsExactly(host);
    assertThat(host.healthFlags()).isEqualTo("/pending_dynamic_removal");
    upstream.close();
    until(() -> cluster().hosts().isEmpty());
    until(() -> fixture.gauge("cluster.c.health_check.healthy") == 0);
  }
}
