package io.outrigger.config.match;

import io.envoyproxy.envoy.config.route.v3.HeaderMatcher.HeaderMatchSpecifierCase;
import io.outrigger.config.compile.Problems;
import io.outrigger.config.http.HeaderName;
import io.outrigger.config.match.HeaderMatcher.HeaderTest;
import io.outrigger.config.match.StringMatcher.Kind;
import java.util.ArrayList;
import java.util.List;

/** Compiles HeaderMatcher messages, with the deprecated forms of their tests. */
public final class HeaderMatcherCompiler {
  private HeaderMatcherCompiler() {}

  /** The matchers of a repeated field. */
  public static List<HeaderMatcher> compileAll(
      List<io.envoyproxy.envoy.config.route.v3.HeaderMatcher> protos,
      String field,
      Problems problems) {
    List<HeaderMatcher> matchers = new ArrayList<>(protos.size());
    for (int i = 0; i < protos.size(); i++) {
      matchers.add(compile(protos.get(i), problems.at(field, i)));
    }
    return matchers;
  }

  public static HeaderMatcher compile(
      io.envoyproxy.envoy.config.route.v3.HeaderMatcher proto, Problems problems) {
    HeaderNames.check(proto.getName(), problems.at("name"));
    return new HeaderMatcher(
        HeaderName.of(proto.getName()).inRequests(),
        test(proto, problems),
        proto.getInvertMatch(),
        proto.getTreatMissingHeaderAsEmpty());
  }

  @SuppressWarnings("deprecation") // the old forms are still accepted by Envoy
  private static HeaderTest test(
      io.envoyproxy.envoy.config.route.v3.HeaderMatcher proto, Problems problems) {
    HeaderMatchSpecifierCase kind = proto.getHeaderMatchSpecifierCase();
    return switch (kind) {
      case EXACT_MATCH ->
          new HeaderMatcher.Text(StringMatcher.of(Kind.EXACT, proto.getExactMatch(), false));
      case PREFIX_MATCH -> part(Kind.PREFIX, proto.getPrefixMatch(), problems.at("prefix_match"));
      case SUFFIX_MATCH -> part(Kind.SUFFIX, proto.getSuffixMatch(), problems.at("suffix_match"));
      case CONTAINS_MATCH ->
          part(Kind.CONTAINS, proto.getContainsMatch(), problems.at("contains_match"));
      case SAFE_REGEX_MATCH ->
          new HeaderMatcher.Text(
              StringMatcher.regex(
                  RegexCompiler.compile(
                      proto.getSafeRegexMatch(), problems.at("safe_regex_match"))));
      case STRING_MATCH ->
          new HeaderMatcher.Text(
              StringMatcherCompiler.compile(proto.getStringMatch(), problems.at("string_match")));
      case RANGE_MATCH ->
          new HeaderMatcher.Range(proto.getRangeMatch().getStart(), proto.getRangeMatch().getEnd());
      case PRESENT_MATCH -> new HeaderMatcher.Present(proto.getPresentMatch());
      case HEADERMATCHSPECIFIER_NOT_SET -> new HeaderMatcher.Present(true);
    };
  }

  private static HeaderTest part(Kind kind, String text, Problems problems) {
    return new HeaderMatcher.Text(StringMatcherCompiler.part(kind, text, false, problems));
  }
}
