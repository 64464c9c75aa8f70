package io.outrigger.config.accesslog;

import static org.assertj.core.api.Assertions.assertThat;

import io.envoyproxy.envoy.config.accesslog.v3.AccessLog;
import io.outrigger.config.YamlProto;
import io.outrigger.config.accesslog.AccessLogFilter.Comparison;
import io.outrigger.config.compile.Problems;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AccessLogCompilerTest {
  private static final String STDOUT =
      "typed_config: {'@type':"
          + " type.googleapis.com/envoy.extensions.access_loggers.stream.v3.StdoutAccessLog";

  @Test
  void usesEnvoysDefaultFormat() {
    AccessLogConfig log = one("{name: s, " + STDOUT + "}}");
    assertThat(log.sink()).isEqualTo(new AccessLogConfig.Stdout());
    assertThat(((AccessLogFormat.Text) log.format()).format().source())
        .startsWith("[%START_TIME%] \"%REQ(:METHOD)%")
        .endsWith("\"%UPSTREAM_HOST%\"\n");
  }

  @Test
  void sortsJsonKeysAndKeepsConstants() {
    AccessLogConfig log =
        one(
            "{name: s, "
                + STDOUT
                + ", log_format: {json_format: {b: '%PROTOCOL%', a: {d: 1, c: [true, 'x%REQ(y)%',"
                + " 1.5]}}}}}");
    JsonFormat.Fields fields = ((AccessLogFormat.Json) log.format()).fields();
    assertThat(fields.entries()).extracting(JsonFormat.Entry::key).containsExactly("a", "b");
    JsonFormat.Fields inner = (JsonFormat.Fields) fields.entries().getFirst().value();
    assertThat(inner.entries()).extracting(JsonFormat.Entry::key).containsExactly("c", "d");
    assertThat(inner.entries().get(1).value()).isEqualTo(new JsonFormat.Constant("1"));
    List<JsonFormat> items = ((JsonFormat.Items) inner.entries().getFirst().value()).values();
    assertThat(items.get(0)).isEqualTo(new JsonFormat.Constant("true"));
    assertThat(items.get(1)).isInstanceOf(JsonFormat.Leaf.class);
    assertThat(items.get(2)).isEqualTo(new JsonFormat.Constant("1.5"));
  }

  @Test
  void compilesFilters() {
    AccessLogConfig log =
        one(
            "{filter: {or_filter: {filters: [{status_code_filter: {comparison: {op: GE, value:"
                + " {default_value: 500, runtime_key: k}}}}, {response_flag_filter: {flags: [UH,"
                + " NR]}}]}}, "
                + STDOUT
                + "}}");
    AccessLogFilter.Or or = (AccessLogFilter.Or) log.filter();
    assertThat(or).isNotNull();
    assertThat(or.filters().getFirst())
        .isEqualTo(new AccessLogFilter.StatusCode(Comparison.GE, 500, "k"));
    assertThat(((AccessLogFilter.ResponseFlag) or.filters().get(1)).flags())
        .containsExactlyInAnyOrder("UH", "NR");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "{filter: {response_flag_filter: {flags: [XX]}}, STDOUT}};"
            + " access_log[0].filter.response_flag_filter.flags[0]; 'XX'",
        "{filter: {extension_filter: {name: cel}}, STDOUT}}; access_log[0].filter.extension_filter; not"
            + " supported",
        "{STDOUT, log_format: {text_format_source: {inline_string: '%X%'}}}};"
            + " access_log[0].typed_config.log_format.text_format_source; Not supported field in"
            + " StreamInfo: %X%",
        "{STDOUT, log_format: {json_format: {a: {b: '%X%'}}}}};"
            + " access_log[0].typed_config.log_format.json_format.a.b; %X%",
        "{name: envoy.access_loggers.file}; access_log[0].typed_config; file, stdout, stderr, gRPC",
        "{typed_config: {'@type':"
            + " type.googleapis.com/envoy.extensions.access_loggers.open_telemetry.v3.OpenTelemetryAccessLogConfig,"
            + " common_config: {log_name: l, transport_api_version: V3, grpc_service: {envoy_grpc: {cluster_name: c}}},"
            + " attributes: {values: [{key: k, value: {int_value: 1}}]}}};"
            + " access_log[0].typed_config.attributes.values[0].value; is not a string",
      })
  void refusesWithTheFieldsPath(String yaml, String path, String message) {
    Problems problems = new Problems();
    AccessLogCompiler.compileAll(
        List.of(proto(yaml.replace("STDOUT", STDOUT))), "access_log", problems);
    assertThat(problems.hasErrors()).isTrue();
    assertThat(problems.list().getFirst().fieldPath()).isEqualTo(path);
    assertThat(problems.list().getFirst().message()).contains(message);
  }

  private static AccessLogConfig one(String yaml) {
    Problems problems = new Problems();
    List<AccessLogConfig> logs =
        AccessLogCompiler.compileAll(List.of(proto(yaml)), "access_log", problems);
    assertThat(problems.list()).isEmpty();
    return logs.getFirst();
  }

  private static AccessLog proto(String yaml) {
    return YamlProto.of("envoy.config.accesslog.v3.AccessLog", AccessLog.parser(), yaml);
  }
}
