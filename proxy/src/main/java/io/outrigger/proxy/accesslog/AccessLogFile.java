package io.outrigger.proxy.accesslog;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/**
 * One file that access logs go to: a buffer a worker, and the file itself, which only the writing
 * thread touches.
 */
final class AccessLogFile {
  /** Lines are handed on when a worker has collected this much. */
  private static final int HAND_ON = 64 * 1024;

  private final String path;
  private final LogBuffer[] buffers;
  private final AccessLogWriter writer;
  private @Nullable OutputStream out;

  AccessLogFile(String path, int cells, AccessLogWriter writer) {
    this.path = path;
    this.buffers = new LogBuffer[cells];
    for (int i = 0; i < cells; i++) {
      buffers[i] = new LogBuffer(1024);
    }
    this.writer = writer;
  }

  /** The worker's buffer, to append a line to; call {@link #appended} afterwards. */
  LogBuffer buffer(int cell) {
    return buffers[cell];
  }

  /** A line was appended, on the cell's worker. */
  void appended(int cell) {
    writer.lineBuffered(cell);
    if (buffers[cell].length() >= HAND_ON) {
      handOn(cell);
    }
  }

  /** Passes what the cell has collected to the writing thread. On the cell's worker. */
  void handOn(int cell) {
    LogBuffer full = buffers[cell];
    if (full.length() > 0 && writer.offer(this, full, cell)) {
      buffers[cell] = writer.empty();
    } else {
      full.cut(0); // the writer lags too far behind: these lines are dropped, and were counted
    }
  }

  /** Appends to the file, opening it first if it isn't. On the writing thread. */
  void write(LogBuffer lines) throws IOException {
    if (out == null) {
      out = open();
    }
    try {
      out.write(lines.data(), 0, lines.length());
    } catch (IOException e) {
      close(); // the next write opens it anew: a disk may have been remounted
      throw e;
    }
  }

  private OutputStream open() throws IOException {
    return switch (path) {
      case "/dev/stdout" -> new FileOutputStream(FileDescriptor.out);
      case "/dev/stderr" -> new FileOutputStream(FileDescriptor.err);
      default -> new FileOutputStream(path, true);
    };
  }

  /** Closes the file, so that the next write opens what has its name by then. Writing thread. */
  void close() {
    OutputStream open = out;
    out = null;
    if (open == null || path.startsWith("/dev/std")) {
      return;
    }
    try {
      open.close();
    } catch (IOException e) {
      writer.failed(path, e);
    }
  }

  String path() {
    return path;
  }
}
