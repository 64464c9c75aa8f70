package io.outrigger.config.match;

import io.envoyproxy.envoy.type.matcher.v3.ListStringMatcher;
import io.outrigger.config.compile.Problems;
import io.outrigger.config.match.StringMatcher.Kind;
import java.util.ArrayList;
import java.util.List;

/** Compiles StringMatcher messages. */
public final class StringMatcherCompiler {
  private StringMatcherCompiler() {}

  /** The patterns of a list. */
  public static List<StringMatcher> compileAll(ListStringMatcher proto, Problems problems) {
    List<StringMatcher> patterns = new ArrayList<>(proto.getPatternsCount());
    for (int i = 0; i < proto.getPatternsCount(); i++) {
      patterns.add(compile(proto.getPatterns(i), problems.at("patterns", i)));
    }
    return patterns;
  }

  public static StringMatcher compile(
      io.envoyproxy.envoy.type.matcher.v3.StringMatcher proto, Problems problems) {
    boolean ignoreCase = proto.getIgnoreCase();
    return switch (proto.getMatchPatternCase()) {
      case EXACT -> StringMatcher.of(Kind.EXACT, proto.getExact(), ignoreCase);
      case PREFIX -> part(Kind.PREFIX, proto.getPrefix(), ignoreCase, problems.at("prefix"));
      case SUFFIX -> part(Kind.SUFFIX, proto.getSuffix(), ignoreCase, problems.at("suffix"));
      case CONTAINS ->
          part(Kind.CONTAINS, proto.getContains(), ignoreCase, problems.at("contains"));
      case SAFE_REGEX -> {
        if (ignoreCase) {
          problems.error("ignore_case", "has no effect on safe_regex; use (?i) in the expression");
        }
        yield StringMatcher.regex(
            RegexCompiler.compile(proto.getSafeRegex(), problems.at("safe_regex")));
      }
      case CUSTOM -> {
        problems.unsupported("custom");
        yield StringMatcher.exact("");
      }
      case MATCHPATTERN_NOT_SET -> {
        problems.error("one of exact, prefix, suffix, contains or safe_regex is required");
        yield StringMatcher.exact("");
      }
    };
  }

  /** A part of a string, which must not be empty. */
  static StringMatcher part(Kind kind, String text, boolean ignoreCase, Problems problems) {
    if (text.isEmpty()) {
      problems.error("is empty; at least one character is required");
    }
    return StringMatcher.of(kind, text, ignoreCase);
  }
}
