package io.outrigger.config.route;

import io.outrigger.config.http.Headers;
import io.outrigger.config.match.HeaderMatcher;
import io.outrigger.config.match.PathMatcher;
import io.outrigger.config.match.QueryParameterMatcher;
import io.outrigger.config.match.RuntimeFraction;
import io.outrigger.config.metadata.MetadataMatcher;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which requests a route takes: all of its tests must pass.
 *
 * @param grpc only gRPC requests
 * @param fraction null: all requests
 * @param certificatePresented null: not asked
 * @param certificateValidated null: not asked
 */
public record RouteMatch(
    PathMatcher path,
    List<HeaderMatcher> headers,
    List<QueryParameterMatcher> queryParameters,
    boolean grpc,
    @Nullable RuntimeFraction fraction,
    @Nullable Boolean certificatePresented,
    @Nullable Boolean certificateValidated,
    List<MetadataMatcher> dynamicMetadata,
    List<FilterStateMatcher> filterState) {
  public RouteMatch {
    headers = List.copyOf(headers);
    queryParameters = List.copyOf(queryParameters);
    dynamicMetadata = List.copyOf(dynamicMetadata);
    filterState = List.copyOf(filterState);
  }

  /** Whether it takes the request. */
  public boolean matches(Headers request, RouteContext context) {
    return RouteLookup.matches(this, request, context);
  }
}
