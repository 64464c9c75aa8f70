package io.outrigger.proxy.stats;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HistogramTest {
  private final StatStore store = new StatStore(2);
  private final Histogram histogram = store.histogram("h");

  @Test
  void mergesWorkersAndKeepsTwoDigits() {
    histogram.record(1, 1234);
    histogram.record(2, 1299);
    histogram.record(0, 7);
    HistogramCounts counts = histogram.cumulative();
    assertThat(counts.count()).isEqualTo(3);
    assertThat(counts.sum()).isEqualTo(1234 + 1299 + 7);
    assertThat(counts.quantile(0.0)).isBetween(7.0, 7.1);
    assertThat(counts.quantile(1.0)).isBetween(1200.0, 1300.0);
  }

  @Test
  void printsOneAndZeroAsEnvoyDoes() {
    for (int i = 0; i < 3; i++) {
      histogram.record(1, 0);
    }
    histogram.record(1, 1);
    HistogramCounts counts = histogram.cumulative();
    assertThat(counts.quantile(0.5)).isEqualTo(0);
    assertThat(counts.quantile(1.0)).isBetween(1.0, 1.1);
    assertThat(counts.atMost(0.5)).isEqualTo(3);
    assertThat(counts.atMost(1)).isEqualTo(4);
  }

  /** The verdicts are those of a real Envoy 1.40. */
  @ParameterizedTest
  @CsvSource({"1, 1", "2, 5", "10, 10", "11, 25", "25, 25", "51, 100", "100, 100"})
  @CsvSource({"109, 100", "110, 250", "250, 250", "251, 250", "260, 500"})
  void countsABinWhereItBegins(int value, int bound) {
    histogram.record(1, value);
    HistogramCounts counts = histogram.cumulative();
    int[] bounds = {1, 5, 10, 25, 50, 100, 250, 500};
    int first = Arrays.stream(bounds).filter(each -> counts.atMost(each) == 1).min().orElse(-1);
    assertThat(first).isEqualTo(bound);
  }

  @Test
  void anIntervalHoldsWhatCameBetweenTwoFlushes() {
    histogram.record(1, 5);
    store.flush();
    histogram.record(1, 50);
    store.flush();
    assertThat(histogram.interval().count()).isEqualTo(1);
    assertThat(histogram.interval().quantile(0.5)).isBetween(50.0, 51.0);
    assertThat(histogram.cumulative().count()).isEqualTo(2);
  }

  @Test
  void takesTheLargestNumbers() {
    histogram.record(1, Long.MAX_VALUE);
    histogram.record(1, -5);
    assertThat(histogram.cumulative().count()).isEqualTo(2);
    assertThat(histogram.cumulative().quantile(1.0)).isGreaterThan(9e18);
  }

  @Test
  void sharesAreRecordedAsMillionths() {
    Histogram shares = store.histogram("s", Histogram.Unit.PERCENT);
    shares.record(1, 250_000);
    HistogramCounts counts = shares.cumulative();
    assertThat(counts.sum()).isEqualTo(0.25);
    assertThat(counts.quantile(1.0)).isBetween(0.25, 0.26);
    assertThat(counts.atMost(0.2)).isZero();
    assertThat(counts.atMost(0.3)).isEqualTo(1);
    counts.forEach((value, count) -> assertThat(value).isBetween(0.25, 0.26));
  }
}
