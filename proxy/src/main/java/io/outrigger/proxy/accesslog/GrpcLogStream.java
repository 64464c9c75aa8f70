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
import io.outrigger.proxy.timeout.Timeout;
import io.outrigger.proxy.worker.Worker;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The stream of one log on one worker: entries are collected up to a number of bytes or for a time,
 * then sent. Where the service takes no more, the entries collected so far wait and further ones
 * are dropped and counted.
 */
final class GrpcLogStream implements GrpcStream.Listener {
  private static final String METHOD =
      "/envoy.service.accesslog.v3.AccessLogService/StreamAccessLogs";

  private final GrpcAccessLogs logs;
  private final GrpcSink sink;
  private final Worker worker;
  private final Timeout timer;
  private final GrpcRequest request;
  private HTTPAccessLogEntries.Builder http = HTTPAccessLogEntries.newBuilder();
  private TCPAccessLogEntries.Builder tcp = TCPAccessLogEntries.newBuilder();
  private boolean identified;
  private int bytes;
  private boolean empty = true;
  private @Nullable PooledCall call;

  GrpcLogStream(GrpcAccessLogs logs, GrpcSink sink, Worker worker) {
    this.logs = logs;
    this.sink = sink;
    this.worker = worker;
    this.timer = new Timeout(worker.timers(), this::flush);
    List<GrpcRequest.Metadata> metadata = new ArrayList<>();
    for (Map.Entry<String, String> entry : sink.service().metadata()) {
      metadata.add(new GrpcRequest.Metadata(entry.getKey(), entry.getValue()));
    }
    this.request = new GrpcRequest(METHOD, metadata, 0);
  }

  void add(LogEntry entry) {
    if (!empty && bytes >= sink.bufferBytes()) {
      flush();
      if (!empty) {
        logs.dropped.inc(worker.index());
        return;
      }
    }
    logs.written.inc(worker.index());
    empty = false;
    if (sink.http()) {
      HTTPAccessLogEntry message = GrpcLogEntries.http(entry, sink);
      bytes += message.getSerializedSize();
      http.addLogEntry(message);
    } else {
      TCPAccessLogEntry message = GrpcLogEntries.tcp(entry, sink);
      bytes += message.getSerializedSize();
      tcp.addLogEntry(message);
    }
    if (bytes >= sink.bufferBytes()) {
      flush();
    }
    if (!empty && !timer.isArmed()) {
      arm();
    }
  }

  private void arm() {
    timer.arm(TimeUnit.MILLISECONDS.toNanos(Math.max(1, sink.flushIntervalMillis())));
  }

  private void flush() {
    if (empty) {
      return;
    }
    if (call == null) {
      call = PooledCall.start(worker, logs.clusters.apply(worker), sink.service(), request, this);
      identified = false;
    }
    if (call == null || !call.isWritable()) {
      arm();
      return;
    }
    timer.cancel();
    call.send(message().toByteArray());
    http = HTTPAccessLogEntries.newBuilder();
    tcp = TCPAccessLogEntries.newBuilder();
    bytes = 0;
    empty = true;
  }

  private StreamAccessLogsMessage message() {
    StreamAccessLogsMessage.Builder message = StreamAccessLogsMessage.newBuilder();
    if (!identified) {
      identified = true;
      message.setIdentifier(
          StreamAccessLogsMessage.Identifier.newBuilder()
              .setNode(logs.node)
              .setLogName(sink.logName()));
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
