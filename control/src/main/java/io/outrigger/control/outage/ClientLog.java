package io.outrigger.control.outage;

import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/**
 * What the client's library logs, in place of the log's own handlers: the end of a connection is
 * for {@link Reachability} to say, an error that the API server answered is one line, and what
 * looks like a bug is passed on with its trace.
 */
public final class ClientLog extends Handler {
  private static final String LIBRARY = "io.fabric8.kubernetes.client";

  /** It warns of nothing but connections that have ended, some of them as bugs of its own. */
  private static final String CONNECTIONS = LIBRARY + ".jdkhttp";

  private final Logger library = Logger.getLogger(LIBRARY);
  private final Reachability found;

  public ClientLog(Reachability found) {
    this.found = found;
  }

  /** Takes the library's log until {@link #close}. */
  public void open() {
    library.setUseParentHandlers(false);
    library.addHandler(this);
  }

  @Override
  public void publish(LogRecord entry) {
    String logger = String.valueOf(entry.getLoggerName());
    Throwable error = entry.getThrown();
    if (logger.startsWith(CONNECTIONS)) {
      found.suspect();
    } else if (error != null && ApiError.isOfTheClient(error)) {
      found.failed(
          logger.substring(logger.lastIndexOf('.') + 1) + ": " + entry.getMessage(), error);
    } else {
      pass(entry);
    }
  }

  private void pass(LogRecord entry) {
    for (Logger at = library.getParent(); at != null; at = at.getParent()) {
      for (Handler handler : at.getHandlers()) {
        handler.publish(entry);
      }
    }
  }

  @Override
  public void flush() {}

  @Override
  public void close() {
    library.removeHandler(this);
    library.setUseParentHandlers(true);
  }
}
