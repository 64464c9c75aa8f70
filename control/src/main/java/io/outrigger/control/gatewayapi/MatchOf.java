package io.outrigger.control.gatewayapi;

import io.outrigger.control.istio.HttpMatch;
import io.outrigger.control.istio.StringMatch;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Matches as the Gateway API has them: path, method, headers and query. */
final class MatchOf {
  /** What a rule of an HTTPRoute without matches means. */
  static final HttpMatch PATH_ROOT = of(new StringMatch.PathPrefix("/"), null, Map.of(), Map.of());

  private MatchOf() {}

  static HttpMatch of(
      @Nullable StringMatch path,
      @Nullable StringMatch method,
      Map<String, StringMatch> headers,
      Map<String, StringMatch> query) {
    return new HttpMatch(
        null, path, false, null, method, null, headers, Map.of(), query, null, Map.of(), null,
        List.of(), null);
  }
}
