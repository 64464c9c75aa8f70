package io.outrigger.control.gatewayapi;

import io.outrigger.control.istio.HttpMatch;
import io.outrigger.control.istio.StringMatch;
import io.outrigger.control.istio.StringMatchReader;
import io.outrigger.control.resource.Fields;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads one match of a GRPCRoute's rule: a method is a path of two segments. */
final class GrpcRouteMatchReader {
  private enum Type {
    Exact,
    RegularExpression
  }

  private GrpcRouteMatchReader() {}

  static HttpMatch read(Fields fields) {
    StringMatch path = fields.object("method", GrpcRouteMatchReader::method);
    return MatchOf.of(path, null, HttpRouteMatchReader.values(fields, "headers", true), Map.of());
  }

  private static StringMatch method(Fields fields) {
    Type type = fields.oneOf("type", Type.class, Type.Exact);
    String service = fields.string("service");
    String method = fields.string("method");
    if (service == null && method == null) {
      fields.error("", "must have service, method or both");
    }
    if (type == Type.RegularExpression) {
      String regex = "/" + part(service) + "/" + part(method);
      StringMatchReader.checkRegex(fields, service == null ? "method" : "service", regex);
      return new StringMatch.Regex(regex);
    }
    if (service != null && method != null) {
      return new StringMatch.Exact("/" + service + "/" + method);
    }
    return service != null
        ? new StringMatch.Prefix("/" + service + "/")
        : new StringMatch.Regex("/[^/]+/" + quoted(method == null ? "" : method));
  }

  private static String part(@Nullable String regex) {
    return regex == null ? "[^/]+" : "(?:" + regex + ")";
  }

  /** The text as an expression of its own: names of methods have no other special sign. */
  static String quoted(String text) {
    StringBuilder out = new StringBuilder(text.length() + 8);
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if ("\\.+*?()|[]{}^$".indexOf(c) >= 0) {
        out.append('\\');
      }
      out.append(c);
    }
    return out.toString();
  }
}
