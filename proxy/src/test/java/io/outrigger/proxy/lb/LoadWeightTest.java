package io.outrigger.proxy.lb;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.xds.data.orca.v3.OrcaLoadReport;
import io.outrigger.config.cluster.LbPolicy.ClientSideWeighted;
import io.outrigger.config.http.Headers;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The verdicts are those of a real Envoy 1.40. */
class LoadWeightTest {
  private static ClientSideWeighted policy(double penalty, String... metrics) {
    return new ClientSideWeighted(0, 1000, 100, penalty, List.of(metrics));
  }

  private static long weight(ClientSideWeighted policy, String header, String value) {
    Headers headers = new Headers();
    headers.add(header, value);
    OrcaLoadReport report = LoadReports.in(headers);
    return report == null ? 0 : LoadWeight.of(report, policy);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "JSON {\"application_utilization\":0.5,\"rps_fractional\":100} | 200",
        "JSON {\"cpuUtilization\":0.25,\"rpsFractional\":100} | 400",
        "JSON {\"foo\":1,\"cpu_utilization\":0.25,\"rps_fractional\":100} | 0",
        "JSON {\"cpu_utilization\":0.25,\"rps\":100} | 0",
        "JSON {\"cpu_utilization\" | 0",
        "TEXT application_utilization=0.25,rps_fractional=100 | 400",
        "TEXT application_utilization:0.25,rps_fractional:100 | 400",
        "TEXT cpu_utilization=0.25, rps_fractional=100 | 400",
        "TEXT cpu_utilization=0.25,rps_fractional=100, | 400",
        "TEXT cpu_utilization = 0.25,rps_fractional=100 | 0",
        "TEXT mem_utilization=0.5,cpu_utilization=0.25,rps_fractional=100 | 400",
        "TEXT utilization.a=3,cpu_utilization=0.25,rps_fractional=100 | 400",
        "TEXT foo=1,cpu_utilization=0.25,rps_fractional=100 | 0",
        "TEXT cpu_utilization=1,cpu_utilization=0.25,rps_fractional=100 | 0",
        "TEXT cpu_utilization=-0.25,rps_fractional=100 | 0",
        "TEXT cpu_utilization=inf,rps_fractional=100 | 0",
        "TEXT cpu_utilization=Infinity,rps_fractional=100 | 0",
        "TEXT cpu_utilization=NaN,rps_fractional=100 | 0",
        "TEXT cpu_utilization=0,rps_fractional=100 | 0",
        "TEXT cpu_utilization=1,rps_fractional=2.9 | 2",
        "TEXT cpu_utilization=1,rps_fractional=0.3 | 1",
        "TEXT cpu_utilization=0.0000000001,rps_fractional=100 | 4294967295",
        "TEXT cpu_utilization | 0",
        "text cpu_utilization=0.25,rps_fractional=100 | 0",
        "cpu_utilization=0.25,rps_fractional=100 | 0",
        "BIN ~~ | 0",
      })
  void aReportMakesAWeight(String value, long weight) {
    assertThat(weight(policy(0), "endpoint-load-metrics", value)).isEqualTo(weight);
  }

  @Test
  void binaryReportsAreRead() {
    String base64 =
        Base64.getEncoder()
            .encodeToString(
                OrcaLoadReport.newBuilder()
                    .setCpuUtilization(0.25)
                    .setRpsFractional(100)
                    .build()
                    .toByteArray());
    assertThat(weight(policy(0), "endpoint-load-metrics-bin", base64)).isEqualTo(400);
    assertThat(weight(policy(0), "endpoint-load-metrics", "BIN " + base64)).isEqualTo(400);
  }

  @Test
  void errorsCostWhatThePenaltySays() {
    String report = "TEXT cpu_utilization=0.5,rps_fractional=100,eps=50";
    assertThat(weight(policy(0), "endpoint-load-metrics", report)).isEqualTo(200);
    assertThat(weight(policy(1), "endpoint-load-metrics", report)).isEqualTo(100);
    assertThat(weight(policy(2), "endpoint-load-metrics", report)).isEqualTo(66);
  }

  @ParameterizedTest
  @CsvSource({
    "named_metrics.q, 200",
    "utilization.u, 400",
    "utilization.*, 125",
    "request_cost.c, 50",
    "mem_utilization, 1000",
    "nonsense, 100",
    "named_metrics.none, 100"
  })
  void theConfiguredMetricsComeBeforeTheCpu(String metric, long weight) {
    String report =
        "TEXT named_metrics.q=0.5,utilization.u=0.25,utilization.v=0.8,request_cost.c=2,"
            + "mem_utilization=0.1,cpu_utilization=1,rps_fractional=100";
    assertThat(weight(policy(0, metric), "endpoint-load-metrics", report)).isEqualTo(weight);
  }
}
