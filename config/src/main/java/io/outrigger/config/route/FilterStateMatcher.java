package io.outrigger.config.route;

import com.google.protobuf.Value;
import io.outrigger.config.compile.Problems;
import io.outrigger.config.match.StringMatcher;
import io.outrigger.config.match.StringMatcherCompiler;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A test of the text that filters noted under a key. */
public record FilterStateMatcher(String key, StringMatcher value) {
  static List<FilterStateMatcher> compileAll(
      List<io.envoyproxy.envoy.type.matcher.v3.FilterStateMatcher> protos,
      String field,
      Problems problems) {
    List<FilterStateMatcher> matchers = new ArrayList<>(protos.size());
    for (int i = 0; i < protos.size(); i++) {
      matchers.add(compile(protos.get(i), problems.at(field, i)));
    }
    return matchers;
  }

  public static FilterStateMatcher compile(
      io.envoyproxy.envoy.type.matcher.v3.FilterStateMatcher proto, Problems problems) {
    if (proto.getKey().isEmpty()) {
      problems.error("key", "is empty; a key is required");
    }
    if (proto.hasStringMatch()) {
      return new FilterStateMatcher(
          proto.getKey(),
          StringMatcherCompiler.compile(proto.getStringMatch(), problems.at("string_match")));
    }
    if (proto.hasAddressMatch()) {
      problems.unsupported("address_match");
    } else {
      problems.error("string_match is required");
    }
    return new FilterStateMatcher(proto.getKey(), StringMatcher.exact(""));
  }

  /** Whether this value, null where there is none, passes. */
  public boolean matches(@Nullable Value found) {
    return found != null && found.hasStringValue() && value.matches(found.getStringValue());
  }
}
