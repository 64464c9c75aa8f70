package io.outrigger.control.gatewayapi;

import io.outrigger.control.gatewayapi.RouteSpec.Filters;
import io.outrigger.control.gatewayapi.RouteSpec.Mirror;
import io.outrigger.control.gatewayapi.RouteSpec.NewPath;
import io.outrigger.control.gatewayapi.RouteSpec.Redirect;
import io.outrigger.control.gatewayapi.RouteSpec.Rewrite;
import io.outrigger.control.istio.HeaderOperations;
import io.outrigger.control.istio.HttpRoute.CorsPolicy;
import io.outrigger.control.istio.StringMatch;
import io.outrigger.control.resource.Fields;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the filters of a rule or of a backend. */
final class FiltersReader {
  private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);

  private enum Type {
    RequestHeaderModifier,
    ResponseHeaderModifier,
    RequestMirror,
    RequestRedirect,
    URLRewrite,
    ExtensionRef,
    CORS,
    ExternalAuth
  }

  private enum PathType {
    ReplaceFullPath,
    ReplacePrefixMatch
  }

  private enum Scheme {
    http,
    https
  }

  private HeaderOperations.Operations request = HeaderOperations.Operations.NONE;
  private HeaderOperations.Operations response = HeaderOperations.Operations.NONE;
  private @Nullable Redirect redirect;
  private @Nullable Rewrite rewrite;
  private @Nullable CorsPolicy cors;
  private final List<Mirror> mirrors = new ArrayList<>();
  private final List<String> unsupported = new ArrayList<>();

  private FiltersReader() {}

  static Filters read(Fields parent) {
    if (!parent.has("filters")) {
      return Filters.NONE;
    }
    FiltersReader reader = new FiltersReader();
    parent.objects("filters", reader::one);
    if (reader.redirect != null && reader.rewrite != null) {
      parent.error("filters", "can't have both RequestRedirect and URLRewrite");
    }
    return new Filters(
        new HeaderOperations(reader.request, reader.response),
        reader.redirect,
        reader.rewrite,
        List.copyOf(reader.mirrors),
        reader.cors,
        List.copyOf(reader.unsupported));
  }

  private Fields one(Fields fields) {
    if (!fields.has("type")) {
      fields.error("type", "must be given");
      return fields;
    }
    switch (fields.oneOf("type", Type.class, Type.ExtensionRef)) {
      case RequestHeaderModifier -> request = of(fields, "requestHeaderModifier", request);
      case ResponseHeaderModifier -> response = of(fields, "responseHeaderModifier", response);
      case RequestMirror -> {
        Mirror mirror = given(fields, "requestMirror", FiltersReader::mirror);
        if (mirror != null) {
          mirrors.add(mirror);
        }
      }
      case RequestRedirect -> redirect = given(fields, "requestRedirect", FiltersReader::redirect);
      case URLRewrite -> rewrite = given(fields, "urlRewrite", FiltersReader::rewrite);
      case CORS -> cors = given(fields, "cors", FiltersReader::cors);
      case ExtensionRef -> {
        fields.skip("extensionRef");
        lacking(fields, "ExtensionRef");
      }
      case ExternalAuth -> {
        fields.skip("externalAuth");
        lacking(fields, "ExternalAuth");
      }
    }
    return fields;
  }

  private void lacking(Fields fields, String type) {
    fields.warning("type", "filters of type " + type + " aren't supported: the route isn't used");
    unsupported.add("filters of type " + type + " aren't supported");
  }

  private static <T> @Nullable T given(
      Fields fields, String name, java.util.function.Function<Fields, T> reader) {
    if (!fields.has(name)) {
      fields.error(name, "must be given for this type");
    }
    return fields.object(name, reader);
  }

  private static HeaderOperations.Operations of(
      Fields fields, String name, HeaderOperations.Operations otherwise) {
    HeaderOperations.Operations read =
        given(
            fields,
            name,
            f -> {
              List<String> remove = f.strings("remove");
              HeaderOperations.Operations out =
                  new HeaderOperations.Operations(pairs(f, "set"), pairs(f, "add"), remove);
              for (String header : remove) {
                check(f, "remove", header, false);
              }
              out.add().keySet().forEach(header -> check(f, "add", header, false));
              out.set().keySet().forEach(header -> check(f, "set", header, true));
              return out;
            });
    return read == null ? otherwise : read;
  }

  // Envoy refuses changes to pseudo headers, and to the host all but to set it
  private static void check(Fields fields, String where, String header, boolean host) {
    if (header.isEmpty() || header.startsWith(":") || (!host && header.equalsIgnoreCase("host"))) {
      fields.error(where, "header \"" + header + "\" can't be changed");
    }
  }

  private static Map<String, String> pairs(Fields fields, String name) {
    Map<String, String> out = new LinkedHashMap<>();
    fields.objects(
        name,
        f -> {
          String key = f.required("name");
          out.putIfAbsent(key, f.string("value", ""));
          return key;
        });
    return Collections.unmodifiableMap(out);
  }

  private static Mirror mirror(Fields fields) {
    ObjectRef to = fields.object("backendRef", ObjectRefReader::backend);
    if (to == null) {
      fields.error("backendRef", "must be given");
    }
    Integer percent = fields.integer("percent", 0, 100);
    Double fraction =
        fields.object(
            "fraction",
            f -> {
              Integer numerator = f.integer("numerator", 0, Integer.MAX_VALUE);
              Integer denominator = f.integer("denominator", 1, Integer.MAX_VALUE);
              double of = denominator == null ? 100 : denominator;
              return numerator == null ? 100.0 : Math.min(100.0, numerator * 100.0 / of);
            });
    if (percent != null && fraction != null) {
      fields.error("fraction", "can't stand beside percent");
    }
    double share = percent != null ? percent : fraction != null ? fraction : 100;
    return new Mirror(to == null ? new ObjectRef("", "", null, "", null, null) : to, share);
  }

  private static Redirect redirect(Fields fields) {
    Integer code = fields.integer("statusCode", 300, 399);
    if (code != null && !REDIRECTS.contains(code)) {
      fields.error("statusCode", "found " + code + "; must be one of 301, 302, 303, 307, 308");
    }
    return new Redirect(
        code == null ? 302 : code,
        fields.has("scheme") ? fields.oneOf("scheme", Scheme.class, Scheme.http).name() : null,
        hostname(fields),
        fields.port("port"),
        fields.object("path", FiltersReader::path));
  }

  private static Rewrite rewrite(Fields fields) {
    return new Rewrite(hostname(fields), fields.object("path", FiltersReader::path));
  }

  private static @Nullable String hostname(Fields fields) {
    String hostname = fields.string("hostname");
    if (hostname != null) {
      ObjectRefReader.hostname(fields, "hostname", hostname);
    }
    return hostname;
  }

  private static NewPath path(Fields fields) {
    PathType type = fields.oneOf("type", PathType.class, PathType.ReplaceFullPath);
    String full = fields.string("replaceFullPath");
    String prefix = fields.string("replacePrefixMatch");
    boolean replacesPrefix = type == PathType.ReplacePrefixMatch;
    String value = replacesPrefix ? prefix : full;
    if (value == null) {
      fields.error(
          replacesPrefix ? "replacePrefixMatch" : "replaceFullPath",
          "must be given for type " + type);
      return new NewPath(replacesPrefix, "/");
    }
    return new NewPath(replacesPrefix, value);
  }

  private static CorsPolicy cors(Fields fields) {
    List<StringMatch> origins = new ArrayList<>();
    for (String origin : fields.strings("allowOrigins")) {
      int star = origin.indexOf('*');
      origins.add(
          star < 0
              ? new StringMatch.Exact(origin)
              : new StringMatch.Regex(
                  GrpcRouteMatchReader.quoted(origin.substring(0, star))
                      + ".*"
                      + GrpcRouteMatchReader.quoted(origin.substring(star + 1))));
    }
    Integer age = fields.integer("maxAge", 1, Integer.MAX_VALUE);
    return new CorsPolicy(
        List.copyOf(origins),
        fields.strings("allowMethods"),
        fields.strings("allowHeaders"),
        fields.strings("exposeHeaders"),
        Duration.ofSeconds(age == null ? 5 : age),
        fields.bool("allowCredentials"),
        CorsPolicy.UnmatchedPreflights.IGNORE);
  }
}
