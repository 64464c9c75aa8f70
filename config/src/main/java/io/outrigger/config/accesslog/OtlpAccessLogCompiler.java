package io.outrigger.config.accesslog;

import io.envoyproxy.envoy.extensions.access_loggers.open_telemetry.v3.OpenTelemetryAccessLogConfig;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.outrigger.config.compile.Problems;
import java.util.ArrayList;
import java.util.List;

/** Compiles OpenTelemetry access loggers. */
final class OtlpAccessLogCompiler {
  private OtlpAccessLogCompiler() {}

  static AccessLogConfig.OtlpSink compile(OpenTelemetryAccessLogConfig proto, Problems problems) {
    AccessLogFormatCompiler.checkFormatters(proto.getFormattersList(), problems);
    if (proto.getCommonConfig().getCustomTagsCount() > 0) {
      problems.at("common_config").ignored("custom_tags");
    }
    String prefix = proto.getStatPrefix();
    return new AccessLogConfig.OtlpSink(
        GrpcAccessLogCompiler.batches(proto.getCommonConfig(), problems.at("common_config")),
        !proto.getDisableBuiltinLabels(),
        proto.getResourceAttributes(),
        proto.hasBody() ? value(proto.getBody(), problems.at("body")) : null,
        fields(proto.getAttributes().getValuesList(), problems.at("attributes")),
        prefix.isEmpty() || prefix.endsWith(".") ? prefix : prefix + ".");
  }

  private static JsonFormat.Fields fields(List<KeyValue> values, Problems problems) {
    List<JsonFormat.Entry> entries = new ArrayList<>(values.size());
    for (int i = 0; i < values.size(); i++) {
      KeyValue pair = values.get(i);
      entries.add(
          new JsonFormat.Entry(
              pair.getKey(), value(pair.getValue(), problems.at("values", i).at("value"))));
    }
    return new JsonFormat.Fields(entries);
  }

  private static JsonFormat value(AnyValue value, Problems problems) {
    return switch (value.getValueCase()) {
      case STRING_VALUE ->
          new JsonFormat.Leaf(
              LogFormatParser.parse(value.getStringValue(), problems.at("string_value")));
      case KVLIST_VALUE ->
          fields(value.getKvlistValue().getValuesList(), problems.at("kvlist_value"));
      case ARRAY_VALUE -> {
        List<JsonFormat> items = new ArrayList<>();
        List<AnyValue> values = value.getArrayValue().getValuesList();
        for (int i = 0; i < values.size(); i++) {
          items.add(value(values.get(i), problems.at("array_value").at("values", i)));
        }
        yield new JsonFormat.Items(items);
      }
      default -> {
        problems.error("is not a string, a list or nested fields; these three are allowed");
        yield new JsonFormat.Items(List.of());
      }
    };
  }
}
