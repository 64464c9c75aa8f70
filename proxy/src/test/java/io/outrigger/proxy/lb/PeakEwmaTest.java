package io.outrigger.proxy.lb;

import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.config.address.Address;
import io.outrigger.config.cluster.Endpoint;
import io.outrigger.config.cluster.Locality;
import io.outrigger.config.metadata.Metadata;
import io.outrigger.proxy.cluster.Host;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PeakEwmaTest {
  private static final long MILLI = 1_000_000;

  private final Random random = new Random(3);
  private final Host[] hosts = {host(1), host(2), host(3), host(4)};
  private long now = 1;
  private final PeakEwma picker = new PeakEwma(hosts, 2, 1000, random::nextLong, () -> now);

  private static Host host(int port) {
    InetAddress loopback = InetAddress.getLoopbackAddress();
    Endpoint endpoint =
        new Endpoint(
            new Address.Ip(loopback, port),
            List.of(),
            "",
            1,
            Endpoint.HealthStatus.UNKNOWN,
            Metadata.EMPTY,
            null,
            List.of(),
            null,
            "",
            false);
    return new Host(
        new InetSocketAddress(loopback, port), "h" + port, "", endpoint, Locality.EMPTY, 0, 1);
  }

  /** A request a millisecond, each answered in its host's time; tells how many the first got. */
  private int requests(int count, long firstMillis) {
    int ofFirst = 0;
    for (int i = 0; i < count; i++) {
      now += MILLI;
      Host picked = Objects.requireNonNull(picker.pick(0, 0));
      boolean first = picked == hosts[0];
      ofFirst += first ? 1 : 0;
      Objects.requireNonNull(picked.latency()).observe((first ? firstMillis : 2) * MILLI, now);
    }
    return ofFirst;
  }

  @Test
  void keepsOffASlowHostAndComesBackToIt() {
    assertThat(requests(400, 2)).isBetween(50, 150);
    assertThat(requests(1000, 200)).isBetween(1, 20);
    now += 20_000 * MILLI;
    assertThat(requests(4000, 2)).isGreaterThan(400);
  }

  @Test
  void oneThatAnswersNothingCostsMoreThanOneThatDoes() {
    hosts[0].stats().requestStarted(0);
    for (int i = 1; i < hosts.length; i++) {
      Objects.requireNonNull(hosts[i].latency()).observe(5 * MILLI, now);
    }
    for (int i = 0; i < 100; i++) {
      assertThat(picker.pick(0, 0)).isNotSameAs(hosts[0]);
    }
  }

  @Test
  void whatWaitsCounts() {
    for (Host host : hosts) {
      Objects.requireNonNull(host.latency()).observe(5 * MILLI, now);
    }
    for (int i = 0; i < 9; i++) {
      hosts[0].stats().requestStarted(0);
    }
    for (int i = 0; i < 100; i++) {
      assertThat(picker.pick(0, 0)).isNotSameAs(hosts[0]);
    }
  }
}
