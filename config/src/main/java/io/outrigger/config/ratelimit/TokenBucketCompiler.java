package io.outrigger.config.ratelimit;

import io.outrigger.config.compile.Millis;
import io.outrigger.config.compile.Problems;
import io.outrigger.config.compile.Unsigned;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Compiles TokenBucket messages, of which the proto's own rules have been checked. */
public final class TokenBucketCompiler {
  private static final long SHORTEST_FILL_MILLIS = 50;

  private TokenBucketCompiler() {}

  /** The bucket, or null with a problem. */
  public static @Nullable TokenBucket compile(
      io.envoyproxy.envoy.type.v3.TokenBucket proto, Problems problems) {
    long millis = Millis.of(proto.getFillInterval(), problems.at("fill_interval"));
    long max = Unsigned.toLong(proto.getMaxTokens());
    long perFill =
        proto.hasTokensPerFill() ? Unsigned.toLong(proto.getTokensPerFill().getValue()) : 1;
    if (millis < SHORTEST_FILL_MILLIS) {
      problems.error("fill_interval", "is shorter than 50 ms; 0.05s or more is allowed");
    }
    return max == 0 || perFill == 0 || millis < SHORTEST_FILL_MILLIS
        ? null
        : new TokenBucket(max, perFill, TimeUnit.MILLISECONDS.toNanos(millis));
  }
}
