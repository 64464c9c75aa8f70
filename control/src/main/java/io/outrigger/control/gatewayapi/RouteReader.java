package io.outrigger.control.gatewayapi;

import io.outrigger.control.gatewayapi.RouteSpec.Backend;
import io.outrigger.control.gatewayapi.RouteSpec.Filters;
import io.outrigger.control.gatewayapi.RouteSpec.Rule;
import io.outrigger.control.istio.HttpMatch;
import io.outrigger.control.istio.HttpRoute;
import io.outrigger.control.istio.StringMatch;
import io.outrigger.control.resource.Fields;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads HTTPRoutes and GRPCRoutes. */
public final class RouteReader {
  private record Timeouts(@Nullable Duration request, @Nullable Duration backend) {
    static final Timeouts NONE = new Timeouts(null, null);
  }

  private RouteReader() {}

  public static RouteSpec http(Fields fields, long generation) {
    return read(fields, generation, HttpRouteMatchReader::read, MatchOf.PATH_ROOT);
  }

  public static RouteSpec grpc(Fields fields, long generation) {
    return read(fields, generation, GrpcRouteMatchReader::read, HttpMatch.ALL);
  }

  private static RouteSpec read(
      Fields fields, long generation, Function<Fields, HttpMatch> match, HttpMatch all) {
    List<ObjectRef> parents = fields.objects("parentRefs", ObjectRefReader::parent);
    List<String> hostnames = fields.strings("hostnames");
    for (String hostname : hostnames) {
      ObjectRefReader.hostname(fields, "hostnames", hostname);
    }
    List<Rule> rules =
        fields.has("rules")
            ? fields.objects("rules", f -> rule(f, match, all))
            : List.of(new Rule(null, List.of(all), Filters.NONE, List.of(), null, null, null));
    return new RouteSpec(generation, parents, hostnames, rules);
  }

  private static Rule rule(Fields fields, Function<Fields, HttpMatch> match, HttpMatch all) {
    List<HttpMatch> matches = fields.objects("matches", match);
    Filters filters = FiltersReader.read(fields);
    List<Backend> backends = fields.objects("backendRefs", RouteReader::backend);
    if (filters.redirect() != null && !backends.isEmpty()) {
      fields.error("backendRefs", "can't stand beside a RequestRedirect");
    }
    Timeouts timeouts = timeouts(fields);
    fields.ignored("sessionPersistence", "has no effect yet; use a DestinationRule");
    for (HttpMatch one : matches) {
      if (changesPrefix(filters) && !(one.uri() instanceof StringMatch.PathPrefix)) {
        fields.error("filters", "ReplacePrefixMatch needs matches by PathPrefix");
        break;
      }
    }
    return new Rule(
        fields.string("name"),
        matches.isEmpty() ? List.of(all) : matches,
        filters,
        backends,
        timeouts.request,
        timeouts.backend,
        fields.object("retry", RouteReader::retry));
  }

  private static boolean changesPrefix(Filters filters) {
    RouteSpec.Redirect redirect = filters.redirect();
    RouteSpec.Rewrite rewrite = filters.rewrite();
    RouteSpec.NewPath to =
        redirect != null ? redirect.path() : rewrite != null ? rewrite.path() : null;
    return to != null && to.prefix();
  }

  private static Timeouts timeouts(Fields fields) {
    Timeouts given =
        fields.object(
            "timeouts",
            f -> {
              Duration request = f.duration("request");
              Duration backend = f.duration("backendRequest");
              if (request != null
                  && backend != null
                  && !request.isZero()
                  && backend.compareTo(request) > 0) {
                f.error("backendRequest", "can't be longer than request");
              }
              return new Timeouts(request, backend);
            });
    return given == null ? Timeouts.NONE : given;
  }

  private static HttpRoute.HttpRetry retry(Fields fields) {
    List<String> on = new ArrayList<>(List.of("connect-failure", "refused-stream", "reset"));
    on.addAll(fields.strings("codes"));
    Integer attempts = fields.integer("attempts", 0, 1000);
    return new HttpRoute.HttpRetry(
        attempts == null ? 1 : attempts,
        null,
        String.join(",", on),
        null,
        null,
        fields.duration("backoff"));
  }

  private static Backend backend(Fields fields) {
    ObjectRef to = ObjectRefReader.backend(fields);
    Integer weight = fields.integer("weight", 0, 1_000_000);
    return new Backend(to, weight == null ? 1 : weight, FiltersReader.read(fields));
  }
}
