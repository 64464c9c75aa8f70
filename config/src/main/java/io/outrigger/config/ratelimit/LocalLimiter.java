package io.outrigger.config.ratelimit;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The buckets of one local_ratelimit configuration: one for all requests, and one for each
 * descriptor. Any thread.
 */
public final class LocalLimiter {
  private final @Nullable TokenBucket all;
  private final Map<Descriptor, TokenBucket> fixed;
  private final List<WildcardBuckets> wildcards;
  private final boolean alwaysTakeOfAll;

  LocalLimiter(
      @Nullable TokenBucket all,
      Map<Descriptor, TokenBucket> fixed,
      List<WildcardBuckets> wildcards,
      boolean alwaysTakeOfAll) {
    this.all = all;
    this.fixed = fixed;
    this.wildcards = List.copyOf(wildcards);
    this.alwaysTakeOfAll = alwaysTakeOfAll;
  }

  /** Limits nothing: a chain's filter whose buckets are the routes'. */
  public boolean isEmpty() {
    return all == null && !hasDescriptors();
  }

  public boolean hasDescriptors() {
    return !fixed.isEmpty() || !wildcards.isEmpty();
  }

  /** Another of full buckets, for one connection; wildcards are not allowed there. */
  public LocalLimiter fresh() {
    Map<Descriptor, TokenBucket> own = HashMap.newHashMap(fixed.size());
    fixed.forEach((descriptor, bucket) -> own.put(descriptor, bucket.fresh()));
    return new LocalLimiter(all == null ? null : all.fresh(), own, List.of(), alwaysTakeOfAll);
  }

  /**
   * Takes tokens for a request with these descriptors, the strictest bucket's first. What was taken
   * before a bucket was empty stays taken, as in Envoy.
   *
   * @param share this proxy's part of the tokens, above 0 and up to 1
   */
  public void decide(Descriptors descriptors, long now, double share, LocalDecision out) {
    out.begin();
    for (int i = 0; i < descriptors.size(); i++) {
      Descriptor descriptor = descriptors.get(i);
      TokenBucket bucket = bucket(descriptor);
      if (bucket != null) {
        out.add(bucket, descriptor.hits() == Descriptor.UNSET ? 1 : descriptor.hits());
      }
    }
    for (int i = 0; i < out.matches(); i++) {
      double hits = (double) out.hits(i) / share;
      if (hits == 0 || !out.match(i).take(now, hits)) { // no hits are refused, as in Envoy
        out.end(false, out.match(i));
        return;
      }
    }
    TokenBucket shown = out.matches() == 0 ? all : out.match(0);
    if (all == null || (out.matches() > 0 && !alwaysTakeOfAll)) {
      out.end(true, shown);
      return;
    }
    boolean taken = all.take(now, 1 / share);
    out.end(taken, taken ? shown : all);
  }

  private @Nullable TokenBucket bucket(Descriptor descriptor) {
    TokenBucket bucket = fixed.get(descriptor);
    for (int i = 0; bucket == null && i < wildcards.size(); i++) {
      bucket = wildcards.get(i).bucket(descriptor);
    }
    return bucket;
  }
}
