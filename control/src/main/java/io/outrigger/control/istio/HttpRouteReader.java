package io.outrigger.control.istio;

import io.outrigger.control.istio.HttpRoute.CorsPolicy;
import io.outrigger.control.istio.HttpRoute.DirectResponse;
import io.outrigger.control.istio.HttpRoute.HttpMirror;
import io.outrigger.control.istio.HttpRoute.HttpRedirect;
import io.outrigger.control.istio.HttpRoute.HttpRetry;
import io.outrigger.control.istio.HttpRoute.HttpRewrite;
import io.outrigger.control.istio.HttpRoute.RegexRewrite;
import io.outrigger.control.istio.HttpRoute.WeightedDestination;
import io.outrigger.control.resource.Fields;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads one rule of a VirtualService's http list. */
final class HttpRouteReader {
  private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);
  private static final List<String> DERIVED_PORTS =
      List.of("FROM_PROTOCOL_DEFAULT", "FROM_REQUEST_PORT");

  private HttpRouteReader() {}

  static HttpRoute read(Fields fields) {
    fields.unsupported("delegate");
    List<WeightedDestination> route = DestinationReader.routes(fields, true);
    HttpRedirect redirect = fields.object("redirect", HttpRouteReader::redirect);
    DirectResponse direct = fields.object("directResponse", HttpRouteReader::direct);
    HttpRewrite rewrite = fields.object("rewrite", HttpRouteReader::rewrite);
    int actions = (route.isEmpty() ? 0 : 1) + (redirect == null ? 0 : 1) + (direct == null ? 0 : 1);
    if (actions != 1 && !fields.has("delegate")) {
      fields.error("", "must have one of route, redirect and directResponse, has " + actions);
    }
    if (rewrite != null && route.isEmpty()) {
      fields.error("rewrite", "is allowed only beside route");
    }
    return new HttpRoute(
        fields.string("name"),
        fields.objects("match", HttpMatchReader::read),
        route,
        redirect,
        direct,
        rewrite,
        fields.duration("timeout"),
        retries(fields, "retries"),
        HttpFaultReader.fault(fields),
        mirrors(fields),
        fields.object("corsPolicy", HttpRouteReader::cors),
        DestinationReader.headers(fields),
        null);
  }

  private static HttpRedirect redirect(Fields fields) {
    Integer code = fields.integer("redirectCode", 300, 399);
    if (code != null && !REDIRECTS.contains(code)) {
      fields.error("redirectCode", "found " + code + "; must be one of 301, 302, 303, 307, 308");
    }
    String derive = fields.oneOf("derivePort", DERIVED_PORTS);
    Integer port = fields.port("port");
    if (fields.choice("port", "derivePort") > 1) {
      fields.error("port", "can't stand beside derivePort");
    }
    return new HttpRedirect(
        code == null ? 301 : code,
        fields.string("scheme"),
        fields.string("authority"),
        port,
        fields.string("uri"),
        null,
        "FROM_PROTOCOL_DEFAULT".equals(derive));
  }

  private static DirectResponse direct(Fields fields) {
    fields.given("status", "must be given");
    Integer status = fields.integer("status", 200, 599);
    String body =
        fields.object(
            "body",
            f -> {
              String text = f.string("string");
              String bytes = f.string("bytes");
              if (f.choice("string", "bytes") != 1) {
                f.error("", "must have one of string and bytes");
              }
              return text != null ? text : decoded(f, bytes);
            });
    return new DirectResponse(status == null ? 200 : status, body);
  }

  private static String decoded(Fields fields, @Nullable String base64) {
    if (base64 == null) {
      return "";
    }
    try {
      return new String(
          java.util.Base64.getDecoder().decode(base64), java.nio.charset.StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      fields.error("bytes", "must be base64");
      return "";
    }
  }

  private static HttpRewrite rewrite(Fields fields) {
    String uri = fields.string("uri");
    RegexRewrite regex =
        fields.object(
            "uriRegexRewrite",
            f -> {
              String match = f.required("match");
              StringMatchReader.checkRegex(f, "match", match);
              return new RegexRewrite(match, f.string("rewrite", ""));
            });
    if (fields.choice("uri", "uriRegexRewrite") > 1) {
      fields.error("", "can't have both uri and uriRegexRewrite");
    }
    return new HttpRewrite(uri, fields.string("authority"), regex);
  }

  /** A retry policy; shared with the mesh's default. */
  static @Nullable HttpRetry retries(Fields parent, String name) {
    return parent.object(
        name,
        fields -> {
          Integer attempts = fields.integer("attempts", 0, 1000);
          HttpRetry retry =
              new HttpRetry(
                  attempts == null ? 0 : attempts,
                  fields.duration("perTryTimeout"),
                  fields.string("retryOn"),
                  fields.bool("retryRemoteLocalities"),
                  fields.bool("retryIgnorePreviousHosts"),
                  fields.duration("backoff"));
          RetryOn.check(fields, retry.retryOn());
          if (attempts == null && fields.has("perTryTimeout")) {
            fields.error("attempts", "must be given when perTryTimeout is");
          }
          return retry;
        });
  }

  private static List<HttpMirror> mirrors(Fields fields) {
    List<HttpMirror> out = new ArrayList<>();
    Destination single = fields.object("mirror", DestinationReader::read);
    Double percent = HttpFaultReader.percentage(fields, "mirrorPercentage");
    Integer older = fields.integer("mirror_percent", 0, 100); // which Istio's definition has, too
    Integer whole = fields.has("mirrorPercent") ? fields.integer("mirrorPercent", 0, 100) : older;
    if (single != null) {
      double share = percent != null ? percent : whole != null ? whole : 100;
      out.add(new HttpMirror(single, share));
    }
    out.addAll(
        fields.objects(
            "mirrors",
            f -> {
              f.given("destination", "must be given");
              Destination to = f.object("destination", DestinationReader::read);
              Double share = HttpFaultReader.percentage(f, "percentage");
              return new HttpMirror(
                  to == null ? new Destination("", null, null) : to, share == null ? 100 : share);
            }));
    if (single != null && out.size() > 1) {
      fields.error("mirrors", "can't stand beside mirror");
    }
    return List.copyOf(out);
  }

  private static CorsPolicy cors(Fields fields) {
    List<StringMatch> origins =
        new ArrayList<>(fields.objects("allowOrigins", StringMatchReader::read));
    fields.strings("allowOrigin").forEach(origin -> origins.add(new StringMatch.Exact(origin)));
    return new CorsPolicy(
        List.copyOf(origins),
        fields.strings("allowMethods"),
        fields.strings("allowHeaders"),
        fields.strings("exposeHeaders"),
        fields.duration("maxAge"),
        fields.bool("allowCredentials"),
        fields.oneOf(
            "unmatchedPreflights",
            CorsPolicy.UnmatchedPreflights.class,
            CorsPolicy.UnmatchedPreflights.UNSPECIFIED));
  }
}
