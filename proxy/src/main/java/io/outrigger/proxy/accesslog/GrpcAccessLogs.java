package io.outrigger.proxy.accesslog;

import io.envoyproxy.envoy.config.core.v3.Node;
import io.outrigger.config.accesslog.AccessLogConfig.GrpcSink;
import io.outrigger.config.accesslog.AccessLogConfig.OtlpSink;
import io.outrigger.proxy.cluster.Clusters;
import io.outrigger.proxy.stats.Counter;
import io.outrigger.proxy.stats.StatStore;
import io.outrigger.proxy.worker.Worker;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Makes the logs that go to services: Envoy's gRPC access log service, OpenTelemetry's. */
final class GrpcAccessLogs {
  final Function<Worker, Clusters> clusters;
  final Node node;
  final Counter written;
  final Counter dropped;
  private final StatStore stats;
  private final int cells;

  GrpcAccessLogs(StatStore stats, Function<Worker, Clusters> clusters, Node node, int cells) {
    this.stats = stats;
    this.clusters = clusters;
    this.node = node;
    this.cells = cells;
    this.written = stats.counter("access_logs.grpc_access_log.logs_written");
    this.dropped = stats.counter("access_logs.grpc_access_log.logs_dropped");
  }

  AccessLogger.Log log(@Nullable Gate gate, GrpcSink sink) {
    return new BatchedLog(gate, worker -> new GrpcLogStream(this, sink, worker), cells);
  }

  AccessLogger.Log log(@Nullable Gate gate, OtlpSink sink) {
    OtlpLog log = new OtlpLog(sink, node, stats);
    return new BatchedLog(
        gate,
        worker -> new OtlpLogBatch(log, sink.batches(), worker, clusters.apply(worker)),
        cells);
  }

  /** One configured log; a batch a worker, made with the first entry there. */
  private static final class BatchedLog implements AccessLogger.Log {
    private final @Nullable Gate gate;
    private final Function<Worker, LogBatch> make;
    private final @Nullable LogBatch[] batches;

    BatchedLog(@Nullable Gate gate, Function<Worker, LogBatch> make, int cells) {
      this.gate = gate;
      this.make = make;
      this.batches = new @Nullable LogBatch[cells];
    }

    @Override
    public void log(LogEntry entry) {
      assert entry.worker().inLoop();
      if (gate != null && !gate.passes(entry)) {
        return;
      }
      int cell = entry.worker().index();
      LogBatch batch = batches[cell];
      if (batch == null) {
        batch = make.apply(entry.worker());
        batches[cell] = batch;
      }
      batch.add(entry);
    }
  }
}
