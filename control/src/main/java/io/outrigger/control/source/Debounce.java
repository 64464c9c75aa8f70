package io.outrigger.control.source;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Says when changed files, or objects, may be believed: not while more is still to come.
 *
 * <p>A batch ends when every changed file was quiet for a while, or at a maximum. A file with
 * endpoints to remove waits for its own quiet only. A file that is empty, gone or broken may be
 * half-way through being replaced, so it is believed later. Pure: the time comes from its caller.
 *
 * @param <K> what names a file or object
 */
public final class Debounce<K> {
  /** How a file looks since its last change. */
  public enum Look {
    PLAIN,
    /** Endpoints are gone from it: waiting for others would send traffic to dead ones. */
    REMOVES_ENDPOINTS,
    /** Empty, gone or broken. */
    DOUBTFUL
  }

  private record Pending(long since, Look look) {}

  private final long quiet;
  private final long maximum;
  private final long doubt;
  private final Map<K, Pending> pending = new HashMap<>();
  private long first;

  public Debounce(Duration quiet, Duration maximum, Duration doubt) {
    this.quiet = quiet.toNanos();
    this.maximum = maximum.toNanos();
    this.doubt = doubt.toNanos();
  }

  /** A file changed, or changed again. */
  public void changed(K file, Look look, long now) {
    if (pending.isEmpty()) {
      first = now;
    }
    pending.put(file, new Pending(now, look));
  }

  /** A file is again as it was when it was last believed. */
  public void unchanged(K file) {
    pending.remove(file);
  }

  boolean idle() {
    return pending.isEmpty();
  }

  /** When the first change of the batch was seen. */
  public long first() {
    return first;
  }

  /** The files to believe now; they are no longer pending afterwards. */
  public Set<K> due(long now) {
    Set<K> settled = new HashSet<>();
    boolean allQuiet = true;
    boolean urgent = false;
    for (Map.Entry<K, Pending> entry : pending.entrySet()) {
      Pending file = entry.getValue();
      long age = now - file.since;
      if (age >= (file.look == Look.DOUBTFUL ? doubt : quiet)) {
        settled.add(entry.getKey());
        urgent |= file.look == Look.REMOVES_ENDPOINTS;
      } else if (file.look != Look.DOUBTFUL) {
        allQuiet = false;
      }
    }
    boolean late = now - first >= maximum;
    if (settled.isEmpty() || !(allQuiet || urgent || late)) {
      return Set.of();
    }
    pending.keySet().removeAll(settled);
    first = pending.values().stream().mapToLong(Pending::since).min().orElse(now);
    return settled;
  }

  /** How long until {@link #due} may have something, at most the given time. */
  public long wait(long now, long atMost) {
    long wait = atMost;
    for (Pending file : pending.values()) {
      long at = file.since + (file.look == Look.DOUBTFUL ? doubt : quiet);
      wait = Math.min(wait, Math.max(at - now, 1));
    }
    return wait;
  }
}
