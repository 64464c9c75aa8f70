package io.outrigger.proxy.accesslog;

/**
 * The access logs of one listener, connection manager or TCP proxy. Immutable; any worker may log.
 */
public final class AccessLogger {
  /** Logs nothing. */
  public static final AccessLogger NONE = new AccessLogger(new Log[0]);

  private final Log[] logs;

  AccessLogger(Log[] logs) {
    this.logs = logs;
  }

  public boolean isEmpty() {
    return logs.length == 0;
  }

  /** Writes the entry to each log whose filter lets it pass. On the entry's worker. */
  public void log(LogEntry entry) {
    for (Log log : logs) {
      log.log(entry);
    }
  }

  /** One configured log: filter, format and file. */
  interface Log {
    void log(LogEntry entry);
  }
}
