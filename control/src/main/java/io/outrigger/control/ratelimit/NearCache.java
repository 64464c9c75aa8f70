package io.outrigger.control.ratelimit;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Keys whose limit is exhausted until their window ends: nobody need be asked. Any thread. */
final class NearCache {
  private static final int MOST = 100_000;

  private final Map<String, Long> ends = new ConcurrentHashMap<>();

  boolean has(String key, long now) {
    Long end = ends.get(key);
    return end != null && end > now;
  }

  void put(String key, long end) {
    if (ends.size() >= MOST) {
      ends.clear(); // what is still exhausted comes back with its next hit
    }
    ends.put(key, end);
  }
}
