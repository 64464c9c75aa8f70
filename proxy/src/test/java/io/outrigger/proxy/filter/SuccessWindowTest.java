package io.outrigger.proxy.filter;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SuccessWindowTest {
  private static final long SECOND = 1_000_000_000L;
  private final SuccessWindow window = new SuccessWindow(3 * SECOND);

  @Test
  void forgetsWhatIsOlderThanTheWindow() {
    for (int second = 0; second < 10; second++) {
      window.advance(second * SECOND);
      window.record(true);
      window.record(second > 7);
    }
    assertThat(window.requests()).isEqualTo(6);
    assertThat(window.successes()).isEqualTo(5);
    assertThat(window.averageRps()).isEqualTo(3);
    window.advance(12 * SECOND - 1);
    assertThat(window.requests()).isEqualTo(2);
    window.advance(20 * SECOND);
    assertThat(window.requests()).isZero();
    assertThat(window.averageRps()).isZero();
  }
}
