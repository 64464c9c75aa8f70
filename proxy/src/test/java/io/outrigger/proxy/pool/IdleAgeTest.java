package io.outrigger.proxy.pool;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class IdleAgeTest {
  private static final long MILLI = 1_000_000L;
  private final IdleAge age = new IdleAge();

  @Test
  void keepsAwayFromTheAgeAtWhichThePeerCloses() {
    assertThat(age.isRisky(3_600_000 * MILLI)).isFalse();
    age.closedByPeer("h", 500 * MILLI);
    assertThat(age.isRisky(400 * MILLI)).isTrue();
    assertThat(age.isRisky(399 * MILLI)).isFalse();
    age.closedByPeer("h", 5000 * MILLI); // perhaps another reason: the shorter holds
    assertThat(age.isRisky(400 * MILLI)).isTrue();
  }

  @Test
  void aCloseRightAfterAnAnswerIsNoIdleTimeOut() {
    age.closedByPeer("h", 3 * MILLI);
    assertThat(age.isRisky(3_600_000 * MILLI)).isFalse();
  }

  @Test
  void believesWhatKeepAliveSays() {
    age.told("h", 5000 * MILLI);
    assertThat(age.isRisky(4449 * MILLI)).isFalse();
    assertThat(age.isRisky(4450 * MILLI)).isTrue();
    age.told("h", 0);
    assertThat(age.isRisky(4449 * MILLI)).isFalse();
  }

  @Test
  void forgetsAnAgeThatAConnectionOutlives() {
    age.closedByPeer("h", 200 * MILLI); // a restart, say
    age.outlived("h", 150 * MILLI);
    assertThat(age.isRisky(130 * MILLI)).isTrue();
    age.outlived("h", 1000 * MILLI);
    assertThat(age.isRisky(800 * MILLI)).isFalse();
    age.closedAside("h", 2000 * MILLI);
    assertThat(age.isRisky(1700 * MILLI)).isFalse();
    assertThat(age.isRisky(1750 * MILLI)).isTrue();
  }
}
