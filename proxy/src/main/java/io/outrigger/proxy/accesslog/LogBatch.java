package io.outrigger.proxy.accesslog;

import io.outrigger.config.accesslog.AccessLogConfig.GrpcBatches;
import io.outrigger.proxy.stats.Counter;
import io.outrigger.proxy.timeout.Timeout;
import io.outrigger.proxy.worker.Worker;
import java.util.concurrent.TimeUnit;

/**
 * The entries of one log on one worker: collected up to a number of bytes or for a time, then sent.
 * Where the service takes no more, the entries collected so far wait and further ones are dropped
 * and counted.
 */
abstract class LogBatch {
  final Worker worker;
  final GrpcBatches config;
  private final Counter dropped;
  private final Timeout timer;
  private int bytes;
  private boolean empty = true;

  LogBatch(GrpcBatches config, Worker worker, Counter dropped) {
    this.config = config;
    this.worker = worker;
    this.dropped = dropped;
    this.timer = new Timeout(worker.timers(), this::flush);
  }

  final void add(LogEntry entry) {
    if (!empty && bytes >= config.bufferBytes()) {
      flush();
      if (!empty) {
        dropped.inc(worker.index());
        return;
      }
    }
    empty = false;
    bytes += append(entry);
    if (bytes >= config.bufferBytes()) {
      flush();
    }
    if (!empty && !timer.isArmed()) {
      arm();
    }
  }

  private void arm() {
    timer.arm(TimeUnit.MILLISECONDS.toNanos(Math.max(1, config.flushIntervalMillis())));
  }

  private void flush() {
    if (empty) {
      return;
    }
    if (!send()) {
      arm();
      return;
    }
    timer.cancel();
    bytes = 0;
    empty = true;
  }

  /** Takes an entry into the batch; returns its size as a message. */
  abstract int append(LogEntry entry);

  /** Sends what was collected and begins anew; false, with all kept, if that can't be now. */
  abstract boolean send();
}
