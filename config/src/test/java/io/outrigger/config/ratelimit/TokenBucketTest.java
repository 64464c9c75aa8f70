package io.outrigger.config.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TokenBucketTest {
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  private static int taken(TokenBucket bucket, long now) {
    int n = 0;
    while (bucket.take(now)) {
      n++;
    }
    return n;
  }

  @Test
  void isFullAtFirstAndFillsSteadily() {
    TokenBucket bucket = new TokenBucket(3, 2, SECOND);
    long start = -7; // a steady clock may begin anywhere
    assertThat(bucket.left(start)).isEqualTo(3);
    assertThat(taken(bucket, start)).isEqualTo(3);
    assertThat(bucket.nanosToNext(start)).isEqualTo(SECOND / 2);
    assertThat(taken(bucket, start + SECOND / 2 - 1)).isZero();
    assertThat(taken(bucket, start + SECOND / 2)).isEqualTo(1);
    assertThat(bucket.left(start + SECOND)).isEqualTo(1);
    assertThat(taken(bucket, start + 100 * SECOND)).isEqualTo(3);
  }

  @Test
  void givesNoTokenTwice() {
    TokenBucket bucket = new TokenBucket(1000, 1, 3600 * SECOND);
    AtomicInteger all = new AtomicInteger();
    IntStream.range(0, 8).parallel().forEach(i -> all.addAndGet(taken(bucket, 5)));
    assertThat(all).hasValue(1000);
  }
}
