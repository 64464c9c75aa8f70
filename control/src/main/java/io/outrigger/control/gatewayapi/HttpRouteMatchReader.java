package io.outrigger.control.gatewayapi;

import io.outrigger.control.istio.HttpMatch;
import io.outrigger.control.istio.StringMatch;
import io.outrigger.control.istio.StringMatchReader;
import io.outrigger.control.resource.Fields;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads one match of an HTTPRoute's rule. */
final class HttpRouteMatchReader {
  /** How a path is matched. */
  private enum PathType {
    Exact,
    PathPrefix,
    RegularExpression
  }

  /** How a value is matched. */
  private enum ValueType {
    Exact,
    RegularExpression
  }

  private enum Method {
    GET,
    HEAD,
    POST,
    PUT,
    DELETE,
    CONNECT,
    OPTIONS,
    TRACE,
    PATCH
  }

  private HttpRouteMatchReader() {}

  static HttpMatch read(Fields fields) {
    StringMatch path = fields.object("path", HttpRouteMatchReader::path);
    Method method = fields.has("method") ? fields.oneOf("method", Method.class, Method.GET) : null;
    return MatchOf.of(
        path == null ? new StringMatch.PathPrefix("/") : path,
        method == null ? null : new StringMatch.Exact(method.name()),
        values(fields, "headers", true),
        values(fields, "queryParams", false));
  }

  private static StringMatch path(Fields fields) {
    PathType type = fields.oneOf("type", PathType.class, PathType.PathPrefix);
    String value = fields.string("value", "/");
    if (type == PathType.RegularExpression) {
      StringMatchReader.checkRegex(fields, "value", value);
      return new StringMatch.Regex(value);
    }
    check(fields, value);
    return type == PathType.Exact
        ? new StringMatch.Exact(value)
        : new StringMatch.PathPrefix(trimmed(value));
  }

  private static void check(Fields fields, String path) {
    boolean wrong =
        !path.startsWith("/")
            || path.contains("//")
            || path.contains("/./")
            || path.contains("/../")
            || path.endsWith("/..")
            || path.endsWith("/.")
            || path.indexOf('#') >= 0
            || path.indexOf('?') >= 0;
    if (wrong) {
      fields.error(
          "value", "found \"" + path + "\"; must begin with / and have no //, /./, /../, ? and #");
    }
  }

  /** A slash at the end doesn't count. */
  static String trimmed(String prefix) {
    return prefix.length() > 1 && prefix.endsWith("/")
        ? prefix.substring(0, prefix.length() - 1)
        : prefix;
  }

  /** Of equal names the first one counts. */
  static Map<String, StringMatch> values(Fields fields, String name, boolean headers) {
    Map<String, StringMatch> out = new LinkedHashMap<>();
    fields.objects(
        name,
        f -> {
          String key = f.required("name");
          StringMatch match = value(f);
          out.putIfAbsent(headers ? key.toLowerCase(Locale.ROOT) : key, match);
          return key;
        });
    return Collections.unmodifiableMap(out);
  }

  private static StringMatch value(Fields fields) {
    ValueType type = fields.oneOf("type", ValueType.class, ValueType.Exact);
    @Nullable String value = fields.string("value");
    if (value == null) {
      fields.error("value", "must be given");
      return HttpMatch.PRESENT;
    }
    if (type == ValueType.RegularExpression) {
      StringMatchReader.checkRegex(fields, "value", value);
      return new StringMatch.Regex(value);
    }
    return new StringMatch.Exact(value);
  }
}
