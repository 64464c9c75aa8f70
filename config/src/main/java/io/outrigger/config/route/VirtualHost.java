package io.outrigger.config.route;

import io.outrigger.config.http.Headers;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A virtual host: domains, and routes of which the first that matches is taken. */
public record VirtualHost(
    String name, List<String> domains, RequireTls requireTls, List<Route> routes) {
  public VirtualHost {
    domains = List.copyOf(domains);
    routes = List.copyOf(routes);
  }

  /** Which requests must have come over TLS. */
  public enum RequireTls {
    NONE,
    EXTERNAL_ONLY,
    ALL
  }

  /** The first route that matches, or null. */
  public @Nullable Route route(Headers headers, RouteContext context) {
    return RouteLookup.find(this, headers, context);
  }
}
