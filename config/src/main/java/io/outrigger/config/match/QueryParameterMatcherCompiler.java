package io.outrigger.config.match;

import io.outrigger.config.compile.Problems;
import java.util.ArrayList;
import java.util.List;

/** Compiles QueryParameterMatcher messages. */
public final class QueryParameterMatcherCompiler {
  private QueryParameterMatcherCompiler() {}

  /** The matchers of a repeated field. */
  public static List<QueryParameterMatcher> compileAll(
      List<io.envoyproxy.envoy.config.route.v3.QueryParameterMatcher> protos,
      String field,
      Problems problems) {
    List<QueryParameterMatcher> matchers = new ArrayList<>(protos.size());
    for (int i = 0; i < protos.size(); i++) {
      matchers.add(compile(protos.get(i), problems.at(field, i)));
    }
    return matchers;
  }

  private static QueryParameterMatcher compile(
      io.envoyproxy.envoy.config.route.v3.QueryParameterMatcher proto, Problems problems) {
    if (proto.getName().isEmpty() || proto.getName().length() > 1024) {
      problems.error("name", "must have 1 to 1024 characters");
    }
    return switch (proto.getQueryParameterMatchSpecifierCase()) {
      case STRING_MATCH ->
          new QueryParameterMatcher(
              proto.getName(),
              StringMatcherCompiler.compile(proto.getStringMatch(), problems.at("string_match")));
      case PRESENT_MATCH -> new QueryParameterMatcher(proto.getName(), proto.getPresentMatch());
      case QUERYPARAMETERMATCHSPECIFIER_NOT_SET -> new QueryParameterMatcher(proto.getName(), true);
    };
  }
}
