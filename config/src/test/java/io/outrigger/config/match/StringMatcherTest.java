package io.outrigger.config.match;

import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.config.match.StringMatcher.Kind;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StringMatcherTest {
  @ParameterizedTest
  @CsvSource({
    "EXACT, abc, false, abc, true",
    "EXACT, abc, false, ABC, false",
    "EXACT, abc, true, aBC, true",
    "EXACT, abc, false, abcd, false",
    "EXACT, '', false, '', true",
    "PREFIX, ab, false, abc, true",
    "PREFIX, ab, false, a, false",
    "PREFIX, AB, true, abc, true",
    "SUFFIX, bc, false, abc, true",
    "SUFFIX, bc, false, abcd, false",
    "SUFFIX, BC, true, aBc, true",
    "CONTAINS, bc, false, abcd, true",
    "CONTAINS, cd, false, abcd, true",
    "CONTAINS, ce, false, abcd, false",
    "CONTAINS, BC, true, abcd, true",
    "REGEX, a.c, false, abc, true",
    "REGEX, a.c, false, xabc, false",
    "REGEX, (?i)abc, false, ABC, true",
  })
  void matches(Kind kind, String text, boolean ignoreCase, String input, boolean expected) {
    StringMatcher matcher = StringMatcher.of(kind, text, ignoreCase);
    byte[] data = ("__" + input + "__").getBytes(StandardCharsets.UTF_8);
    assertThat(matcher.matches(data, 2, input.length())).isEqualTo(expected);
    assertThat(matcher.matches(input)).isEqualTo(expected);
  }

  @Test
  void caseFoldsOnlyAsciiLetters() {
    StringMatcher matcher = StringMatcher.of(Kind.EXACT, "[@`{", true);
    assertThat(matcher.matches("[@`{")).isTrue();
    assertThat(matcher.matches("{`@[")).isFalse();
  }
}
