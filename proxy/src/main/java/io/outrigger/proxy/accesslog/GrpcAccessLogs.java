package io.outrigger.proxy.accesslog;

import io.envoyproxy.envoy.config.core.v3.Node;
import io.outrigger.config.accesslog.AccessLogConfig.GrpcSink;
import io.outrigger.proxy.cluster.Clusters;
import io.outrigger.proxy.stats.Counter;
import io.outrigger.proxy.stats.StatStore;
import io.outrigger.proxy.worker.Worker;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Makes the logs that go to gRPC access log services. */
final class GrpcAccessLogs {
  final Function<Worker, Clusters> clusters;
  final Node node;
  final Counter written;
  final Counter dropped;
  private final int cells;

  GrpcAccessLogs(StatStore stats, Function<Worker, Clusters> clusters, Node node, int cells) {
    this.clusters = clusters;
    this.node = node;
    this.cells = cells;
    this.written = stats.counter("access_logs.grpc_access_log.logs_written");
    this.dropped = stats.counter("access_logs.grpc_access_log.logs_dropped");
  }

  AccessLogger.Log log(@Nullable Gate gate, GrpcSink sink) {
    return new GrpcLog(this, gate, sink, cells);
  }

  /** One configured log; a stream a worker, made with the first entry there. */
  private static final class GrpcLog implements AccessLogger.Log {
    private final GrpcAccessLogs all;
    private final @Nullable Gate gate;
    private final GrpcSink sink;
    private final @Nullable GrpcLogStream[] streams;

    GrpcLog(GrpcAccessLogs all, @Nullable Gate gate, GrpcSink sink, int cells) {
      this.all = all;
      this.gate = gate;
      this.sink = sink;
      this.streams = new @Nullable GrpcLogStream[cells];
    }

    @Override
    public void log(LogEntry entry) {
      assert entry.worker().inLoop();
      if (gate != null && !gate.passes(entry)) {
        return;
      }
      int cell = entry.worker().index();
      GrpcLogStream stream = streams[cell];
      if (stream == null) {
        stream = new GrpcLogStream(all, sink, entry.worker());
        streams[cell] = stream;
      }
      stream.add(entry);
    }
  }
}
