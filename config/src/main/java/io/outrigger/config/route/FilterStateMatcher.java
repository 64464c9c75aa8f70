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
      var proto = protos.get(i);
      Problems here = problems.at(field, i);
      if (proto.getKey().isEmpty()) {
        here.error("key", "is empty; a key is required");
      }
      if (proto.hasStringMatch()) {
        matchers.add(
            new FilterStateMatcher(
                proto.getKey(),
                StringMatcherCompiler.compile(proto.getStringMatch(), here.at("string_match"))));
      } else if (proto.hasAddressMatch()) {
        here.unsupported("address_match");
      } else {
        here.error("string_match is required");
      }
    }
    return matchers;
  }

  /** Whether this value, null where there is none, passes. */
  boolean matches(@Nullable Value found) {
    return found != null && found.hasStringValue() && value.matches(found.getStringValue());
  }
}
