package io.outrigger.control.translate.route;

import io.envoyproxy.envoy.config.route.v3.HeaderMatcher;
import io.envoyproxy.envoy.config.route.v3.QueryParameterMatcher;
import io.envoyproxy.envoy.config.route.v3.RouteMatch;
import io.envoyproxy.envoy.type.matcher.v3.RegexMatcher;
import io.envoyproxy.envoy.type.matcher.v3.StringMatcher;
import io.outrigger.control.istio.HttpMatch;
import io.outrigger.control.istio.StringMatch;
import io.outrigger.control.translate.Values;
import org.jspecify.annotations.Nullable;

/** Makes a route's match. */
final class MatchTranslator {
  private MatchTranslator() {}

  static RouteMatch translate(HttpMatch match) {
    RouteMatch.Builder out = RouteMatch.newBuilder();
    path(out, match.uri());
    if (match.ignoreUriCase()) {
      out.setCaseSensitive(Values.bool(false));
    }
    pseudo(out, ":method", match.method());
    pseudo(out, ":authority", match.authority());
    pseudo(out, ":scheme", match.scheme());
    match.headers().forEach((name, value) -> out.addHeaders(header(name, value, false)));
    match.withoutHeaders().forEach((name, value) -> out.addHeaders(header(name, value, true)));
    match.queryParams().forEach((name, value) -> out.addQueryParameters(parameter(name, value)));
    return out.build();
  }

  // VirtualService prefixes are plain: /a takes /ab too
  private static void path(RouteMatch.Builder out, @Nullable StringMatch uri) {
    switch (uri) {
      case null -> out.setPrefix("/");
      case StringMatch.Exact(var value) -> out.setPath(value);
      case StringMatch.Prefix(var value) -> out.setPrefix(value);
      case StringMatch.PathPrefix(var value) -> {
        if (value.equals("/")) {
          out.setPrefix("/");
        } else {
          out.setPathSeparatedPrefix(value);
        }
      }
      case StringMatch.Regex(var value) -> {
        if (value.equals("*") || value.equals(".*")) {
          out.setPrefix("/");
        } else {
          out.setSafeRegex(RegexMatcher.newBuilder().setRegex(value));
        }
      }
    }
  }

  private static void pseudo(RouteMatch.Builder out, String name, @Nullable StringMatch value) {
    if (value != null) {
      out.addHeaders(header(name, value, false));
    }
  }

  static HeaderMatcher header(String name, StringMatch value, boolean invert) {
    HeaderMatcher.Builder out =
        HeaderMatcher.newBuilder()
            .setName(name.equals("authority") ? ":authority" : name)
            .setInvertMatch(invert);
    if (value.equals(HttpMatch.PRESENT)) {
      return out.setPresentMatch(true).build();
    }
    if (invert) {
      // a request without the header passes
      out.setTreatMissingHeaderAsEmpty(true);
    }
    return out.setStringMatch(string(value)).build();
  }

  private static QueryParameterMatcher parameter(String name, StringMatch value) {
    QueryParameterMatcher.Builder out = QueryParameterMatcher.newBuilder().setName(name);
    return value.equals(HttpMatch.PRESENT)
        ? out.setPresentMatch(true).build()
        : out.setStringMatch(string(value)).build();
  }

  static StringMatcher string(StringMatch match) {
    return switch (match) {
      case StringMatch.Exact(var value) -> StringMatcher.newBuilder().setExact(value).build();
      case StringMatch.Prefix(var value) -> StringMatcher.newBuilder().setPrefix(value).build();
      case StringMatch.PathPrefix(var value) ->
          throw new IllegalArgumentException("only a path has segments: " + value);
      case StringMatch.Regex(var value) ->
          StringMatcher.newBuilder()
              .setSafeRegex(RegexMatcher.newBuilder().setRegex(value.equals("*") ? ".*" : value))
              .build();
    };
  }
}
