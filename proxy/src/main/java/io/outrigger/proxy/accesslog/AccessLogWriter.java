package io.outrigger.proxy.accesslog;

import io.outrigger.proxy.log.Log;
import io.outrigger.proxy.stats.Counter;
import io.outrigger.proxy.stats.Gauge;
import io.outrigger.proxy.stats.StatStore;
import java.io.IOException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The thread that writes access logs to their files, so that a slow disk holds up no worker. */
final class AccessLogWriter {
  /** Buffers that may wait, of some 64 KiB each; what comes on top is dropped. */
  private static final int WAITING = 128;

  private static final int KEPT = 8;
  private static final int KEPT_SIZE = 160 * 1024;

  /** Lines to write; or, without lines, a file to reopen; or, without a file, the end. */
  private record Job(
      @Nullable AccessLogFile file, @Nullable LogBuffer lines, @Nullable CountDownLatch done) {}

  private final ArrayBlockingQueue<Job> jobs = new ArrayBlockingQueue<>(WAITING);
  private final ConcurrentLinkedQueue<LogBuffer> spare = new ConcurrentLinkedQueue<>();
  private final Counter writeBuffered;
  private final Counter writeCompleted;
  private final Counter writeFailed;
  private final Counter dropped;
  private final Counter unwritten;
  private final Gauge totalBuffered;
  private @Nullable Thread thread;

  AccessLogWriter(StatStore stats) {
    writeBuffered = stats.counter("filesystem.write_buffered");
    writeCompleted = stats.counter("filesystem.write_completed");
    writeFailed = stats.counter("filesystem.write_failed");
    dropped = stats.counter("access_logs.bytes_dropped");
    unwritten = stats.counter("access_logs.bytes_unwritten");
    totalBuffered = stats.gauge("filesystem.write_total_buffered");
  }

  /** Starts the thread on the first file: a proxy without access logs needs none. */
  synchronized void start() {
    if (thread == null) {
      thread =
          Thread.ofPlatform().daemon(true).name("outrigger-access-log").unstarted(this::writeAll);
      thread.start();
    }
  }

  /** Counts a line that a worker put into its buffer. */
  void lineBuffered(int cell) {
    writeBuffered.inc(cell);
  }

  /** Takes a full buffer over; false if too many wait already. On the cell's worker. */
  boolean offer(AccessLogFile file, LogBuffer lines, int cell) {
    if (jobs.offer(new Job(file, lines, null))) {
      return true;
    }
    dropped.add(cell, lines.length());
    return false;
  }

  /** A buffer to go on with. */
  LogBuffer empty() {
    LogBuffer buffer = spare.poll();
    return buffer != null ? buffer : new LogBuffer(16 * 1024);
  }

  void reopen(AccessLogFile file) {
    put(new Job(file, null, null));
  }

  /** Waits until all that was handed on before is written, and ends the thread. */
  void close() {
    Thread running;
    synchronized (this) {
      running = thread;
      thread = null;
    }
    if (running == null) {
      return;
    }
    CountDownLatch done = new CountDownLatch(1);
    put(new Job(null, null, done));
    try {
      if (!done.await(5, TimeUnit.SECONDS)) {
        Log.FILE.warning("access logs were not written within five seconds of the end");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void put(Job job) {
    try {
      jobs.put(job);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void writeAll() {
    try {
      while (true) {
        Job job = jobs.take();
        AccessLogFile file = job.file();
        LogBuffer lines = job.lines();
        if (file == null) {
          CountDownLatch done = job.done();
          if (done != null) {
            done.countDown();
          }
          return;
        }
        if (lines == null) {
          file.close();
        } else {
          write(file, lines);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void write(AccessLogFile file, LogBuffer lines) {
    // this thread alone writes these counters, and so may use the configuration loop's cell
    try {
      file.write(lines);
      writeCompleted.inc(0);
    } catch (IOException e) {
      failed(file.path(), e);
      writeFailed.inc(0);
      unwritten.add(0, lines.length());
    }
    lines.cut(0);
    if (lines.data().length <= KEPT_SIZE && spare.size() < KEPT) {
      spare.add(lines);
    }
    totalBuffered.set(0, (long) jobs.size() * 64 * 1024);
  }

  void failed(String path, IOException e) {
    Log.FILE.error("access log " + path + ": " + e.getMessage());
  }
}
