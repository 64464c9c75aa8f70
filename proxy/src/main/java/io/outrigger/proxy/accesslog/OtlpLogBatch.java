package io.outrigger.proxy.accesslog;

import com.google.protobuf.InvalidProtocolBufferException;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceResponse;
import io.opentelemetry.proto.logs.v1.LogRecord;
import io.opentelemetry.proto.logs.v1.ResourceLogs;
import io.opentelemetry.proto.logs.v1.ScopeLogs;
import io.outrigger.config.accesslog.AccessLogConfig.GrpcBatches;
import io.outrigger.proxy.cluster.Clusters;
import io.outrigger.proxy.grpc.GrpcRequest;
import io.outrigger.proxy.grpc.GrpcStatus;
import io.outrigger.proxy.grpc.PooledCall;
import io.outrigger.proxy.worker.Worker;
import org.jspecify.annotations.Nullable;

/** One log on one worker, to OpenTelemetry's log service: a call a batch. */
final class OtlpLogBatch extends LogBatch {
  private static final String METHOD = "/opentelemetry.proto.collector.logs.v1.LogsService/Export";
  private static final int MOST_UNDER_WAY = 4;
  private static final long TIMEOUT_MILLIS = 5000;

  private final OtlpLog log;
  private final Clusters clusters;
  private final GrpcRequest request;
  private ScopeLogs.Builder records = ScopeLogs.newBuilder();
  private int underWay;

  OtlpLogBatch(OtlpLog log, GrpcBatches config, Worker worker, Clusters clusters) {
    super(config, worker, log.dropped);
    this.log = log;
    this.clusters = clusters;
    long timeout = config.service().timeoutMillis();
    this.request = GrpcRequest.to(config.service(), METHOD, timeout > 0 ? timeout : TIMEOUT_MILLIS);
  }

  @Override
  int append(LogEntry entry) {
    LogRecord message = log.records.of(entry);
    records.addLogRecords(message);
    return message.getSerializedSize();
  }

  @Override
  boolean send() {
    if (underWay >= MOST_UNDER_WAY) {
      return false;
    }
    byte[] message =
        ExportLogsServiceRequest.newBuilder()
            .addResourceLogs(
                ResourceLogs.newBuilder().setResource(log.resource).addScopeLogs(records))
            .build()
            .toByteArray();
    int count = records.getLogRecordsCount();
    records = ScopeLogs.newBuilder();
    underWay++;
    boolean known =
        PooledCall.unary(
            worker,
            clusters,
            config.service(),
            request,
            message,
            (status, response) -> onResult(status, response, count));
    if (!known) {
      underWay--;
      log.dropped.add(worker.index(), count);
    }
    return true;
  }

  private void onResult(GrpcStatus status, byte @Nullable [] response, int count) {
    underWay--;
    long rejected = status.isOk() ? rejected(response, count) : count;
    log.dropped.add(worker.index(), rejected);
    log.written.add(worker.index(), count - rejected);
  }

  /** How many records the service says that it did not take. */
  private static long rejected(byte @Nullable [] response, int count) {
    if (response == null) {
      return 0;
    }
    try {
      long rejected =
          ExportLogsServiceResponse.parseFrom(response).getPartialSuccess().getRejectedLogRecords();
      return Math.max(0, Math.min(count, rejected));
    } catch (InvalidProtocolBufferException e) {
      return count;
    }
  }
}
