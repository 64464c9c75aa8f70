package io.outrigger.config.accesslog;

import io.envoyproxy.envoy.extensions.access_loggers.grpc.v3.CommonGrpcAccessLogConfig;
import io.envoyproxy.envoy.extensions.access_loggers.grpc.v3.HttpGrpcAccessLogConfig;
import io.envoyproxy.envoy.extensions.access_loggers.grpc.v3.TcpGrpcAccessLogConfig;
import io.outrigger.config.accesslog.AccessLogConfig.GrpcBatches;
import io.outrigger.config.accesslog.AccessLogConfig.GrpcSink;
import io.outrigger.config.compile.Millis;
import io.outrigger.config.compile.Problems;
import io.outrigger.config.http.HeaderName;
import io.outrigger.config.source.GrpcServiceCompiler;
import io.outrigger.config.tracing.CustomTagCompiler;
import java.util.ArrayList;
import java.util.List;

/** Compiles gRPC access loggers. */
final class GrpcAccessLogCompiler {
  private static final long DEFAULT_FLUSH_MILLIS = 1000;
  private static final int DEFAULT_BUFFER_BYTES = 16 * 1024;

  private GrpcAccessLogCompiler() {}

  static GrpcSink http(HttpGrpcAccessLogConfig proto, Problems problems) {
    return sink(
        true,
        proto.getCommonConfig(),
        names(proto.getAdditionalRequestHeadersToLogList()),
        names(proto.getAdditionalResponseHeadersToLogList()),
        names(proto.getAdditionalResponseTrailersToLogList()),
        problems.at("common_config"));
  }

  static GrpcSink tcp(TcpGrpcAccessLogConfig proto, Problems problems) {
    return sink(
        false,
        proto.getCommonConfig(),
        List.of(),
        List.of(),
        List.of(),
        problems.at("common_config"));
  }

  private static List<HeaderName> names(List<String> texts) {
    List<HeaderName> names = new ArrayList<>(texts.size());
    for (String text : texts) {
      names.add(HeaderName.of(text));
    }
    return names;
  }

  private static GrpcSink sink(
      boolean http,
      CommonGrpcAccessLogConfig proto,
      List<HeaderName> requestHeaders,
      List<HeaderName> responseHeaders,
      List<HeaderName> responseTrailers,
      Problems problems) {
    return new GrpcSink(
        http,
        batches(proto, problems),
        requestHeaders,
        responseHeaders,
        responseTrailers,
        CustomTagCompiler.compile(proto.getCustomTagsList(), problems));
  }

  static GrpcBatches batches(CommonGrpcAccessLogConfig proto, Problems problems) {
    if (proto.getLogName().isEmpty()) {
      problems.error("log_name", "is empty; a name is required");
    }
    if (proto.getFilterStateObjectsToLogCount() > 0) {
      problems.ignored("filter_state_objects_to_log");
    }
    if (proto.hasGrpcStreamRetryPolicy()) {
      problems.ignored("grpc_stream_retry_policy");
    }
    return new GrpcBatches(
        proto.getLogName(),
        GrpcServiceCompiler.compile(proto.getGrpcService(), problems.at("grpc_service")),
        Millis.orElse(
            proto.hasBufferFlushInterval(),
            proto.getBufferFlushInterval(),
            DEFAULT_FLUSH_MILLIS,
            problems.at("buffer_flush_interval")),
        proto.hasBufferSizeBytes()
            ? Math.max(0, proto.getBufferSizeBytes().getValue())
            : DEFAULT_BUFFER_BYTES);
  }
}
