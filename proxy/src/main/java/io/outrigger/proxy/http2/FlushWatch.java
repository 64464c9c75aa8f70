package io.outrigger.proxy.http2;

import io.outrigger.proxy.stream.ResetReason;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Ends streams whose response is whole but which the peer gives no window to send (Envoy's {@code
 * stream_flush_timeout}), so that a slow reader can't hold memory.
 */
final class FlushWatch {
  private final Http2Connection connection;
  private @Nullable Future<?> scheduled;

  FlushWatch(Http2Connection connection) {
    this.connection = connection;
  }

  /** Looks after the time-out whether a stream that waits now still does. */
  void watch() {
    long timeout = connection.settings.streamFlushTimeoutMillis();
    if (timeout > 0 && scheduled == null && !connection.isClosed()) {
      scheduled = connection.schedule(this::check, timeout);
    }
  }

  /** The connection has ended, and must not be held until then. */
  void stop() {
    if (scheduled != null) {
      scheduled.cancel(false);
    }
  }

  private void check() {
    scheduled = null;
    long timeout = TimeUnit.MILLISECONDS.toNanos(connection.settings.streamFlushTimeoutMillis());
    connection.streams.forEach(
        stream -> {
          if (stream.localEnd && !stream.localSent && !stream.closed) {
            if (connection.worker.nanos() - stream.flushSince >= timeout) {
              connection.stats.txFlushTimeout.inc(connection.cell);
              connection.writeReset(stream, Frame.CANCEL);
              connection.end(stream, ResetReason.LOCAL_RESET, "http2.tx_flush_timeout");
            } else {
              watch();
            }
          }
        });
  }
}
