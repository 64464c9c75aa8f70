package io.outrigger.config.overload;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Something done under pressure.
 *
 * @param name as configured, which is also what statistics call it
 */
public record OverloadAction(String name, Kind kind, List<Trigger> triggers) {
  public OverloadAction {
    triggers = List.copyOf(triggers);
  }

  /** What is done. */
  public enum Kind {
    STOP_ACCEPTING_REQUESTS,
    DISABLE_HTTP_KEEPALIVE,
    STOP_ACCEPTING_CONNECTIONS,
    REJECT_INCOMING_CONNECTIONS,
    SHRINK_HEAP,
    REDUCE_TIMEOUTS,
    RESET_HIGH_MEMORY_STREAM;

    /** By {@code envoy.overload_actions.NAME}; null for another name. */
    static @Nullable Kind of(String name) {
      for (Kind kind : values()) {
        if (name.equals(
            "envoy.overload_actions." + kind.name().toLowerCase(java.util.Locale.ROOT))) {
          return kind;
        }
      }
      return null;
    }

    boolean built() {
      return this != REDUCE_TIMEOUTS && this != RESET_HIGH_MEMORY_STREAM;
    }
  }

  /**
   * When: a monitor's pressure from {@code from} on, in full at {@code full}; a threshold has both
   * in one place.
   */
  public record Trigger(String monitor, double from, double full) {
    /** How far the action is to go, 0 to 1. */
    public double share(double pressure) {
      if (pressure >= full) {
        return 1;
      }
      return pressure <= from ? 0 : (pressure - from) / (full - from);
    }
  }
}
