package io.outrigger.proxy.log;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One of the log's components, such as {@code main} or {@code upstream}, with a level of its own.
 *
 * <p>The list of components is Envoy's, as far as this proxy has what they speak of, so that {@code
 * --component-log-level} and {@code POST /logging} take the same names.
 */
@SuppressWarnings("ImmutableEnumChecker") // a level is what the admin page changes
public enum Log {
  ADMIN,
  CLIENT,
  CONFIG,
  CONNECTION,
  CONN_HANDLER,
  DNS,
  FILE,
  FILTER,
  FORWARD_PROXY,
  GRPC,
  HC,
  HTTP,
  HTTP2,
  INIT,
  IO,
  MAIN,
  MISC,
  POOL,
  RBAC,
  ROUTER,
  RUNTIME,
  STATS,
  SECRET,
  TLS,
  TRACING,
  UPSTREAM;

  private final String name = name().toLowerCase(Locale.ROOT);
  private volatile Level level = Level.INFO;

  /** The component as logs and the admin page name it. */
  public String text() {
    return name;
  }

  public Level level() {
    return level;
  }

  public void level(Level newLevel) {
    level = newLevel;
  }

  /** The component of this name, or null. */
  public static @Nullable Log of(String name) {
    for (Log log : values()) {
      if (log.name.equals(name)) {
        return log;
      }
    }
    return null;
  }

  /** Sets the level of every component. */
  public static void all(Level level) {
    for (Log log : values()) {
      log.level = level;
    }
  }

  /** Whether a line of this level would be written: ask before composing a costly one. */
  public boolean shows(Level asked) {
    return asked.compareTo(level) >= 0 && level != Level.OFF;
  }

  public void trace(String message) {
    write(Level.TRACE, message, null);
  }

  public void debug(String message) {
    write(Level.DEBUG, message, null);
  }

  public void info(String message) {
    write(Level.INFO, message, null);
  }

  public void warning(String message) {
    write(Level.WARNING, message, null);
  }

  public void error(String message) {
    write(Level.ERROR, message, null);
  }

  /** An error with its cause's stack, for what is a bug. */
  public void error(String message, Throwable cause) {
    write(Level.ERROR, message, cause);
  }

  public void critical(String message) {
    write(Level.CRITICAL, message, null);
  }

  private void write(Level asked, String message, @Nullable Throwable cause) {
    if (shows(asked)) {
      LogOutput.write(asked, name, message, cause);
    }
  }

  /** Milliseconds since the epoch as {@code 2026-01-31 23:59:59.001}, in UTC. */
  static void appendTime(StringBuilder out, long epochMillis) {
    ZonedDateTime time = Instant.ofEpochMilli(epochMillis).atZone(ZoneOffset.UTC);
    pad(out, time.getYear(), 4).append('-');
    pad(out, time.getMonthValue(), 2).append('-');
    pad(out, time.getDayOfMonth(), 2).append(' ');
    pad(out, time.getHour(), 2).append(':');
    pad(out, time.getMinute(), 2).append(':');
    pad(out, time.getSecond(), 2).append('.');
    pad(out, (int) (epochMillis % 1000), 3);
  }

  private static StringBuilder pad(StringBuilder out, int value, int width) {
    String digits = Integer.toString(value);
    for (int i = digits.length(); i < width; i++) {
      out.append('0');
    }
    return out.append(digits);
  }
}
