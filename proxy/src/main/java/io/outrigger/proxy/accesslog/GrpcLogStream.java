package io.outrigger.proxy.accesslog;

import io.envoyproxy.envoy.data.accesslog.v3.HTTPAccessLogEntry;
import io.envoyproxy.envoy.data.accesslog.v3.TCPAccessLogEntry;
import io.envoyproxy.envoy.service.accesslog.v3.StreamAccessLogsMessage;
import io.envoyproxy.envoy.service.accesslog.v3.StreamAccessLogsMessage.HTTPAccessLogEntries;
import io.envoyproxy.envoy.service.accesslog.v3.StreamAccessLogsMessage.TCPAccessLogEntries;
import io.outrigger.config.accesslog.AccessLogConfig.GrpcSink;
import io.outrigger.config.http.Headers;
import io.outrigger.proxy.grpc.GrpcRequest;
import io.outrigger.proxy.grpc.GrpcStatus;
import io.outrigger.proxy.grpc.GrpcStream;
import io.outrigger.proxy.grpc.PooledCall;
import io.outrigger.proxy.worker.Worker;
import org.jspecify.annotations.Nullable;

/** One log on one worker, to Envoy's access log service: a stream that stays open. */
final class GrpcLogStream extends LogBatch implements GrpcStream.Listener {
  private static final String METHOD =
      "/envoy.service.accesslog.v3.AccessLogService/StreamAccessLogs";

  private final GrpcAccessLogs logs;
  private final GrpcSink sink;
  private final GrpcRequest request;
  private HTTPAccessLogEntries.Builder http = HTTPAccessLogEntries.newBuilder();
  private TCPAccessLogEntries.Builder tcp = TCPAccessLogEntries.newBuilder();
  private boolean identified;
  private @Nullable PooledCall call;

  GrpcLogStream(GrpcAccessLogs logs, GrpcSink sink, Worker worker) {
    super(sink.batches(), worker, logs.dropped);
    this.logs = logs;
    this.sink = sink;
    this.request = GrpcRequest.to(config.service(), METHOD, 0);
  }

  @Override
  int append(LogEntry entry) {
    logs.written.inc(worker.index());
    if (sink.http()) {
      HTTPAccessLogEntry message = GrpcLogEntries.http(entry, sink);
      http.addLogEntry(message);
      return message.getSerializedSize();
    }
    TCPAccessLogEntry message = GrpcLogEntries.tcp(entry, sink);
    tcp.addLogEntry(message);
    return message.getSerializedSize();
  }

  @Override
  boolean send() {
    if (call == null) {
      call = PooledCall.start(worker, logs.clusters.apply(worker), config.service(), request, this);
      identified = false;
    }
    if (call == null || !call.isWritable()) {
      return false;
    }
    call.send(message().toByteArray());
    http = HTTPAccessLogEntries.newBuilder();
    tcp = TCPAccessLogEntries.newBuilder();
    return true;
  }

  private StreamAccessLogsMessage message() {
    StreamAccessLogsMessage.Builder message = StreamAccessLogsMessage.newBuilder();
    if (!identified) {
      identified = true;
      message.setIdentifier(
          StreamAccessLogsMessage.Identifier.newBuilder()
              .setNode(logs.node)
              .setLogName(config.logName()));
    }
    return (sink.http() ? message.setHttpLogs(http) : message.setTcpLogs(tcp)).build();
  }

  @Override
  public void onMessage(byte[] message) {}

  @Override
  public void onClose(GrpcStatus status, @Nullable Headers trailers) {
    call = null; // what comes next opens another
  }
}
