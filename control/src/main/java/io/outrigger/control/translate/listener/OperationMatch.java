package io.outrigger.control.translate.listener;

import com.google.re2j.Pattern;
import io.envoyproxy.envoy.config.route.v3.HeaderMatcher;
import io.envoyproxy.envoy.config.route.v3.RateLimit;
import io.outrigger.control.policy.RateLimit.Operation;
import io.outrigger.control.translate.Values;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/** Makes the action of a rate limit that asks whether a request is an operation's. */
final class OperationMatch {
  /** The key of the entry that it adds. */
  static final String KEY = "limit";

  private OperationMatch() {}

  /** Adds {@code name} where the operation matches, or else where it doesn't. */
  static RateLimit.Action of(Operation operation, boolean expected, String name) {
    RateLimit.Action.HeaderValueMatch.Builder out =
        RateLimit.Action.HeaderValueMatch.newBuilder()
            .setDescriptorKey(KEY)
            .setDescriptorValue(name)
            .setExpectMatch(Values.bool(expected));
    if (!operation.paths().isEmpty()) {
      // :path has the query too, which is no part of what is limited
      out.addHeaders(header(":path", operation.paths(), OperationMatch::path, "(?:\\?.*)?"));
    }
    if (!operation.methods().isEmpty()) {
      out.addHeaders(header(":method", operation.methods(), Pattern::quote, ""));
    }
    return RateLimit.Action.newBuilder().setHeaderValueMatch(out).build();
  }

  private static HeaderMatcher header(
      String name, List<String> texts, UnaryOperator<String> regex, String after) {
    String any = texts.stream().map(regex).collect(Collectors.joining("|", "(?:", ")"));
    return HeaderMatcher.newBuilder()
        .setName(name)
        .setStringMatch(PolicyMatchers.regex(any + after))
        .build();
  }

  private static String path(String text) {
    if (text.indexOf('{') >= 0) {
      return Pattern.quote(text).replace("\\{\\*\\*\\}", "[^?]*").replace("\\{\\*\\}", "[^/?]+");
    }
    if (text.startsWith("*")) {
      return "[^?]*" + Pattern.quote(text.substring(1));
    }
    return text.endsWith("*")
        ? Pattern.quote(text.substring(0, text.length() - 1)) + "[^?]*"
        : Pattern.quote(text);
  }
}
