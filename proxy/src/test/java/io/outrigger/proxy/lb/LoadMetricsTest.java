package io.outrigger.proxy.lb;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.xds.data.orca.v3.OrcaLoadReport;
import io.outrigger.proxy.lb.LoadMetrics.Sum;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LoadMetricsTest {
  private static final OrcaLoadReport REPORT =
      OrcaLoadReport.newBuilder()
          .setCpuUtilization(0.5)
          .setEps(2)
          .putNamedMetrics("a", 1)
          .putNamedMetrics("b", 3)
          .putUtilization("c", 0.25)
          .build();

  private final LoadMetrics metrics = new LoadMetrics();

  @Test
  void sumsWhatIsAskedFor() {
    List<String> names = List.of("cpu_utilization", "named_metrics.*", "utilization.d", "eps");
    metrics.add(names, REPORT);
    metrics.add(names, REPORT);
    assertThat(metrics.take())
        .isEqualTo(
            Map.of(
                "cpu_utilization", new Sum(2, 1),
                "eps", new Sum(2, 4),
                "named_metrics.a", new Sum(2, 2),
                "named_metrics.b", new Sum(2, 6)));
  }

  @Test
  void whatWasTakenIsNotTakenAgain() {
    metrics.add(List.of("utilization.c", "named_metrics.b", "nothing"), REPORT);
    assertThat(metrics.take()).containsOnlyKeys("utilization.c", "named_metrics.b");
    assertThat(metrics.take()).isEmpty();
  }
}
