package io.outrigger.control.gatewayapi;

import io.outrigger.control.istio.Destination;
import io.outrigger.control.istio.HeaderOperations;
import io.outrigger.control.istio.HttpMatch;
import io.outrigger.control.istio.HttpRoute;
import io.outrigger.control.istio.HttpRoute.DirectResponse;
import io.outrigger.control.istio.HttpRoute.HttpMirror;
import io.outrigger.control.istio.HttpRoute.HttpRedirect;
import io.outrigger.control.istio.HttpRoute.HttpRetry;
import io.outrigger.control.istio.HttpRoute.HttpRewrite;
import io.outrigger.control.istio.HttpRoute.WeightedDestination;
import io.outrigger.control.resource.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes rules as VirtualServices have them of those of the Gateway API. */
final class RouteRules {
  /** What no backend can have seen: as without a retry of one's own. */
  private static final String SAFE = "connect-failure,refused-stream,reset-before-request";

  private static final int SAFE_ATTEMPTS = 3;

  private final References references;

  RouteRules(References references) {
    this.references = references;
  }

  /**
   * The rule for one match.
   *
   * @param port what callers call, for redirects that don't say
   * @param scheme likewise
   */
  HttpRoute of(RankedMatch ranked, HttpMatch match, int port, String scheme) {
    RouteSpec.Rule rule = ranked.rule();
    RouteSpec.Filters filters = rule.filters();
    List<WeightedDestination> route = new ArrayList<>();
    DirectResponse direct = null;
    HttpRedirect redirect = null;
    HttpRewrite rewrite = null;
    if (filters.redirect() != null) {
      redirect = redirect(filters.redirect(), match, port, scheme);
    } else {
      route = destinations(ranked);
      if (route.stream().allMatch(to -> to.destination().equals(Destination.NOWHERE))) {
        route = List.of();
        direct = new DirectResponse(500, null);
      } else if (filters.rewrite() != null) {
        rewrite = rewrite(filters.rewrite(), match);
      }
    }
    return new HttpRoute(
        name(ranked),
        List.of(match),
        route,
        redirect,
        direct,
        rewrite,
        timeout(rule),
        retries(rule),
        null,
        mirrors(ranked),
        filters.cors(),
        filters.headers(),
        source(ranked));
  }

  /** Answers 404: a listener's host name without a route is still not another listener's. */
  static HttpRoute notFound() {
    return new HttpRoute(
        "no-route",
        List.of(),
        List.of(),
        null,
        new DirectResponse(404, null),
        null,
        null,
        null,
        null,
        List.of(),
        null,
        HeaderOperations.NONE,
        null);
  }

  private static String name(RankedMatch ranked) {
    String rule = ranked.rule().name();
    return ranked.route().namespace()
        + "."
        + ranked.route().name()
        + "."
        + (rule == null ? Integer.toString(ranked.ruleIndex()) : rule);
  }

  private static String source(RankedMatch ranked) {
    return "/apis/gateway.networking.k8s.io/v1/namespaces/"
        + ranked.route().namespace()
        + (ranked.route().id().kind() == Kind.GRPC_ROUTE ? "/grpcroutes/" : "/httproutes/")
        + ranked.route().name();
  }

  // a share of requests to a backend that can't be has no one to answer it, and fails
  private List<WeightedDestination> destinations(RankedMatch ranked) {
    List<WeightedDestination> out = new ArrayList<>();
    for (RouteSpec.Backend backend : ranked.rule().backends()) {
      if (backend.weight() > 0) {
        out.add(
            new WeightedDestination(
                references.backend(ranked.route(), backend.to()).destination(),
                backend.weight(),
                backend.filters().headers()));
      }
    }
    return List.copyOf(out);
  }

  private List<HttpMirror> mirrors(RankedMatch ranked) {
    List<HttpMirror> out = new ArrayList<>();
    for (RouteSpec.Mirror mirror : ranked.rule().filters().mirrors()) {
      Destination to = references.backend(ranked.route(), mirror.to()).destination();
      if (!to.equals(Destination.NOWHERE)) {
        out.add(new HttpMirror(to, mirror.percentage()));
      }
    }
    return List.copyOf(out);
  }

  // without retries of its own an attempt is all there is
  private static @Nullable Duration timeout(RouteSpec.Rule rule) {
    Duration whole = rule.request();
    Duration attempt = rule.backendRequest();
    boolean single = rule.retry() == null && attempt != null && !attempt.isZero();
    return single && (whole == null || whole.isZero()) ? attempt : whole;
  }

  private static @Nullable HttpRetry retries(RouteSpec.Rule rule) {
    Duration attempt = rule.backendRequest();
    HttpRetry retry = rule.retry();
    if (attempt == null || attempt.isZero()) {
      return retry;
    }
    return retry == null
        ? new HttpRetry(SAFE_ATTEMPTS, attempt, SAFE, null, null, null)
        : new HttpRetry(retry.attempts(), attempt, retry.retryOn(), null, null, retry.backoff());
  }

  private static HttpRedirect redirect(
      RouteSpec.Redirect to, HttpMatch match, int port, String scheme) {
    PathChange path = PathChange.of(to.path(), match.uri());
    Integer changed = to.port();
    if (changed == null && to.scheme() == null) {
      changed = port;
    }
    int usual = "https".equals(to.scheme() == null ? scheme : to.scheme()) ? 443 : 80;
    boolean said = changed != null && changed != usual;
    String uri = path.whole() != null ? path.whole() : null;
    if (path.prefix() != null) {
      uri = HttpRedirect.PREFIX + path.prefix();
    }
    return new HttpRedirect(
        to.code(), to.scheme(), to.hostname(), said ? changed : null, uri, path.regex(), false);
  }

  private static HttpRewrite rewrite(RouteSpec.Rewrite to, HttpMatch match) {
    PathChange path = PathChange.of(to.path(), match.uri());
    HttpRoute.RegexRewrite regex =
        path.whole() == null ? path.regex() : PathChange.wholePath(path.whole());
    return new HttpRewrite(path.prefix(), to.hostname(), regex);
  }
}
