package io.outrigger.control.resource;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Durations, and the pattern by which an API server knows them. */
class DurationsTest {
  @ParameterizedTest
  @CsvSource({
    "0, PT0S",
    "0s, PT0S",
    "1s, PT1S",
    "1.5s, PT1.5S",
    "1.s, PT1S",
    ".5s, PT0.5S",
    "250ms, PT0.25S",
    "1h30m, PT1H30M",
    "1h0.5m10us7ns, PT1H30.000010007S",
    "'', ",
    "1, ",
    "s, ",
    ".s, ",
    "1d, ",
    "-1s, ",
    "1s 1s, ",
    "1.2.3s, ",
    "00, ",
    "' 1s', ",
    "1S, "
  })
  void thePatternTakesWhatIsRead(String text, String expected) {
    assertThat(Durations.parse(text))
        .isEqualTo(expected == null ? null : java.time.Duration.parse(expected));
    assertThat(text.matches(Durations.PATTERN)).isEqualTo(expected != null);
  }
}
