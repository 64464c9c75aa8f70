package io.outrigger.control.gatewayapi;

import io.outrigger.control.istio.HttpMatch;
import io.outrigger.control.istio.StringMatch;
import io.outrigger.control.resource.Kind;
import io.outrigger.control.resource.Resource;
import java.util.Comparator;

/**
 * One match of a route's rule among those of all routes of a parent.
 *
 * @param hostname the route's host name that applies, {@code *} for any
 */
record RankedMatch(
    Resource route, String hostname, RouteSpec.Rule rule, int ruleIndex, HttpMatch match) {
  /**
   * The Gateway API's precedence: the closer host name, then an exact path, the longer path, a
   * method, more headers, more query parameters; then the older route, and the earlier rule.
   */
  static final Comparator<RankedMatch> ORDER =
      Comparator.comparing(RankedMatch::hostname, RankedMatch::compareHosts)
          .thenComparing(Comparator.comparingInt(RankedMatch::pathKind).reversed())
          .thenComparing(Comparator.comparingInt(RankedMatch::pathLength).reversed())
          .thenComparing(Comparator.comparingInt(RankedMatch::methods).reversed())
          .thenComparing(
              Comparator.<RankedMatch>comparingInt(r -> r.match.headers().size()).reversed())
          .thenComparing(
              Comparator.<RankedMatch>comparingInt(r -> r.match.queryParams().size()).reversed())
          .thenComparing(RankedMatch::route, Resource.OLDEST_FIRST)
          .thenComparingInt(RankedMatch::ruleIndex);

  private static int compareHosts(String a, String b) {
    boolean wildA = a.startsWith("*");
    boolean wildB = b.startsWith("*");
    return wildA != wildB ? (wildA ? 1 : -1) : Integer.compare(b.length(), a.length());
  }

  // a method of any service is an expression, and yields to all of a service that is named
  private int pathKind() {
    return switch (match.uri()) {
      case null -> 0;
      case StringMatch.Exact e -> 3;
      case StringMatch.Regex e -> route.id().kind() == Kind.GRPC_ROUTE ? 1 : 2;
      case StringMatch.Prefix e -> 2;
      case StringMatch.PathPrefix e -> 1;
    };
  }

  private int pathLength() {
    return match.uri() == null ? 0 : match.uri().value().length();
  }

  private int methods() {
    return match.method() == null ? 0 : 1;
  }
}
