package io.outrigger.proxy.log;

import io.netty.util.internal.logging.AbstractInternalLogger;
import io.netty.util.internal.logging.InternalLogger;
import io.netty.util.internal.logging.InternalLoggerFactory;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Sends what Netty logs to the component {@code io}, and keeps Netty from probing for logging
 * libraries at start.
 */
public final class NettyLogs extends InternalLoggerFactory {
  private NettyLogs() {}

  /** Takes over. Before any of Netty's classes is used. */
  public static void install() {
    InternalLoggerFactory.setDefaultFactory(new NettyLogs());
  }

  @Override
  protected InternalLogger newInstance(String name) {
    return new Logger(name);
  }

  private static final class Logger extends AbstractInternalLogger {
    private static final long serialVersionUID = 1L;

    Logger(String name) {
      super(name);
    }

    /** Netty's debug lines are for its developers: they show at trace. */
    private void log(Level level, String message, @Nullable Throwable cause) {
      if (!Log.IO.shows(level)) {
        return;
      }
      String line = name() + ": " + message + (cause == null ? "" : ": " + cause);
      switch (level) {
        case TRACE, DEBUG -> Log.IO.trace(line);
        case INFO -> Log.IO.debug(line);
        case WARNING -> Log.IO.warning(line);
        default -> Log.IO.error(line);
      }
    }

    private void log(Level level, String format, @Nullable Object... arguments) {
      if (!Log.IO.shows(level)) {
        return;
      }
      StringBuilder line = new StringBuilder();
      int from = 0;
      int next = 0;
      for (int at = format.indexOf("{}");
          at >= 0 && next < arguments.length;
          at = format.indexOf("{}", from)) {
        line.append(format, from, at).append(text(arguments[next++]));
        from = at + 2;
      }
      line.append(format, from, format.length());
      Object last = arguments.length == 0 ? null : arguments[arguments.length - 1];
      log(level, line.toString(), last instanceof Throwable thrown ? thrown : null);
    }

    private static String text(@Nullable Object argument) {
      return argument instanceof Object[] array ? Arrays.toString(array) : String.valueOf(argument);
    }

    @Override
    public boolean isTraceEnabled() {
      return Log.IO.shows(Level.TRACE);
    }

    @Override
    public void trace(String message) {
      log(Level.TRACE, message, (Throwable) null);
    }

    @Override
    public void trace(String format, Object argument) {
      log(Level.TRACE, format, new Object[] {argument});
    }

    @Override
    public void trace(String format, Object a, Object b) {
      log(Level.TRACE, format, new Object[] {a, b});
    }

    @Override
    public void trace(String format, Object... arguments) {
      log(Level.TRACE, format, arguments);
    }

    @Override
    public void trace(String message, Throwable cause) {
      log(Level.TRACE, message, cause);
    }

    @Override
    public boolean isDebugEnabled() {
      return Log.IO.shows(Level.TRACE);
    }

    @Override
    public void debug(String message) {
      log(Level.TRACE, message, (Throwable) null);
    }

    @Override
    public void debug(String format, Object argument) {
      log(Level.TRACE, format, new Object[] {argument});
    }

    @Override
    public void debug(String format, Object a, Object b) {
      log(Level.TRACE, format, new Object[] {a, b});
    }

    @Override
    public void debug(String format, Object... arguments) {
      log(Level.TRACE, format, arguments);
    }

    @Override
    public void debug(String message, Throwable cause) {
      log(Level.TRACE, message, cause);
    }

    @Override
    public boolean isInfoEnabled() {
      return Log.IO.shows(Level.DEBUG);
    }

    @Override
    public void info(String message) {
      log(Level.INFO, message, (Throwable) null);
    }

    @Override
    public void info(String format, Object argument) {
      log(Level.INFO, format, new Object[] {argument});
    }

    @Override
    public void info(String format, Object a, Object b) {
      log(Level.INFO, format, new Object[] {a, b});
    }

    @Override
    public void info(String format, Object... arguments) {
      log(Level.INFO, format, arguments);
    }

    @Override
    public void info(String message, Throwable cause) {
      log(Level.INFO, message, cause);
    }

    @Override
    public boolean isWarnEnabled() {
      return Log.IO.shows(Level.WARNING);
    }

    @Override
    public void warn(String message) {
      log(Level.WARNING, message, (Throwable) null);
    }

    @Override
    public void warn(String format, Object argument) {
      log(Level.WARNING, format, new Object[] {argument});
    }

    @Override
    public void warn(String format, Object a, Object b) {
      log(Level.WARNING, format, new Object[] {a, b});
    }

    @Override
    public void warn(String format, Object... arguments) {
      log(Level.WARNING, format, arguments);
    }

    @Override
    public void warn(String message, Throwable cause) {
      log(Level.WARNING, message, cause);
    }

    @Override
    public boolean isErrorEnabled() {
      return Log.IO.shows(Level.ERROR);
    }

    @Override
    public void error(String message) {
      log(Level.ERROR, message, (Throwable) null);
    }

    @Override
    public void error(String format, Object argument) {
      log(Level.ERROR, format, new Object[] {argument});
    }

    @Override
    public void error(String format, Object a, Object b) {
      log(Level.ERROR, format, new Object[] {a, b});
    }

    @Override
    public void error(String format, Object... arguments) {
      log(Level.ERROR, format, arguments);
    }

    @Override
    public void error(String message, Throwable cause) {
      log(Level.ERROR, message, cause);
    }
  }
}
