package io.outrigger.control.ratelimit;

import io.envoyproxy.envoy.extensions.common.ratelimit.v3.RateLimitDescriptor;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Descriptors of one depth, by their keys and values. Not changed once its file is read. */
final class LimitNode {
  private final Map<String, Keyed> byKey = new HashMap<>();
  private @Nullable Limit limit;

  /** What follows one key: by value, by the value's beginning, else whatever the value is. */
  private static final class Keyed {
    final Map<String, LimitNode> exact = new HashMap<>();
    final Map<String, LimitNode> prefixes = new LinkedHashMap<>();
    @Nullable LimitNode any;
  }

  @Nullable Limit limit() {
    return limit;
  }

  void limit(Limit own) {
    limit = own;
  }

  /**
   * The node of a key and value, made; null if it is there already.
   *
   * @param value empty: any; ending in an asterisk: those that begin so
   */
  @Nullable LimitNode add(String key, String value) {
    Keyed keyed = byKey.computeIfAbsent(key, k -> new Keyed());
    LimitNode made = new LimitNode();
    if (value.isEmpty()) {
      boolean there = keyed.any != null;
      keyed.any = there ? keyed.any : made;
      return there ? null : made;
    }
    boolean prefix = value.endsWith("*");
    String text = prefix ? value.substring(0, value.length() - 1) : value;
    return (prefix ? keyed.prefixes : keyed.exact).putIfAbsent(text, made) == null ? made : null;
  }

  /** The limit of exactly these entries; null: none. */
  @Nullable Limit find(List<RateLimitDescriptor.Entry> entries) {
    LimitNode at = this;
    for (RateLimitDescriptor.Entry entry : entries) {
      at = at.step(entry.getKey(), entry.getValue());
      if (at == null) {
        return null;
      }
    }
    return at.limit;
  }

  private @Nullable LimitNode step(String key, String value) {
    Keyed keyed = byKey.get(key);
    if (keyed == null) {
      return null;
    }
    LimitNode exact = keyed.exact.get(value);
    if (exact != null) {
      return exact;
    }
    for (Map.Entry<String, LimitNode> prefix : keyed.prefixes.entrySet()) {
      if (value.startsWith(prefix.getKey())) {
        return prefix.getValue();
      }
    }
    return keyed.any;
  }
}
