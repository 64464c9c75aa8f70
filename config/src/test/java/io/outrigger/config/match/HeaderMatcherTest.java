package io.outrigger.config.match;

import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.config.YamlProto;
import io.outrigger.config.compile.Problems;
import io.outrigger.config.http.Headers;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HeaderMatcherTest {
  /** Headers are given as {@code name=value|name=value}. */
  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "{name: x}; x=1; true",
        "{name: x}; y=1; false",
        "{name: X}; x=1; true",
        "{name: x, present_match: true, invert_match: true}; y=1; true",
        "{name: x, present_match: false}; y=1; true",
        "{name: x, present_match: false}; x=1; false",
        "{name: x, string_match: {exact: a}}; x=a; true",
        "{name: x, string_match: {exact: a}}; x=b; false",
        "{name: x, string_match: {exact: a}, invert_match: true}; x=b; true",
        "{name: x, string_match: {exact: a}, invert_match: true}; y=b; false",
        "{name: x, string_match: {exact: ''}, treat_missing_header_as_empty: true}; y=b; true",
        "{name: x, string_match: {exact: a}, invert_match: true,"
            + " treat_missing_header_as_empty: true}; y=b; true",
        "{name: x, string_match: {exact: 'a,b'}}; x=a|x=b; false",
        "{name: x, string_match: {exact: a}}; x=a|x=b; true",
        "{name: x, string_match: {suffix: b}}; x=a|x=b; true",
        "{name: x, string_match: {safe_regex: {regex: 'a+'}}}; x=aaa; true",
        "{name: x, string_match: {safe_regex: {regex: 'a+'}}}; x=aaab; false",
        "{name: x, range_match: {start: -10, end: 0}}; x=-1; true",
        "{name: x, range_match: {start: -10, end: 0}}; x=0; false",
        "{name: x, range_match: {start: -10, end: 0}}; x=-1somestring; false",
        "{name: x, range_match: {start: 0, end: 5}}; x=10.9; false",
        "{name: x, range_match: {start: 0, end: 5}, invert_match: true}; x=9; true",
        "{name: x, exact_match: a}; x=a; true",
        "{name: x, prefix_match: a}; x=ab; true",
        "{name: ':method', string_match: {exact: GET}}; :method=GET; true",
      })
  void matches(String yaml, String headers, boolean expected) {
    Headers block = new Headers();
    for (String header : headers.split("\\|")) {
      int equals = header.indexOf('=');
      block.add(header.substring(0, equals), header.substring(equals + 1));
    }
    Problems problems = new Problems();
    HeaderMatcher matcher =
        HeaderMatcherCompiler.compile(
            YamlProto.of(
                "envoy.config.route.v3.HeaderMatcher",
                io.envoyproxy.envoy.config.route.v3.HeaderMatcher.parser(),
                yaml),
            problems);
    assertThat(problems.list()).isEmpty();
    assertThat(matcher.matches(block)).isEqualTo(expected);
  }
}
