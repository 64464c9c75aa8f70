package io.outrigger.proxy;

import io.outrigger.proxy.restart.HotRestart;
import io.outrigger.proxy.restart.RestartOptions;
import org.jspecify.annotations.Nullable;

/**
 * The command line's words on hot restart. It is on when one of them asks for it: two proxies that
 * know nothing of each other must not take each other's sockets.
 */
final class RestartFlags {
  private boolean asked;
  private boolean disabled;
  private long baseId;
  private int epoch;
  private boolean dynamicBaseId;
  private String socketPath = "@outrigger_hot_restart";
  private int socketMode;
  private @Nullable String baseIdPath;
  private boolean startWithoutParent;
  private boolean takeStats = true;

  /** Takes a flag without a value, if it is one of these. */
  boolean take(String flag) {
    switch (flag) {
      case "--disable-hot-restart" -> disabled = true;
      case "--use-dynamic-base-id" -> dynamicBaseId = true;
      case "--skip-hot-restart-on-no-parent" -> startWithoutParent = true;
      case "--skip-hot-restart-parent-stats" -> takeStats = false;
      default -> {
        return false;
      }
    }
    return true;
  }

  /** Takes a flag with its value, if it is one of these. */
  boolean take(String flag, String value) throws ProxyOptions.WrongUsage {
    switch (flag) {
      case "--restart-epoch" -> epoch(value);
      case "--base-id" -> baseId(ProxyOptions.number(flag, value, 0xffff_ffffL));
      case "--base-id-path" -> baseIdPath = value;
      case "--socket-path" -> socketPath = value;
      case "--socket-mode" -> socketMode = mode(value);
      default -> {
        return false;
      }
    }
    return true;
  }

  private void epoch(String value) throws ProxyOptions.WrongUsage {
    epoch =
        value.equals("auto")
            ? RestartOptions.ANY
            : (int) ProxyOptions.number("--restart-epoch", value, Integer.MAX_VALUE);
    asked = true;
  }

  void baseId(long id) {
    baseId = id;
    asked = true;
  }

  private static int mode(String value) throws ProxyOptions.WrongUsage {
    try {
      int mode = Integer.parseInt(value, 8);
      if (mode >= 0 && mode <= 0777) {
        return mode;
      }
    } catch (NumberFormatException e) {
      // told below
    }
    throw new ProxyOptions.WrongUsage(
        "--socket-mode is \"" + value + "\"; it takes an octal number up to 777");
  }

  boolean isDisabled() {
    return disabled;
  }

  void check() throws ProxyOptions.WrongUsage {
    if (disabled && epoch != 0) {
      throw new ProxyOptions.WrongUsage(
          "--restart-epoch asks for a hot restart, and --disable-hot-restart forbids it");
    }
    if (dynamicBaseId && epoch != 0) {
      throw new ProxyOptions.WrongUsage(
          "--use-dynamic-base-id begins a line: --restart-epoch can only be 0");
    }
    if (dynamicBaseId) {
      baseId(HotRestart.anyBaseId());
    }
  }

  /** What to do; null if hot restart is off. */
  @Nullable RestartOptions options() {
    return disabled || !asked
        ? null
        : new RestartOptions(
            baseId, epoch, socketPath, socketMode, baseIdPath, startWithoutParent, takeStats);
  }
}
