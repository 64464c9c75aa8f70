package io.outrigger.config.match;

import io.envoyproxy.envoy.config.core.v3.TypedExtensionConfig;
import io.envoyproxy.envoy.config.route.v3.RouteMatch;
import io.envoyproxy.envoy.extensions.path.match.uri_template.v3.UriTemplateMatchConfig;
import io.outrigger.config.compile.Problems;
import io.outrigger.config.compile.TypedExtension;

/** Compiles a route match's path_specifier. */
public final class PathMatcherCompiler {
  private static final String TEMPLATE =
      "envoy.extensions.path.match.uri_template.v3.UriTemplateMatchConfig";

  private PathMatcherCompiler() {}

  public static PathMatcher compile(RouteMatch proto, Problems problems) {
    boolean caseSensitive = !proto.hasCaseSensitive() || proto.getCaseSensitive().getValue();
    return switch (proto.getPathSpecifierCase()) {
      case PREFIX -> new PathMatcher.Prefix(proto.getPrefix(), caseSensitive);
      case PATH -> new PathMatcher.Exact(proto.getPath(), caseSensitive);
      case PATH_SEPARATED_PREFIX -> {
        checkSeparated(proto.getPathSeparatedPrefix(), problems.at("path_separated_prefix"));
        yield new PathMatcher.SeparatedPrefix(proto.getPathSeparatedPrefix(), caseSensitive);
      }
      case SAFE_REGEX ->
          new PathMatcher.Regex(
              RegexCompiler.compile(proto.getSafeRegex(), problems.at("safe_regex")));
      case CONNECT_MATCHER -> new PathMatcher.Connect();
      case PATH_MATCH_POLICY ->
          template(proto.getPathMatchPolicy(), problems.at("path_match_policy"));
      case PATHSPECIFIER_NOT_SET -> {
        problems.error(
            "one of prefix, path, path_separated_prefix, safe_regex or connect_matcher is"
                + " required");
        yield new PathMatcher.Connect();
      }
    };
  }

  /** The matcher of a template; {@code problems} stands at the extension. */
  public static PathMatcher template(TypedExtensionConfig proto, Problems problems) {
    Problems here = problems.at("typed_config");
    TypedExtension extension = TypedExtension.of(proto.getTypedConfig(), here);
    if (!extension.type().equals(TEMPLATE)) {
      here.error("'" + extension.type() + "' is not supported; " + TEMPLATE + " is");
      return new PathMatcher.Connect();
    }
    UriTemplateMatchConfig config = extension.parse(UriTemplateMatchConfig.parser(), here);
    if (config == null) {
      return new PathMatcher.Connect();
    }
    try {
      return new PathMatcher.Template(UriTemplate.parse(config.getPathTemplate()));
    } catch (IllegalArgumentException e) {
      here.error("path_template", "'" + config.getPathTemplate() + "' " + e.getMessage());
      return new PathMatcher.Connect();
    }
  }

  private static void checkSeparated(String prefix, Problems problems) {
    if (prefix.length() < 2
        || prefix.endsWith("/")
        || prefix.indexOf('?') >= 0
        || prefix.indexOf('#') >= 0) {
      problems.error(
          "'"
              + prefix
              + "' must have at least two characters, none of them ? or #, and no slash at its"
              + " end");
    }
  }
}
