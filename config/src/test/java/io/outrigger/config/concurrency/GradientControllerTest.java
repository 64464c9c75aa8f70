package io.outrigger.config.concurrency;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class GradientControllerTest {
  private static final long MILLI = 1_000_000L;
  private static final long SECOND = 1_000 * MILLI;

  /** 100 ms windows, a measurement of 5 requests each 10 s, no jitter, 2 to 100 at once. */
  private final GradientController controller =
      new GradientController(
          new GradientSettings(0.5, 100, 100 * MILLI, 10 * SECOND, 0, 5, 0, 2, 0.25));

  private long now = Long.MAX_VALUE - SECOND; // a clock may wrap

  private boolean admit() {
    return controller.admit(now);
  }

  /** A request at a time, each of which takes so long. */
  private void serve(int requests, long millis) {
    for (int i = 0; i < requests; i++) {
      assertThat(admit()).isTrue();
      long began = now;
      now += millis * MILLI;
      controller.answered(began, now, () -> 0);
    }
  }

  @Test
  void measuresTheLeastLatencyAtTheLeastConcurrency() {
    assertThat(admit()).isTrue();
    assertThat(admit()).isTrue();
    assertThat(admit()).isFalse();
    assertThat(controller.isMeasuring()).isTrue();
    controller.cancelled();
    controller.cancelled();
    serve(5, 10);
    assertThat(controller.isMeasuring()).isFalse();
    assertThat(controller.minRttMillis()).isBetween(9L, 11L);
    assertThat(controller.limit()).isEqualTo(2);
  }

  @Test
  void growsWhileTheLatencyIsNearItsLeast() {
    serve(5, 10);
    int before = controller.limit();
    for (int window = 0; window < 20; window++) {
      serve(11, 10);
    }
    assertThat(controller.limit()).isGreaterThan(3 * before);
    assertThat(controller.gradientPerMille()).isBetween(1200, 1300);
  }

  @Test
  void shrinksToItsLeastWhenTheLatencyGrowsAndThenMeasuresAgain() {
    serve(5, 10);
    for (int window = 0; window < 20; window++) {
      serve(11, 10);
    }
    int high = controller.limit();
    serve(3, 200);
    assertThat(controller.limit()).isLessThan(high);
    assertThat(controller.gradientPerMille()).isEqualTo(500);
    for (int i = 0; i < 40 && !controller.isMeasuring(); i++) {
      serve(1, 200);
    }
    assertThat(controller.isMeasuring()).isTrue();
    serve(6, 200);
    assertThat(controller.minRttMillis()).isBetween(180L, 220L);
  }

  @Test
  void aRequestFromBeforeAMeasurementTellsNothingOfIt() {
    serve(5, 10);
    assertThat(admit()).isTrue();
    long began = now;
    now += 11 * SECOND;
    serve(1, 1); // the next measurement begins with it
    assertThat(controller.isMeasuring()).isTrue();
    controller.answered(began, now, () -> 0);
    serve(3, 1);
    assertThat(controller.isMeasuring()).isTrue();
    serve(1, 1);
    assertThat(controller.isMeasuring()).isFalse();
    assertThat(controller.minRttMillis()).isLessThan(3);
  }

  @Test
  void aFixedLeastLatencyIsNeverMeasured() {
    GradientController fixed =
        new GradientController(
            new GradientSettings(0.5, 100, 100 * MILLI, 0, 250 * MILLI, 50, 0.15, 3, 0.25));
    assertThat(fixed.admit(0)).isTrue();
    assertThat(fixed.isMeasuring()).isFalse();
    assertThat(fixed.minRttMillis()).isEqualTo(250);
    assertThat(fixed.limit()).isEqualTo(3);
  }
}
