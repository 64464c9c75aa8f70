package io.outrigger.api.schema;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DurationTextTest {
  @Test
  void secondsWithUpToNineDecimals() {
    assertThat(DurationText.parse("1.5s")).isEqualTo(new DurationText(false, 1, 500_000_000));
    assertThat(DurationText.parse("0.000000001s")).isEqualTo(new DurationText(false, 0, 1));
    assertThat(DurationText.parse(".25s")).isEqualTo(new DurationText(false, 0, 250_000_000));
    assertThat(DurationText.parse("3.s")).isEqualTo(new DurationText(false, 3, 0));
    assertThat(DurationText.parse("-0s")).isEqualTo(new DurationText(false, 0, 0));
    assertThat(DurationText.parse("-0.1s")).isEqualTo(new DurationText(true, 0, 100_000_000));
    assertThat(DurationText.parse("99999999999999999999s"))
        .isEqualTo(new DurationText(false, Long.MAX_VALUE, 0));
  }

  @Test
  void nothingElse() {
    for (String text :
        new String[] {
          "", "s", "1", "1m", "1 s", "1e3s", ".s", "-s", "1.0000000001s", "1.-5s", "٣s"
        }) {
      assertThat(DurationText.parse(text)).as(text).isNull();
    }
  }

  @Test
  void secondsAndNanosAreSummed() {
    assertThat(DurationText.of(1, 2_500_000_000L))
        .isEqualTo(new DurationText(false, 3, 500_000_000));
    assertThat(DurationText.of(0, -1)).isEqualTo(new DurationText(true, -1, 999_999_999));
    assertThat(DurationText.of(Long.MAX_VALUE, 1_000_000_000L)).isNull();
  }
}
