package io.outrigger.proxy.log;

import java.util.function.Consumer;

/** The files that events of the process go to, a line each. */
@FunctionalInterface
public interface EventLogs {
  /** None are kept. */
  EventLogs NONE = path -> line -> {};

  /** Takes the lines for this path; called on the configuration loop. */
  Consumer<String> to(String path);

  /** A point in time as events give it, {@code 2026-01-31T23:59:59.001Z}. */
  static String time(long epochMillis) {
    StringBuilder out = new StringBuilder(24);
    Log.appendTime(out, epochMillis);
    out.setCharAt(10, 'T');
    return out.append('Z').toString();
  }
}
