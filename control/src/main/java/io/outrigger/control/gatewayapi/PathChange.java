package io.outrigger.control.gatewayapi;

import io.outrigger.control.istio.HttpRoute.RegexRewrite;
import io.outrigger.control.istio.StringMatch;
import org.jspecify.annotations.Nullable;

/**
 * How a path becomes another: by a new one in whole, a new prefix in place of the one that matched,
 * or by an expression where a plain prefix would leave two slashes or none. All null: not at all.
 */
record PathChange(@Nullable String whole, @Nullable String prefix, @Nullable RegexRewrite regex) {
  private static final PathChange NONE = new PathChange(null, null, null);

  static PathChange of(RouteSpec.@Nullable NewPath to, @Nullable StringMatch matched) {
    if (to == null) {
      return NONE;
    }
    if (!to.prefix()) {
      return new PathChange(to.value(), null, null);
    }
    String from = matched instanceof StringMatch.PathPrefix path ? path.value() : "/";
    String with = to.value();
    while (with.endsWith("/")) {
      with = with.substring(0, with.length() - 1);
    }
    if (from.equals("/")) {
      return with.isEmpty() ? NONE : new PathChange(null, null, substitution("^/", with + "/"));
    }
    return with.isEmpty()
        ? new PathChange(
            null, null, substitution("^" + GrpcRouteMatchReader.quoted(from) + "/*", "/"))
        : new PathChange(null, with, null);
  }

  /** The expression that puts a new path in place of the whole one. */
  static RegexRewrite wholePath(String with) {
    return substitution("^.*$", with);
  }

  private static RegexRewrite substitution(String regex, String with) {
    return new RegexRewrite(regex, with.replace("\\", "\\\\"));
  }
}
