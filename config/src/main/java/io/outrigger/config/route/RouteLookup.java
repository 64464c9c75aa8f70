package io.outrigger.config.route;

import io.outrigger.config.http.HeaderName;
import io.outrigger.config.http.Headers;
import io.outrigger.config.match.HeaderMatcher;
import io.outrigger.config.match.PathMatcher;
import io.outrigger.config.match.QueryParameterMatcher;
import io.outrigger.config.match.RequestPath;
import io.outrigger.config.metadata.MetadataMatcher;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The walk over a virtual host's routes; allocates nothing unless a regex is configured. */
final class RouteLookup {
  private static final byte[] CONNECT = "CONNECT".getBytes(StandardCharsets.ISO_8859_1);
  private static final byte[] GRPC = "application/grpc".getBytes(StandardCharsets.ISO_8859_1);

  private RouteLookup() {}

  static @Nullable Route find(VirtualHost host, Headers headers, RouteContext context) {
    List<Route> routes = host.routes();
    int slot = headers.find(HeaderName.PATH);
    int method = headers.find(HeaderName.METHOD);
    boolean connect = method >= 0 && headers.valueEquals(method, CONNECT);
    byte[] data = headers.data();
    int offset = slot < 0 ? 0 : headers.valueOffset(slot);
    int length = slot < 0 ? 0 : headers.valueLength(slot);
    int pathLength = RequestPath.length(data, offset, length);
    for (int i = 0, size = routes.size(); i < size; i++) {
      Route route = routes.get(i);
      RouteMatch match = route.match();
      if (pathMatches(match.path(), connect, slot >= 0, data, offset, pathLength)
          && othersMatch(match, headers, context, data, offset, length)) {
        return route;
      }
    }
    return null;
  }

  /** Whether one match takes the request. */
  static boolean matches(RouteMatch match, Headers headers, RouteContext context) {
    int slot = headers.find(HeaderName.PATH);
    int method = headers.find(HeaderName.METHOD);
    byte[] data = headers.data();
    int offset = slot < 0 ? 0 : headers.valueOffset(slot);
    int length = slot < 0 ? 0 : headers.valueLength(slot);
    return pathMatches(
            match.path(),
            method >= 0 && headers.valueEquals(method, CONNECT),
            slot >= 0,
            data,
            offset,
            RequestPath.length(data, offset, length))
        && othersMatch(match, headers, context, data, offset, length);
  }

  private static boolean pathMatches(
      PathMatcher path, boolean connect, boolean hasPath, byte[] data, int offset, int length) {
    if (path instanceof PathMatcher.Connect) {
      return connect;
    }
    return hasPath && path.matches(data, offset, length);
  }

  private static boolean othersMatch(
      RouteMatch match,
      Headers headers,
      RouteContext context,
      byte[] data,
      int offset,
      int length) {
    if (match.fraction() != null && !match.fraction().admits(context.random())) {
      return false;
    }
    if (match.grpc() && !isGrpc(headers)) {
      return false;
    }
    List<HeaderMatcher> headerMatchers = match.headers();
    for (int i = 0, size = headerMatchers.size(); i < size; i++) {
      if (!headerMatchers.get(i).matches(headers)) {
        return false;
      }
    }
    List<QueryParameterMatcher> parameters = match.queryParameters();
    for (int i = 0, size = parameters.size(); i < size; i++) {
      if (!parameters.get(i).matches(data, offset, length)) {
        return false;
      }
    }
    Boolean presented = match.certificatePresented();
    if (presented != null && presented != context.peerCertificatePresented()) {
      return false;
    }
    Boolean validated = match.certificateValidated();
    return (validated == null || validated == context.peerCertificateValidated())
        && (match.dynamicMetadata().isEmpty() || metadataMatches(match, context))
        && (match.filterState().isEmpty() || filterStateMatches(match, context));
  }

  private static boolean metadataMatches(RouteMatch match, RouteContext context) {
    for (int i = 0, size = match.dynamicMetadata().size(); i < size; i++) {
      MetadataMatcher matcher = match.dynamicMetadata().get(i);
      if (!matcher.matches(context.dynamicMetadata(matcher.namespace(), matcher.path()))) {
        return false;
      }
    }
    return true;
  }

  private static boolean filterStateMatches(RouteMatch match, RouteContext context) {
    for (int i = 0, size = match.filterState().size(); i < size; i++) {
      FilterStateMatcher matcher = match.filterState().get(i);
      if (!matcher.matches(context.filterState(matcher.key()))) {
        return false;
      }
    }
    return true;
  }

  /** Whether content-type is application/grpc, or that with a + and a suffix. */
  private static boolean isGrpc(Headers headers) {
    int slot = headers.find(HeaderName.CONTENT_TYPE);
    if (slot < 0 || headers.valueLength(slot) < GRPC.length) {
      return false;
    }
    int offset = headers.valueOffset(slot);
    for (int i = 0; i < GRPC.length; i++) {
      if (headers.data()[offset + i] != GRPC[i]) {
        return false;
      }
    }
    return headers.valueLength(slot) == GRPC.length || headers.data()[offset + GRPC.length] == '+';
  }
}
