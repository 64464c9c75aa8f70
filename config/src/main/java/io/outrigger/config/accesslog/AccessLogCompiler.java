package io.outrigger.config.accesslog;

import io.envoyproxy.envoy.config.accesslog.v3.AccessLog;
import io.envoyproxy.envoy.config.core.v3.SubstitutionFormatString;
import io.envoyproxy.envoy.extensions.access_loggers.file.v3.FileAccessLog;
import io.envoyproxy.envoy.extensions.access_loggers.grpc.v3.HttpGrpcAccessLogConfig;
import io.envoyproxy.envoy.extensions.access_loggers.grpc.v3.TcpGrpcAccessLogConfig;
import io.envoyproxy.envoy.extensions.access_loggers.open_telemetry.v3.OpenTelemetryAccessLogConfig;
import io.envoyproxy.envoy.extensions.access_loggers.stream.v3.StderrAccessLog;
import io.envoyproxy.envoy.extensions.access_loggers.stream.v3.StdoutAccessLog;
import io.outrigger.config.compile.Problems;
import io.outrigger.config.compile.TypedExtension;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Compiles access loggers. */
public final class AccessLogCompiler {
  private AccessLogCompiler() {}

  /** The loggers of a repeated field. */
  public static List<AccessLogConfig> compileAll(
      List<AccessLog> protos, String field, Problems problems) {
    List<AccessLogConfig> logs = new ArrayList<>(protos.size());
    for (int i = 0; i < protos.size(); i++) {
      AccessLogConfig log = compile(protos.get(i), problems.at(field, i));
      if (log != null) {
        logs.add(log);
      }
    }
    return logs;
  }

  private static @Nullable AccessLogConfig compile(AccessLog proto, Problems problems) {
    AccessLogFilter filter =
        proto.hasFilter()
            ? AccessLogFilterCompiler.compile(proto.getFilter(), problems.at("filter"))
            : null;
    Problems here = problems.at("typed_config");
    TypedExtension extension = TypedExtension.of(proto.getTypedConfig(), here);
    return switch (extension.type()) {
      case "envoy.extensions.access_loggers.file.v3.FileAccessLog" -> {
        FileAccessLog file = extension.parse(FileAccessLog.parser(), here);
        if (file == null) {
          yield null;
        }
        if (file.getPath().isEmpty()) {
          here.error("path", "is empty; a file name is required");
        }
        yield new AccessLogConfig(
            proto.getName(),
            filter,
            new AccessLogConfig.FileSink(file.getPath()),
            format(file, here));
      }
      case "envoy.extensions.access_loggers.stream.v3.StdoutAccessLog" -> {
        StdoutAccessLog stdout = extension.parse(StdoutAccessLog.parser(), here);
        yield stdout == null
            ? null
            : new AccessLogConfig(
                proto.getName(),
                filter,
                new AccessLogConfig.Stdout(),
                format(stdout.hasLogFormat(), stdout.getLogFormat(), here));
      }
      case "envoy.extensions.access_loggers.stream.v3.StderrAccessLog" -> {
        StderrAccessLog stderr = extension.parse(StderrAccessLog.parser(), here);
        yield stderr == null
            ? null
            : new AccessLogConfig(
                proto.getName(),
                filter,
                new AccessLogConfig.Stderr(),
                format(stderr.hasLogFormat(), stderr.getLogFormat(), here));
      }
      case "envoy.extensions.access_loggers.grpc.v3.HttpGrpcAccessLogConfig" -> {
        var http = extension.parse(HttpGrpcAccessLogConfig.parser(), here);
        yield http == null
            ? null
            : new AccessLogConfig(
                proto.getName(),
                filter,
                GrpcAccessLogCompiler.http(http, here),
                AccessLogFormatCompiler.defaultFormat());
      }
      case "envoy.extensions.access_loggers.grpc.v3.TcpGrpcAccessLogConfig" -> {
        var tcp = extension.parse(TcpGrpcAccessLogConfig.parser(), here);
        yield tcp == null
            ? null
            : new AccessLogConfig(
                proto.getName(),
                filter,
                GrpcAccessLogCompiler.tcp(tcp, here),
                AccessLogFormatCompiler.defaultFormat());
      }
      case "envoy.extensions.access_loggers.open_telemetry.v3.OpenTelemetryAccessLogConfig" -> {
        var otlp = extension.parse(OpenTelemetryAccessLogConfig.parser(), here);
        yield otlp == null
            ? null
            : new AccessLogConfig(
                proto.getName(),
                filter,
                OtlpAccessLogCompiler.compile(otlp, here),
                AccessLogFormatCompiler.defaultFormat());
      }
      default -> {
        unknown(extension, here);
        yield null;
      }
    };
  }

  /** Other loggers of Envoy only send copies of what happens: traffic can go on without them. */
  private static void unknown(TypedExtension extension, Problems problems) {
    String sentence =
        "'"
            + extension.type()
            + "' is not supported; file, stdout, stderr, gRPC and OpenTelemetry access logs are";
    if (extension.type().startsWith("envoy.extensions.access_loggers.") || extension.isIstios()) {
      problems.warning(sentence + "; this logger has no effect");
    } else {
      problems.error(sentence);
    }
  }

  private static AccessLogFormat format(
      boolean has, SubstitutionFormatString format, Problems problems) {
    return has
        ? AccessLogFormatCompiler.compile(format, problems.at("log_format"))
        : AccessLogFormatCompiler.defaultFormat();
  }

  @SuppressWarnings("deprecation") // the three older format fields
  private static AccessLogFormat format(FileAccessLog file, Problems problems) {
    return switch (file.getAccessLogFormatCase()) {
      case LOG_FORMAT -> format(true, file.getLogFormat(), problems);
      case FORMAT ->
          file.getFormat().isEmpty()
              ? AccessLogFormatCompiler.defaultFormat()
              : new AccessLogFormat.Text(
                  LogFormatParser.parse(file.getFormat(), problems.at("format")), false);
      case JSON_FORMAT ->
          new AccessLogFormat.Json(
              AccessLogFormatCompiler.fields(file.getJsonFormat(), problems.at("json_format")),
              false);
      case TYPED_JSON_FORMAT ->
          new AccessLogFormat.Json(
              AccessLogFormatCompiler.fields(
                  file.getTypedJsonFormat(), problems.at("typed_json_format")),
              false);
      case ACCESSLOGFORMAT_NOT_SET -> AccessLogFormatCompiler.defaultFormat();
    };
  }
}
