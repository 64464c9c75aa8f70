package io.outrigger.config.match;

import static org.assertj.core.api.Assertions.assertThat;

import io.envoyproxy.envoy.type.matcher.v3.RegexMatchAndSubstitute;
import io.outrigger.config.compile.Problems;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RegexSubstitutionTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = ' ',
      value = {
        "^/service/([^/]+)(/.*)$ \\2/instance/\\1 /service/foo/v1/api /v1/api/instance/foo",
        "one two /xxx/one/yyy/one/zzz /xxx/two/yyy/two/zzz",
        "^(.*?)one(.*)$ \\1two\\2 /xxx/one/yyy/one/zzz /xxx/two/yyy/one/zzz",
        "(?i)/xxx/ /yyy/ /aaa/XxX/bbb /aaa/yyy/bbb",
        "a $1 abc $1bc",
        "(a) \\\\\\1 abc \\abc",
        "(a) \\0\\0 abc aabc",
        "(a)()()()()()()()()() \\10 abc a0bc",
      })
  void replacesAllMatches(String regex, String substitution, String input, String expected) {
    Problems problems = new Problems();
    assertThat(compile(regex, substitution, problems).apply(input)).isEqualTo(expected);
    assertThat(problems.list()).isEmpty();
  }

  @Test
  void changesNothingIfTheSubstitutionCannotBeFollowed() {
    Problems problems = new Problems();
    assertThat(compile("a", "\\1", problems).apply("abc")).isEqualTo("abc");
    assertThat(compile("a", "x\\", problems).apply("abc")).isEqualTo("abc");
    assertThat(problems.list())
        .extracting(Object::toString)
        .containsExactly(
            "substitution: refers to group 1; the pattern has 0 groups, so nothing is replaced",
            "substitution: has a lone backslash, so nothing is replaced; \\N for a group and \\\\"
                + " are allowed");
    assertThat(problems.hasErrors()).isFalse();
  }

  @Test
  void refusesWhatRe2Refuses() {
    Problems problems = new Problems();
    compile("(a)\\1", "b", problems);
    assertThat(problems.list().getFirst().fieldPath()).isEqualTo("pattern.regex");
    assertThat(problems.list().getFirst().message()).contains("'(a)\\1'").contains("RE2");
  }

  private static RegexSubstitution compile(String regex, String substitution, Problems problems) {
    RegexMatchAndSubstitute proto =
        RegexMatchAndSubstitute.newBuilder()
            .setPattern(
                io.envoyproxy.envoy.type.matcher.v3.RegexMatcher.newBuilder().setRegex(regex))
            .setSubstitution(substitution)
            .build();
    return RegexCompiler.compile(proto, problems);
  }
}
