package io.outrigger.config.ratelimit;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What a limit counts by: keys with values, made of a request by a policy's actions.
 *
 * <p>Used again for the next request; two are equal where their entries are. Owned by one worker
 * until it is {@link #kept}.
 */
public final class Descriptor {
  /** No number of hits is given: one. */
  public static final long UNSET = -1;

  private String[] keys = new String[4];
  private String[] values = new String[4];
  private int size;
  private long hits = UNSET;
  private @Nullable LimitOverride override;

  void clear() {
    Arrays.fill(keys, 0, size, null);
    Arrays.fill(values, 0, size, null);
    size = 0;
    hits = UNSET;
    override = null;
  }

  public void add(String key, String value) {
    if (size == keys.length) {
      keys = Arrays.copyOf(keys, size * 2);
      values = Arrays.copyOf(values, size * 2);
    }
    keys[size] = key;
    values[size++] = value;
  }

  public int size() {
    return size;
  }

  public String key(int index) {
    return keys[index];
  }

  public String value(int index) {
    return values[index];
  }

  /** How many hits this counts for, or {@link #UNSET}. */
  public long hits() {
    return hits;
  }

  void hits(long number) {
    hits = number;
  }

  /** The limit that the service is to take in place of its own; null: its own. */
  public @Nullable LimitOverride override() {
    return override;
  }

  void override(@Nullable LimitOverride limit) {
    override = limit;
  }

  /** A limit that a request brings along; the unit is RateLimitUnit's number. */
  public record LimitOverride(int requestsPerUnit, int unit) {}

  /** A copy of the entries that nobody changes: a key of a map. */
  Descriptor kept() {
    Descriptor copy = new Descriptor();
    copy.keys = Arrays.copyOf(keys, size);
    copy.values = Arrays.copyOf(values, size);
    copy.size = size;
    return copy;
  }

  /** Whether this has the keys of {@code pattern}, and its values where those are not empty. */
  boolean fits(Descriptor pattern) {
    if (size != pattern.size) {
      return false;
    }
    for (int i = 0; i < size; i++) {
      String wanted = pattern.values[i];
      if (!keys[i].equals(pattern.keys[i]) || (!wanted.isEmpty() && !wanted.equals(values[i]))) {
        return false;
      }
    }
    return true;
  }

  @Override
  public boolean equals(@Nullable Object o) {
    return o instanceof Descriptor other
        && Arrays.equals(keys, 0, size, other.keys, 0, other.size)
        && Arrays.equals(values, 0, size, other.values, 0, other.size);
  }

  @Override
  public int hashCode() {
    int hash = size;
    for (int i = 0; i < size; i++) {
      hash = 31 * (31 * hash + keys[i].hashCode()) + values[i].hashCode();
    }
    return hash;
  }

  @Override
  public String toString() {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < size; i++) {
      out.append(i == 0 ? "" : ", ").append(keys[i]).append('=').append(values[i]);
    }
    return out.toString();
  }
}
