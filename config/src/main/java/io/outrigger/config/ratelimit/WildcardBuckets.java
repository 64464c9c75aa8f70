package io.outrigger.config.ratelimit;

import java.util.ArrayDeque;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A bucket for each combination of values that fits a descriptor with empty ones. Any thread; only
 * a combination that is new takes a lock.
 *
 * <p>Of those that there is no room for, one goes that has not been asked for lately.
 */
final class WildcardBuckets {
  private final Descriptor pattern;
  private final TokenBucket model;
  private final int most;
  private final Map<Descriptor, Held> held = new ConcurrentHashMap<>();

  /** Guarded by this. */
  private final ArrayDeque<Held> order = new ArrayDeque<>();

  WildcardBuckets(Descriptor pattern, TokenBucket model, int most) {
    this.pattern = pattern;
    this.model = model;
    this.most = most;
  }

  private static final class Held {
    final Descriptor descriptor;
    final TokenBucket bucket;
    volatile boolean asked;

    Held(Descriptor descriptor, TokenBucket bucket) {
      this.descriptor = descriptor;
      this.bucket = bucket;
    }
  }

  /** The bucket of these values, made if it is new; null: they don't fit. */
  @Nullable TokenBucket bucket(Descriptor descriptor) {
    if (!descriptor.fits(pattern)) {
      return null;
    }
    Held found = held.get(descriptor);
    if (found == null) {
      found = hold(descriptor);
    } else if (!found.asked) {
      found.asked = true;
    }
    return found.bucket;
  }

  private synchronized Held hold(Descriptor descriptor) {
    Held there = held.get(descriptor);
    if (there != null) {
      return there;
    }
    while (order.size() >= most) {
      Held oldest = order.remove();
      if (oldest.asked) {
        oldest.asked = false;
        order.add(oldest);
      } else {
        held.remove(oldest.descriptor);
      }
    }
    Held made = new Held(descriptor.kept(), model.fresh());
    held.put(made.descriptor, made);
    order.add(made);
    return made;
  }
}
