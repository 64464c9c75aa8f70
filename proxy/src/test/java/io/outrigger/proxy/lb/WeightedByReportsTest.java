package io.outrigger.proxy.lb;

import static io.outrigger.proxy.cluster.ClusterConfigs.assignment;
import static io.outrigger.proxy.cluster.ClusterConfigs.endpoint;
import static io.outrigger.proxy.cluster.ClusterConfigs.hosts;
import static io.outrigger.proxy.cluster.ClusterConfigs.locality;
import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.config.cluster.LbPolicy.ClientSideWeighted;
import io.outrigger.config.http.Headers;
import io.outrigger.proxy.cluster.Host;
import io.outrigger.proxy.cluster.HostSet;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

class WeightedByReportsTest {
  private static final long MILLI = 1_000_000;

  private final Random random = new Random(3);
  private final ClientSideWeighted policy = new ClientSideWeighted(1000, 5000, 100, 0, List.of());
  private final HostSet all =
      hosts(
          assignment(
              List.of(locality(0, 1, List.of(endpoint(1, 5), endpoint(2, 1), endpoint(3, 1))))));
  private final Host[] three = all.priorities().getFirst().hosts();
  private final Host a = three[0];
  private final Host b = three[1];
  private final Host c = three[2];
  private long now = 1;
  private final ReportedWeights weights = new ReportedWeights(all, policy, () -> now);
  private final WeightedByReports picker = new WeightedByReports(three, weights, random::nextLong);

  private void report(Host host, double utilization) {
    Headers headers = new Headers();
    headers.add(
        "endpoint-load-metrics", "TEXT cpu_utilization=" + utilization + ",rps_fractional=100");
    LoadWeight.take(LoadReports.in(headers), host, policy, now);
  }

  /** Picks of each of 700. */
  private List<Integer> picks() {
    int[] count = new int[3];
    for (int i = 0; i < 700; i++) {
      Host host = Objects.requireNonNull(picker.pick(0, 0));
      count[host == a ? 0 : host == b ? 1 : 2]++;
    }
    return List.of(count[0], count[1], count[2]);
  }

  private void pass(long millis) {
    now += millis * MILLI;
  }

  @Test
  void hostsGetWhatTheyReportAndTheMedianWhereTheyDont() {
    assertThat(picks()).containsExactly(500, 100, 100); // the endpoints' weights
    report(a, 1);
    report(b, 0.2);
    pass(150);
    assertThat(picks()).isEqualTo(List.of(234, 233, 233)).as("nothing counts so soon");
    pass(1000);
    assertThat(picks().get(1)).isBetween(386, 390); // of 100, 500 and the median 300
    assertThat(List.of(a.currentWeight(), b.currentWeight(), c.currentWeight()))
        .containsExactly(100L, 500L, 300L);
  }

  @Test
  void whatIsTooOldCountsNoMoreAndBeginsAnew() {
    report(a, 1);
    report(b, 0.25);
    pass(1100);
    assertThat(picks().get(1)).isGreaterThan(340);
    pass(5000);
    picks();
    assertThat(b.currentWeight()).isEqualTo(1);
    report(b, 0.25);
    pass(200);
    picks();
    assertThat(b.currentWeight()).as("the blackout counts again").isEqualTo(1);
    pass(1000);
    picks();
    assertThat(b.currentWeight()).isEqualTo(400);
  }

  @Test
  void anotherWorkersLookIsSeenHereToo() {
    ReportedWeights other = new ReportedWeights(all, policy, () -> now);
    report(a, 1);
    report(b, 0.2);
    pass(1100);
    other.version();
    assertThat(picks().get(1)).isBetween(386, 390);
  }
}
