package io.outrigger.config.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class LocalLimiterTest {
  private static final long HOUR = TimeUnit.HOURS.toNanos(1);
  private static final long NOW = 5;

  private final Descriptors descriptors = new Descriptors();
  private final LocalDecision decision = new LocalDecision();

  private static TokenBucket bucket(int max) {
    return new TokenBucket(max, 1, HOUR);
  }

  private static Descriptor descriptor(String key, String value) {
    Descriptor made = new Descriptor();
    made.add(key, value);
    return made;
  }

  private boolean allows(LocalLimiter limiter, double share, String... values) {
    descriptors.clear();
    for (String value : values) {
      descriptors.next().add("user", value);
    }
    limiter.decide(descriptors, NOW, share, decision);
    return decision.allowed();
  }

  @Test
  void takesOfTheStrictestBucketFirst() {
    TokenBucket strict = new TokenBucket(9, 1, 2 * HOUR);
    TokenBucket lax = bucket(5);
    TokenBucket all = bucket(100);
    LocalLimiter limiter =
        new LocalLimiter(
            all,
            Map.of(descriptor("user", "lax"), lax, descriptor("user", "strict"), strict),
            List.of(),
            true);
    assertThat(allows(limiter, 1, "lax", "strict", "nobody")).isTrue();
    assertThat(decision.bucket()).isSameAs(strict);
    assertThat(List.of(strict.left(NOW), lax.left(NOW), all.left(NOW)))
        .containsExactly(8L, 4L, 99L);
  }

  @Test
  void takesMoreOfSharedTokens() {
    LocalLimiter limiter = new LocalLimiter(bucket(9), Map.of(), List.of(), true);
    assertThat(allows(limiter, 1 / 4.0)).isTrue();
    assertThat(allows(limiter, 1 / 4.0)).isTrue();
    assertThat(allows(limiter, 1 / 4.0)).isFalse(); // 1 is left, and 4 are needed
    assertThat(allows(limiter, 1)).isTrue();
  }

  @Test
  void forgetsValuesThatAreNotAskedFor() {
    LocalLimiter limiter =
        new LocalLimiter(
            null,
            Map.of(),
            List.of(new WildcardBuckets(descriptor("user", ""), bucket(1), 2)),
            true);
    assertThat(allows(limiter, 1, "a")).isTrue();
    assertThat(allows(limiter, 1, "b")).isTrue();
    assertThat(allows(limiter, 1, "a")).isFalse();
    assertThat(allows(limiter, 1, "c")).isTrue(); // there is no room, and b goes
    assertThat(allows(limiter, 1, "a")).isFalse();
    assertThat(allows(limiter, 1, "b")).isTrue();
  }

  @Test
  void connectionsHaveBucketsOfTheirOwn() {
    LocalLimiter model =
        new LocalLimiter(bucket(1), Map.of(descriptor("user", "a"), bucket(1)), List.of(), true);
    LocalLimiter one = model.fresh();
    assertThat(allows(one, 1, "a")).isTrue();
    assertThat(allows(one, 1, "a")).isFalse();
    assertThat(allows(model.fresh(), 1, "a")).isTrue();
  }
}
