package io.outrigger.proxy.log;

import org.jspecify.annotations.Nullable;

/** Envoy's log levels, from the loudest. */
public enum Level {
  TRACE("trace"),
  DEBUG("debug"),
  INFO("info"),
  WARNING("warning"),
  ERROR("error"),
  CRITICAL("critical"),
  OFF("off");

  private final String text;

  Level(String text) {
    this.text = text;
  }

  public String text() {
    return text;
  }

  /** The level of this name ({@code warn} is {@code warning} too), or null. */
  public static @Nullable Level of(String text) {
    if (text.equals("warn")) {
      return WARNING;
    }
    for (Level level : values()) {
      if (level.text.equals(text)) {
        return level;
      }
    }
    return null;
  }
}
