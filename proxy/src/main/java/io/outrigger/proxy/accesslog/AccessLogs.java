package io.outrigger.proxy.accesslog;

import io.envoyproxy.envoy.config.core.v3.Node;
import io.outrigger.config.accesslog.AccessLogConfig;
import io.outrigger.proxy.cluster.Clusters;
import io.outrigger.proxy.stats.Counter;
import io.outrigger.proxy.stats.StatStore;
import io.outrigger.proxy.worker.Worker;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Makes access loggers, and flushes and reopens the files behind them. */
public final class AccessLogs {
  private final ConcurrentHashMap<String, AccessLogFile> files = new ConcurrentHashMap<>();
  private final AccessLogWriter writer;
  private final Counter flushedByTimer;
  private final int cells;
  private final StatStore stats;
  private @Nullable GrpcAccessLogs grpc;

  /** {@code cells} is the number of workers and one. */
  public AccessLogs(StatStore stats, int cells) {
    this.writer = new AccessLogWriter(stats);
    this.flushedByTimer = stats.counter("filesystem.flushed_by_timer");
    this.cells = cells;
    this.stats = stats;
  }

  /** A logger of these configurations; any thread. Loggers of one path share its file. */
  public AccessLogger logger(List<AccessLogConfig> configs) {
    if (configs.isEmpty()) {
      return AccessLogger.NONE;
    }
    AccessLogger.Log[] logs = new AccessLogger.Log[configs.size()];
    for (int i = 0; i < logs.length; i++) {
      logs[i] = log(configs.get(i));
    }
    return new AccessLogger(logs);
  }

  /** Gives the way to collectors; before any logger of one is made. */
  public void reach(Function<Worker, Clusters> clusters, Node node) {
    grpc = new GrpcAccessLogs(stats, clusters, node, cells);
  }

  private AccessLogger.Log log(AccessLogConfig config) {
    Gate gate = config.filter() == null ? null : Gate.of(config.filter());
    if (config.sink() instanceof AccessLogConfig.GrpcSink sink) {
      return Objects.requireNonNull(grpc, "the way to clusters").log(gate, sink);
    }
    if (config.sink() instanceof AccessLogConfig.OtlpSink sink) {
      return Objects.requireNonNull(grpc, "the way to clusters").log(gate, sink);
    }
    AccessLogFile file = file(path(config.sink()));
    LineFormat format = LineFormat.of(config.format());
    return new FileLog(gate, format, file);
  }

  private static String path(AccessLogConfig.Sink sink) {
    if (sink instanceof AccessLogConfig.FileSink file) {
      return file.path();
    }
    if (sink instanceof AccessLogConfig.Stdout) {
      return "/dev/stdout";
    }
    if (sink instanceof AccessLogConfig.Stderr) {
      return "/dev/stderr";
    }
    throw new IllegalStateException("unknown Sink: " + sink);
  }

  private AccessLogFile file(String path) {
    writer.start();
    return files.computeIfAbsent(path, p -> new AccessLogFile(p, cells, writer));
  }

  /** A file for lines that come whole, of events; to be written to on that worker. Any thread. */
  public Consumer<String> lines(String path, Worker worker) {
    AccessLogFile file = file(path);
    return line -> {
      LogBuffer buffer = file.buffer(worker.index());
      buffer.put(line);
      buffer.put('\n');
      file.appended(worker.index());
    };
  }

  /** Hands what this worker has collected to the writing thread. On the worker, by a timer. */
  public void flush(Worker worker) {
    for (AccessLogFile file : files.values()) {
      if (file.buffer(worker.index()).length() > 0) {
        flushedByTimer.inc(worker.index());
        file.handOn(worker.index());
      }
    }
  }

  /** Opens every file anew, after a rotation: SIGUSR1 or {@code POST /reopen_logs}. Any thread. */
  public void reopen() {
    for (AccessLogFile file : files.values()) {
      writer.reopen(file);
    }
  }

  /** Waits for all that was flushed to be written. After the workers' last flush. */
  public void close() {
    writer.close();
  }

  private record FileLog(@Nullable Gate gate, LineFormat format, AccessLogFile file)
      implements AccessLogger.Log {
    @Override
    public void log(LogEntry entry) {
      assert entry.worker().inLoop();
      if (gate != null && !gate.passes(entry)) {
        return;
      }
      int cell = entry.worker().index();
      format.write(file.buffer(cell), entry);
      file.appended(cell);
    }
  }
}
