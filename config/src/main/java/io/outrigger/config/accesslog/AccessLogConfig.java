package io.outrigger.config.accesslog;

import io.opentelemetry.proto.common.v1.KeyValueList;
import io.outrigger.config.http.HeaderName;
import io.outrigger.config.source.GrpcService;
import io.outrigger.config.tracing.CustomTag;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One access logger: what is logged, where to, and in what format. */
public record AccessLogConfig(
    String name, @Nullable AccessLogFilter filter, Sink sink, AccessLogFormat format) {

  /** Where lines go. */
  public sealed interface Sink {}

  /** A file that is appended to. */
  public record FileSink(String path) implements Sink {}

  /**
   * Envoy's gRPC access log service; messages have no format.
   *
   * @param http whether entries are those of requests; else of connections
   */
  public record GrpcSink(
      boolean http,
      GrpcBatches batches,
      List<HeaderName> requestHeaders,
      List<HeaderName> responseHeaders,
      List<HeaderName> responseTrailers,
      List<CustomTag> customTags)
      implements Sink {
    public GrpcSink {
      requestHeaders = List.copyOf(requestHeaders);
      responseHeaders = List.copyOf(responseHeaders);
      responseTrailers = List.copyOf(responseTrailers);
      customTags = List.copyOf(customTags);
    }
  }

  /**
   * OpenTelemetry's log service.
   *
   * @param builtinLabels whether the resource has the names of the log and the node
   * @param statPrefix empty, or what ends with a dot
   */
  public record OtlpSink(
      GrpcBatches batches,
      boolean builtinLabels,
      KeyValueList resource,
      @Nullable JsonFormat body,
      JsonFormat.Fields attributes,
      String statPrefix)
      implements Sink {}

  /**
   * How entries are collected for a service.
   *
   * @param bufferBytes 0: each entry is sent at once
   */
  public record GrpcBatches(
      String logName, GrpcService service, long flushIntervalMillis, int bufferBytes) {}

  /** Standard output. */
  public record Stdout() implements Sink {}

  /** Standard error. */
  public record Stderr() implements Sink {}
}
