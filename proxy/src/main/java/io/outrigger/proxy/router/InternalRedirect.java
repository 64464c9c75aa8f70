package io.outrigger.proxy.router;

import io.outrigger.config.http.HeaderName;
import io.outrigger.config.http.Headers;
import io.outrigger.config.route.InternalRedirectPolicy;
import io.outrigger.config.route.Route;
import io.outrigger.proxy.http.Exchange;
import io.outrigger.proxy.http.HcmStats.NotFollowed;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Follows redirects of the upstream: makes the request that the location asks for, finds its route,
 * and asks the route's policy. One an exchange, made at its first redirect.
 */
final class InternalRedirect {
  private static final HeaderName ORIGINAL_URL = HeaderName.of("x-envoy-original-url");
  private final List<String> taken = new ArrayList<>(2);
  private int count;

  /** Where a location leads; null where it isn't an absolute URL of http or https. */
  private record Url(String scheme, String authority, String path) {
    static @Nullable Url of(@Nullable String location) {
      if (location == null) {
        return null;
      }
      int authority = location.indexOf("://") + 3;
      String scheme =
          authority < 3 ? "" : location.substring(0, authority - 3).toLowerCase(Locale.ROOT);
      if (!scheme.equals("http") && !scheme.equals("https")) {
        return null;
      }
      int end = authority;
      while (end < location.length() && "/?#".indexOf(location.charAt(end)) < 0) {
        end++;
      }
      int fragment = location.indexOf('#', end);
      String path = location.substring(end, fragment < 0 ? location.length() : fragment);
      if (end == authority) {
        return null;
      }
      return new Url(
          scheme, location.substring(authority, end), path.startsWith("/") ? path : "/" + path);
    }
  }

  /** Changes the request and its route; false leaves both as they were. */
  boolean prepare(Exchange exchange, InternalRedirectPolicy policy, Headers response, int status) {
    Headers request = exchange.request();
    Route from = exchange.route();
    Url to = Url.of(response.value(HeaderName.LOCATION));
    String oldHost = request.value(HeaderName.AUTHORITY);
    String oldPath = request.value(HeaderName.PATH);
    if (to == null || from == null || oldHost == null || oldPath == null) {
      return response.contains(HeaderName.LOCATION)
          && notFollowed(exchange, NotFollowed.BAD_LOCATION);
    }
    String oldScheme = exchange.downstream().tls() == null ? "http" : "https";
    if (!policy.allowCrossSchemeRedirect() && !oldScheme.equals(to.scheme())) {
      return notFollowed(exchange, NotFollowed.UNSAFE_SCHEME);
    }
    if (count >= policy.maxRedirects()) {
      return notFollowed(exchange, NotFollowed.TOO_MANY_REDIRECTS);
    }
    String wireScheme = request.value(HeaderName.SCHEME);
    set(request, to.scheme(), to.authority(), to.path());
    Route found = exchange.routeAgain();
    if (found == null || !accepts(policy, from, found, oldScheme, to.scheme())) {
      set(request, wireScheme == null ? oldScheme : wireScheme, oldHost, oldPath);
      exchange.route(from);
      return notFollowed(exchange, found == null ? NotFollowed.NO_ROUTE : NotFollowed.PREDICATE);
    }
    for (HeaderName name : policy.headersToCopy()) {
      String value = response.value(name);
      if (value != null) {
        request.set(name, value);
      }
    }
    if (status == 303) {
      String method = request.value(HeaderName.METHOD);
      if (!"GET".equals(method) && !"HEAD".equals(method)) {
        request.set(HeaderName.METHOD, "GET");
        request.remove(HeaderName.CONTENT_LENGTH);
      }
    }
    count++;
    request.set(ORIGINAL_URL, oldScheme + "://" + oldHost + oldPath);
    return true;
  }

  private static boolean notFollowed(Exchange exchange, NotFollowed why) {
    exchange.scope().stats().notFollowed(exchange.worker().index(), why);
    return false;
  }

  private static void set(Headers request, String scheme, String authority, String path) {
    request.set(HeaderName.SCHEME, scheme);
    request.set(HeaderName.AUTHORITY, authority);
    request.set(HeaderName.PATH, path);
  }

  private boolean accepts(
      InternalRedirectPolicy policy, Route from, Route to, String oldScheme, String newScheme) {
    if (policy.safeCrossScheme() && oldScheme.equals("http") && newScheme.equals("https")) {
      return false;
    }
    if (policy.allowedRoutes() != null && !policy.allowedRoutes().contains(to.name())) {
      return false;
    }
    if (policy.newRoutesOnly()) {
      String way = from.name() + '\n' + to.name();
      if (taken.contains(way)) {
        return false;
      }
      taken.add(way);
    }
    return true;
  }
}
