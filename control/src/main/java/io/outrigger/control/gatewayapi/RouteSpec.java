package io.outrigger.control.gatewayapi;

import io.outrigger.control.istio.HeaderOperations;
import io.outrigger.control.istio.HttpMatch;
import io.outrigger.control.istio.HttpRoute;
import io.outrigger.control.resource.Spec;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An HTTPRoute or a GRPCRoute: to which parents it belongs, and where their requests go.
 *
 * @param generation of the object, which its status must name
 */
public record RouteSpec(
    long generation, List<ObjectRef> parents, List<String> hostnames, List<Rule> rules)
    implements Spec {

  /**
   * What is done with requests of which at least one match holds.
   *
   * @param request the time that a request may take in all; zero for any
   * @param backendRequest the time that one attempt may take
   */
  public record Rule(
      @Nullable String name,
      List<HttpMatch> matches,
      Filters filters,
      List<Backend> backends,
      @Nullable Duration request,
      @Nullable Duration backendRequest,
      HttpRoute.@Nullable HttpRetry retry) {}

  /** A destination with its share. */
  public record Backend(ObjectRef to, int weight, Filters filters) {}

  /**
   * What changes a request or its response on the way.
   *
   * @param unsupported the filters that this mesh doesn't have: their route isn't accepted
   */
  public record Filters(
      HeaderOperations headers,
      @Nullable Redirect redirect,
      @Nullable Rewrite rewrite,
      List<Mirror> mirrors,
      HttpRoute.@Nullable CorsPolicy cors,
      List<String> unsupported) {
    static final Filters NONE =
        new Filters(HeaderOperations.NONE, null, null, List.of(), null, List.of());
  }

  /** Answers with a redirect; null leaves that part of the URL as it was. */
  public record Redirect(
      int code,
      @Nullable String scheme,
      @Nullable String hostname,
      @Nullable Integer port,
      @Nullable NewPath path) {}

  /** Changes host or path before the request goes on. */
  public record Rewrite(@Nullable String hostname, @Nullable NewPath path) {}

  /**
   * A new path.
   *
   * @param prefix whether it stands for the prefix that matched, not for the whole path
   */
  public record NewPath(boolean prefix, String value) {}

  /** Sends a copy of that percentage of requests elsewhere. */
  public record Mirror(ObjectRef to, double percentage) {}

  /** The first filter that this mesh doesn't have, or null. */
  @Nullable String unsupported() {
    for (Rule rule : rules) {
      if (!rule.filters.unsupported().isEmpty()) {
        return rule.filters.unsupported().getFirst();
      }
      for (Backend backend : rule.backends) {
        Filters of = backend.filters;
        if (!of.unsupported().isEmpty()) {
          return of.unsupported().getFirst();
        }
        if (of.redirect() != null
            || of.rewrite() != null
            || !of.mirrors().isEmpty()
            || of.cors() != null) {
          return "of the filters of a backend only those of headers are supported";
        }
      }
    }
    return null;
  }
}
