package io.outrigger.config.accesslog;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.envoyproxy.envoy.config.core.v3.SubstitutionFormatString;
import io.envoyproxy.envoy.config.core.v3.TypedExtensionConfig;
import io.outrigger.config.compile.Problems;
import io.outrigger.config.source.DataSource;
import io.outrigger.config.source.DataSourceCompiler;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** Compiles SubstitutionFormatString messages. */
public final class AccessLogFormatCompiler {
  /** What Envoy logs for HTTP unless a format is configured. */
  public static final String DEFAULT_FORMAT =
      "[%START_TIME%] \"%REQ(:METHOD)% %REQ(X-ENVOY-ORIGINAL-PATH?:PATH)% %PROTOCOL%\""
          + " %RESPONSE_CODE% %RESPONSE_FLAGS% %BYTES_RECEIVED% %BYTES_SENT% %DURATION%"
          + " %RESP(X-ENVOY-UPSTREAM-SERVICE-TIME)% \"%REQ(X-FORWARDED-FOR)%\""
          + " \"%REQ(USER-AGENT)%\" \"%REQ(X-REQUEST-ID)%\" \"%REQ(:AUTHORITY)%\""
          + " \"%UPSTREAM_HOST%\"\n";

  private AccessLogFormatCompiler() {}

  /** Envoy's default format. */
  public static AccessLogFormat defaultFormat() {
    return new AccessLogFormat.Text(LogFormatParser.parse(DEFAULT_FORMAT, new Problems()), false);
  }

  @SuppressWarnings("deprecation") // text_format is still what most configurations use
  public static AccessLogFormat compile(SubstitutionFormatString proto, Problems problems) {
    boolean omitEmpty = proto.getOmitEmptyValues();
    checkFormatters(proto.getFormattersList(), problems);
    return switch (proto.getFormatCase()) {
      case TEXT_FORMAT ->
          new AccessLogFormat.Text(
              LogFormatParser.parse(proto.getTextFormat(), problems.at("text_format")), omitEmpty);
      case TEXT_FORMAT_SOURCE -> {
        Problems here = problems.at("text_format_source");
        DataSource source = DataSourceCompiler.compile(proto.getTextFormatSource(), here);
        yield new AccessLogFormat.Text(
            LogFormatParser.parse(DataSourceCompiler.text(source, here), here), omitEmpty);
      }
      case JSON_FORMAT ->
          new AccessLogFormat.Json(
              fields(proto.getJsonFormat(), problems.at("json_format")), omitEmpty);
      case FORMAT_NOT_SET -> {
        problems.error("one of text_format_source, text_format or json_format is required");
        yield defaultFormat();
      }
    };
  }

  /** The operators of these are built in; the others' would be unknown operators. */
  static void checkFormatters(List<TypedExtensionConfig> formatters, Problems problems) {
    for (int i = 0; i < formatters.size(); i++) {
      String typeUrl = formatters.get(i).getTypedConfig().getTypeUrl();
      String type = typeUrl.substring(typeUrl.lastIndexOf('/') + 1);
      if (!type.startsWith("envoy.extensions.formatter.metadata.")
          && !type.startsWith("envoy.extensions.formatter.req_without_query.")) {
        problems
            .at("formatters", i)
            .warning("'" + type + "' is not supported; metadata and req_without_query are");
      }
    }
  }

  /** A JSON format of a struct; keys are sorted, as Envoy prints them. */
  static JsonFormat.Fields fields(Struct struct, Problems problems) {
    List<JsonFormat.Entry> entries = new ArrayList<>();
    for (Map.Entry<String, Value> field : struct.getFieldsMap().entrySet()) {
      entries.add(
          new JsonFormat.Entry(
              field.getKey(), value(field.getValue(), problems.at(field.getKey()))));
    }
    entries.sort(Comparator.comparing(JsonFormat.Entry::key));
    return new JsonFormat.Fields(entries);
  }

  private static JsonFormat value(Value value, Problems problems) {
    return switch (value.getKindCase()) {
      case STRING_VALUE ->
          new JsonFormat.Leaf(LogFormatParser.parse(value.getStringValue(), problems));
      case STRUCT_VALUE -> fields(value.getStructValue(), problems);
      case LIST_VALUE -> {
        List<JsonFormat> items = new ArrayList<>();
        for (Value item : value.getListValue().getValuesList()) {
          items.add(value(item, problems));
        }
        yield new JsonFormat.Items(items);
      }
      case NUMBER_VALUE -> new JsonFormat.Constant(number(value.getNumberValue()));
      case BOOL_VALUE -> new JsonFormat.Constant(String.valueOf(value.getBoolValue()));
      case NULL_VALUE, KIND_NOT_SET -> new JsonFormat.Constant("null");
    };
  }

  private static String number(double number) {
    return number == Math.rint(number) && Math.abs(number) < 1e15
        ? String.valueOf((long) number)
        : String.valueOf(number);
  }
}
