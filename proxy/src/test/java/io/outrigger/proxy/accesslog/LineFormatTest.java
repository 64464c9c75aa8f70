package io.outrigger.proxy.accesslog;

import static org.assertj.core.api.Assertions.assertThat;

import io.envoyproxy.envoy.config.accesslog.v3.AccessLog;
import io.outrigger.api.schema.ProtoYaml;
import io.outrigger.api.schema.SchemaProblem;
import io.outrigger.api.yaml.Node;
import io.outrigger.api.yaml.Yaml;
import io.outrigger.config.accesslog.AccessLogCompiler;
import io.outrigger.config.accesslog.AccessLogConfig;
import io.outrigger.config.compile.Problems;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class LineFormatTest {
  private final TestEntry entry = new TestEntry();

  private String line(String options) throws Exception {
    LogBuffer out = new LogBuffer(4);
    LineFormat.of(config(options).format()).write(out, entry);
    return new String(out.data(), 0, out.length(), StandardCharsets.UTF_8);
  }

  /** A file access log with these options, in YAML's flow style. */
  static AccessLogConfig config(String options) throws Exception {
    String yaml =
        """
        name: f
        %s
        typed_config:
          "@type": type.googleapis.com/envoy.extensions.access_loggers.file.v3.FileAccessLog
          path: /dev/stdout
          %s
        """
            .formatted(
                options.startsWith("filter") ? options : "",
                options.startsWith("filter") ? "" : options);
    List<SchemaProblem> schemaProblems = new ArrayList<>();
    Node node = Objects.requireNonNull(Yaml.parse("test", yaml));
    byte[] wire = ProtoYaml.toWire("envoy.config.accesslog.v3.AccessLog", node, schemaProblems);
    assertThat(schemaProblems).isEmpty();
    Problems problems = new Problems();
    List<AccessLogConfig> configs =
        AccessLogCompiler.compileAll(List.of(AccessLog.parseFrom(wire)), "access_log", problems);
    assertThat(problems.list()).isEmpty();
    return configs.getFirst();
  }

  @Test
  void theDefaultFormatIsEnvoys() throws Exception {
    assertThat(line(""))
        .isEqualTo(
            "[2026-11-21T11:39:36.439Z] \"GET /a?b=c HTTP/1.1\" 200 - 0 3 9 7 \"-\""
                + " \"curl/7.88.1\" \"25fe21cd-3b6a-4d94-8052-214c578d941d\" \"127.0.0.1:18080\""
                + " \"127.0.0.1:18090\"\n");
  }

  @Test
  void printsWhatIsUnsetAsADash() throws Exception {
    entry.flags = ResponseFlag.UF.addTo(ResponseFlag.URX.addTo(0));
    entry.host = null;
    entry.details = "no such thing";
    assertThat(
            line(
                text(
                    "%RESPONSE_FLAGS% %RESPONSE_FLAGS_LONG% %UPSTREAM_HOST%"
                        + " %RESPONSE_CODE_DETAILS% %REQ(X-NOPE?USER-AGENT):4% %TRAILER(A)%"
                        + " %DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT% %DOWNSTREAM_REMOTE_PORT%"
                        + " %REQUEST_DURATION%")))
        .isEqualTo(
            "URX,UF UpstreamRetryLimitExceeded,UpstreamConnectionFailure - no_such_thing curl -"
                + " ::1 4711 -");
  }

  @Test
  void formatsTimes() throws Exception {
    assertThat(line(text("%START_TIME(%Y/%m/%d %H:%M:%S.%3f %s %6f)%")))
        .isEqualTo("2026/11/21 11:39:36.439 1795261176 439123");
  }

  @Test
  void jsonKeepsTypes() throws Exception {
    entry.request.add("x-quote", "a\"\\b\u0001");
    assertThat(
            line(
                """
                log_format:
                    json_format:
                      code: "%RESPONSE_CODE%"
                      a: "%REQ(X-QUOTE)%"
                      none: "%TRAILER(X)%"
                      mixed: "t=%DURATION%ms"
                      nested: {p: "%PROTOCOL%"}
                      fixed: 3
                """))
        .isEqualTo(
            "{\"a\":\"a\\\"\\\\b\\u0001\",\"code\":200,\"fixed\":3,\"mixed\":\"t=9ms\","
                + "\"nested\":{\"p\":\"HTTP/1.1\"},\"none\":null}\n");
  }

  @Test
  void filtersDecide() throws Exception {
    assertThat(passes("filter: {response_flag_filter: {flags: [UF]}}")).isFalse();
    entry.flags = ResponseFlag.UF.addTo(0);
    assertThat(passes("filter: {response_flag_filter: {flags: [UF]}}")).isTrue();
    String above =
        "filter: {status_code_filter: {comparison: {op: GE, value: {default_value: 500,"
            + " runtime_key: k}}}}";
    assertThat(passes(above)).isFalse();
    entry.code = 503;
    assertThat(passes(above)).isTrue();
    assertThat(
            passes(
                "filter: {header_filter: {header: {name: user-agent, string_match: {prefix:"
                    + " curl}}}}"))
        .isTrue();
    assertThat(passes("filter: {not_health_check_filter: {}}")).isTrue();
  }

  private boolean passes(String filter) throws Exception {
    return Gate.of(Objects.requireNonNull(config(filter).filter())).passes(entry);
  }

  private static String text(String format) {
    return "log_format: {text_format_source: {inline_string: '" + format + "'}}";
  }

  @Test
  void setsOfFlagsKeepTheirOrder() {
    long flags = 0;
    for (ResponseFlag flag : ResponseFlag.values()) {
      flags = flag.addTo(flags);
    }
    assertThat(ResponseFlag.at(flags, 0)).isEqualTo(ResponseFlag.LH);
    assertThat(ResponseFlag.at(flags, 7)).isEqualTo(ResponseFlag.UO);
    assertThat(ResponseFlag.at(flags, 8)).isNull();
    assertThat(ResponseFlag.UF.addTo(ResponseFlag.UF.addTo(0))).isEqualTo(ResponseFlag.UF.addTo(0));
  }
}
