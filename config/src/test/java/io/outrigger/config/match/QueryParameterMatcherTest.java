package io.outrigger.config.match;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QueryParameterMatcherTest {
  @ParameterizedTest
  @CsvSource({
    "/p, false",
    "/p?, false",
    "/p?a, true",
    "/p?a=, true",
    "/p?a=1, true",
    "/p?b=1&a=2, true",
    "/p?ab=1, false",
    "/p?b=a, false",
    "/p?b=1#a=1, false",
    "/a=1, false",
  })
  void findsTheParameter(String path, boolean expected) {
    assertThat(test(new QueryParameterMatcher("a", true), path)).isEqualTo(expected);
    assertThat(test(new QueryParameterMatcher("a", false), path)).isEqualTo(!expected);
  }

  @ParameterizedTest
  @CsvSource({
    "/p?a=1, true",
    "/p?a=2, false",
    "/p?a=2&a=1, false",
    "/p?b=1, false",
    "/p?a=1&b, true",
    "/p?a=1#x, true",
    "/p, false",
  })
  void testsTheFirstValue(String path, boolean expected) {
    assertThat(test(new QueryParameterMatcher("a", StringMatcher.exact("1")), path))
        .isEqualTo(expected);
  }

  private static boolean test(QueryParameterMatcher matcher, String path) {
    byte[] data = ("##" + path).getBytes(StandardCharsets.UTF_8);
    return matcher.matches(data, 2, path.length());
  }
}
