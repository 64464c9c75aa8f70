package io.outrigger.proxy.router;

import io.outrigger.config.filter.RouterConfig;
import io.outrigger.config.http.HeaderName;
import io.outrigger.config.http.Headers;
import io.outrigger.config.route.HeaderMutations;
import io.outrigger.config.route.Route;
import io.outrigger.proxy.http.Exchange;

/** What the router adds to an upstream's response head, and what the route changes in it. */
final class ResponseHead {
  private ResponseHead() {}

  static void finish(
      Exchange exchange,
      RouterConfig config,
      Picking picking,
      Headers headers,
      int status,
      long serviceMillis) {
    exchange.response(headers);
    Route route = exchange.route();
    assert route != null;
    exchange.upstreamStatus(status);
    if (!config.suppressEnvoyHeaders() && serviceMillis >= 0) {
      exchange
          .scope()
          .text()
          .setNumber(headers, HeaderName.X_ENVOY_UPSTREAM_SERVICE_TIME, serviceMillis);
    }
    if (route.virtualHost().includeAttemptCountInResponse()) {
      exchange
          .scope()
          .text()
          .setNumber(headers, HeaderName.X_ENVOY_ATTEMPT_COUNT, exchange.upstreamAttempts());
    }
    if (picking.hash.cookie != null) {
      headers.add(HeaderName.SET_COOKIE, picking.hash.cookie);
    }
    HeaderMutations mutations = picking.responseHeaders(route);
    if (!mutations.isEmpty()) {
      exchange.scope().mutator().apply(mutations, headers, exchange);
    }
  }
}
