package io.outrigger.proxy.router;

import io.outrigger.config.http.HeaderName;
import io.outrigger.config.http.Headers;
import io.outrigger.config.match.PathMatcher;
import io.outrigger.config.match.RequestPath;
import io.outrigger.config.route.Rewrite;
import io.outrigger.config.route.Route;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Changes a request's path and host before it goes out. Allocates only where a rewrite is set. */
final class Rewriting {
  private Rewriting() {}

  /**
   * Applies a route's rewrites, or its cluster's host.
   *
   * @param keepsOld whether the next hop and logs can see what was rewritten
   */
  static void apply(
      Route route, Rewrite rewrite, String clusterHost, Headers headers, boolean keepsOld) {
    if (!clusterHost.isEmpty()) {
      // Envoy keeps the old host for the route's rewrites only, not for a weighted cluster's
      headers.set(HeaderName.AUTHORITY, clusterHost);
    } else if (rewrite.host() != null) {
      String host = hostFor(rewrite.host(), headers);
      if (host != null && !host.isEmpty()) {
        host(headers, host, rewrite.appendXForwardedHost(), keepsOld);
      }
    }
    Rewrite.PathRewrite path = rewrite.path();
    if (path != null) {
      path(route, path, headers, keepsOld);
    }
  }

  /** Sets the path. */
  static void path(Route route, Rewrite.PathRewrite rewrite, Headers headers, boolean keepsOld) {
    int slot = headers.find(HeaderName.PATH);
    if (slot >= 0) {
      String before = headers.value(slot);
      if (keepsOld) {
        headers.set(HeaderName.X_ENVOY_ORIGINAL_PATH, before);
      }
      headers.set(
          HeaderName.PATH, path(route, rewrite, before).getBytes(StandardCharsets.ISO_8859_1));
    }
  }

  /** The host for all but {@link Rewrite.AutoHost}, which is known only with the upstream host. */
  private static @Nullable String hostFor(Rewrite.HostRewrite rewrite, Headers headers) {
    if (rewrite instanceof Rewrite.LiteralHost literal) {
      return literal.host();
    }
    if (rewrite instanceof Rewrite.AutoHost) {
      return null;
    }
    if (rewrite instanceof Rewrite.HeaderHost header) {
      return headers.value(header.header());
    }
    if (rewrite instanceof Rewrite.PathRegexHost regex) {
      String path = headers.value(HeaderName.PATH);
      return path == null ? null : regex.substitution().apply(RequestPath.of(path));
    }
    throw new IllegalStateException("unknown Rewrite: " + rewrite);
  }

  /** Sets the authority. */
  static void host(Headers headers, String host, boolean appendForwardedHost, boolean keepsOld) {
    String before = headers.value(HeaderName.AUTHORITY);
    if (before != null) {
      if (appendForwardedHost && !before.equals(host)) {
        String forwarded = headers.value(HeaderName.X_FORWARDED_HOST);
        headers.set(
            HeaderName.X_FORWARDED_HOST, forwarded == null ? before : forwarded + "," + before);
      }
      if (keepsOld) {
        headers.set(HeaderName.X_ENVOY_ORIGINAL_HOST, before);
      }
    }
    headers.set(HeaderName.AUTHORITY, host);
  }

  /** The path as a rewrite makes it; the query stays. */
  static String path(Route route, Rewrite.PathRewrite rewrite, String before) {
    String path = RequestPath.of(before);
    String query = before.substring(path.length());
    if (rewrite instanceof Rewrite.PrefixRewrite prefix) {
      int matched = Math.min(route.match().path().matchedLength(path.length()), path.length());
      return prefix.replacement() + path.substring(matched) + query;
    }
    if (rewrite instanceof Rewrite.RegexRewrite regex) {
      return regex.substitution().apply(path) + query;
    }
    if (rewrite instanceof Rewrite.TemplateRewrite template
        && route.match().path() instanceof PathMatcher.Template match) {
      return template.apply(match.template(), path) + query;
    }
    throw new IllegalStateException("unknown Rewrite: " + rewrite);
  }
}
