package io.outrigger.config.ratelimit;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** What a {@link LocalLimiter} decided, in memory that is used again. A worker's. */
public final class LocalDecision {
  private TokenBucket[] matches = new TokenBucket[4];
  private long[] hits = new long[4];
  private int count;
  private boolean allowed;
  private @Nullable TokenBucket bucket;

  void begin() {
    Arrays.fill(matches, 0, count, null);
    count = 0;
  }

  /** Keeps them in order of their rates, the slowest first. */
  void add(TokenBucket found, long worth) {
    if (count == matches.length) {
      matches = Arrays.copyOf(matches, count * 2);
      hits = Arrays.copyOf(hits, count * 2);
    }
    int at = count++;
    while (at > 0 && matches[at - 1].nanosPerToken() < found.nanosPerToken()) {
      matches[at] = matches[at - 1];
      hits[at] = hits[at - 1];
      at--;
    }
    matches[at] = found;
    hits[at] = worth;
  }

  int matches() {
    return count;
  }

  TokenBucket match(int index) {
    return matches[index];
  }

  long hits(int index) {
    return hits[index];
  }

  void end(boolean taken, @Nullable TokenBucket shown) {
    allowed = taken;
    bucket = shown;
  }

  public boolean allowed() {
    return allowed;
  }

  /** The bucket that decided, which x-ratelimit headers show; null: none. */
  public @Nullable TokenBucket bucket() {
    return bucket;
  }
}
