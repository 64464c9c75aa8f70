package io.outrigger.config.accesslog;

import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.config.accesslog.FormatElement.HeaderSource;
import io.outrigger.config.accesslog.FormatElement.Literal;
import io.outrigger.config.accesslog.FormatElement.MetadataSource;
import io.outrigger.config.accesslog.FormatElement.TimePoint;
import io.outrigger.config.accesslog.TimeFormat.Conversion;
import io.outrigger.config.accesslog.TimeFormat.Epoch;
import io.outrigger.config.accesslog.TimeFormat.Fraction;
import io.outrigger.config.accesslog.TimeFormat.Text;
import io.outrigger.config.compile.Problems;
import io.outrigger.config.http.HeaderName;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class LogFormatParserTest {
  @Test
  void parsesTextAndOperators() {
    List<FormatElement> elements = parse("a %REQ(X-A?:path):7%%PROTOCOL% 100%% %RESP(b)%\n");
    assertThat(elements).hasSize(6);
    assertThat(elements.get(0)).hasToString("a ");
    assertThat(elements.get(1))
        .isEqualTo(
            new FormatElement.Header(
                HeaderSource.REQUEST, HeaderName.of("x-a"), HeaderName.PATH, 7));
    assertThat(elements.get(2)).isEqualTo(new FormatElement.Field(Operator.PROTOCOL, 0));
    assertThat(elements.get(3)).hasToString(" 100% ");
    assertThat(elements.get(4))
        .isEqualTo(new FormatElement.Header(HeaderSource.RESPONSE, HeaderName.of("b"), null, 0));
    assertThat(elements.get(5)).hasToString("\n");
  }

  @ParameterizedTest
  @EnumSource(
      value = Operator.class,
      mode = EnumSource.Mode.EXCLUDE,
      names = "RESPONSE_CODE_DETAILS_ALLOW_WHITESPACES")
  void knowsEveryOperator(Operator operator) {
    assertThat(parse("%" + operator + "%")).containsExactly(new FormatElement.Field(operator, 0));
  }

  @Test
  void parsesOperatorsWithArguments() {
    assertThat(parse("%DYNAMIC_METADATA(ns:a:b):3%"))
        .containsExactly(
            new FormatElement.MetadataField(MetadataSource.DYNAMIC, "ns", List.of("a", "b"), 3));
    assertThat(parse("%UPSTREAM_METADATA([\"ns\", \"a\"])%"))
        .containsExactly(
            new FormatElement.MetadataField(MetadataSource.UPSTREAM_HOST, "ns", List.of("a"), 0));
    assertThat(parse("%METADATA(CLUSTER:ns)%"))
        .containsExactly(
            new FormatElement.MetadataField(MetadataSource.CLUSTER, "ns", List.of(), 0));
    assertThat(parse("%FILTER_STATE(k:PLAIN)%"))
        .containsExactly(new FormatElement.FilterState("k", false, true, "", 0));
    assertThat(parse("%COMMON_DURATION(DS_RX_BEG:DS_TX_END:us)%"))
        .containsExactly(
            new FormatElement.Duration(TimePoint.DS_RX_BEG, TimePoint.DS_TX_END, 1000));
    assertThat(parse("%RESPONSE_CODE_DETAILS(ALLOW_WHITESPACES)%"))
        .containsExactly(
            new FormatElement.Field(Operator.RESPONSE_CODE_DETAILS_ALLOW_WHITESPACES, 0));
    assertThat(parse("%QUERY_PARAM(a):3%"))
        .containsExactly(new FormatElement.QueryParameter("a", 3));
  }

  @Test
  void parsesTimeFormats() {
    assertThat(time("%START_TIME%")).isEqualTo(TimeFormat.DEFAULT);
    assertThat(time("%START_TIME(%Y/%m %3f %f %s %3s %Q%E)%").parts())
        .containsExactly(
            new Conversion('Y'),
            new Text("/"),
            new Conversion('m'),
            new Text(" "),
            new Fraction(3),
            new Text(" "),
            new Fraction(9),
            new Text(" "),
            new Epoch(0),
            new Text(" "),
            new Epoch(3),
            new Text(" %Q%E"));
    assertThat(time("%EMIT_TIME_LOCAL(%c)%").local()).isTrue();
  }

  private static TimeFormat time(String format) {
    return ((FormatElement.Time) parse(format).getFirst()).format();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "%FOO%",
        "%REQ%",
        "%REQ()%",
        "%REQ(a?b?c)%",
        "%REQ(a b)%",
        "%REQ(a)",
        "%REQ(a%",
        "%REQ(a):x%",
        "100%",
        "%req(a)%",
        "%PROTOCOL(x)%",
        "%PROTOCOL:3%",
        "%DURATION:3%",
        "%START_TIME:3%",
        "%GRPC_STATUS(FOO)%",
        "%METADATA(FOO:a)%",
        "%FILTER_STATE(a:FOO)%",
        "%FILTER_STATE(a:FIELD)%",
        "%COMMON_DURATION(DS_RX_BEG:DS_TX_END:s)%",
        "%COMMON_DURATION(DS_RX_BEG)%",
        "%QUERY_PARAMS(X)%",
        "%PATH(NQ:FOO)%",
        "%ENVIRONMENT%",
      })
  void refuses(String format) {
    Problems problems = Problems.under("format");
    LogFormatParser.parse(format, problems);
    assertThat(problems.list()).hasSize(1);
    assertThat(problems.list().getFirst().fieldPath()).isEqualTo("format");
  }

  @Test
  void knowsItsConstantBytes() {
    LogFormat format = LogFormatParser.parse("a%%b", new Problems());
    assertThat(format.constant()).isEqualTo("a%b".getBytes(StandardCharsets.UTF_8));
    assertThat(LogFormatParser.parse("%PROTOCOL%", new Problems()).constant()).isNull();
  }

  @Test
  void environmentVariablesBecomeText() {
    assertThat(parse("%ENVIRONMENT(NO_SUCH_VARIABLE_HERE)%").getFirst())
        .isInstanceOf(Literal.class)
        .hasToString("-");
  }

  private static List<FormatElement> parse(String format) {
    Problems problems = new Problems();
    LogFormat parsed = LogFormatParser.parse(format, problems);
    assertThat(problems.list()).isEmpty();
    return parsed.elements();
  }
}
