package io.outrigger.config.route;

import io.outrigger.config.http.HeaderName;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Redirects of the upstream that the proxy follows itself.
 *
 * @param allowedRoutes names of the routes that a redirect may lead to; null: any
 * @param newRoutesOnly a redirect may not lead to a route that one has led to from here before
 * @param safeCrossScheme a redirect may not lead from http to https
 * @param headersToCopy of the redirecting response, to the request that follows it
 */
public record InternalRedirectPolicy(
    int maxRedirects,
    List<Integer> responseCodes,
    boolean allowCrossSchemeRedirect,
    @Nullable List<String> allowedRoutes,
    boolean newRoutesOnly,
    boolean safeCrossScheme,
    List<HeaderName> headersToCopy) {
  public InternalRedirectPolicy {
    responseCodes = List.copyOf(responseCodes);
    allowedRoutes = allowedRoutes == null ? null : List.copyOf(allowedRoutes);
    headersToCopy = List.copyOf(headersToCopy);
  }

  /** Whether it is about responses with this status. */
  public boolean covers(int status) {
    for (int i = 0, size = responseCodes.size(); i < size; i++) {
      if (responseCodes.get(i) == status) {
        return true;
      }
    }
    return false;
  }
}
