package io.outrigger.config.route;

import io.envoyproxy.envoy.config.core.v3.TypedExtensionConfig;
import io.envoyproxy.envoy.config.route.v3.RouteAction;
import io.envoyproxy.envoy.extensions.path.rewrite.uri_template.v3.UriTemplateRewriteConfig;
import io.outrigger.config.compile.Problems;
import io.outrigger.config.compile.TypedExtension;
import io.outrigger.config.http.HeaderName;
import io.outrigger.config.http.HeaderText;
import io.outrigger.config.match.HeaderNames;
import io.outrigger.config.match.PathMatcher;
import io.outrigger.config.match.RegexCompiler;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Compiles a route action's path and host rewrites. */
final class RewriteCompiler {
  private static final String TEMPLATE =
      "envoy.extensions.path.rewrite.uri_template.v3.UriTemplateRewriteConfig";

  private RewriteCompiler() {}

  static Rewrite compile(RouteAction proto, Problems problems) {
    Rewrite.PathRewrite path = path(proto, problems);
    Rewrite.HostRewrite host = host(proto, problems);
    if (path == null && host == null && !proto.getAppendXForwardedHost()) {
      return Rewrite.NONE;
    }
    return new Rewrite(path, host, proto.getAppendXForwardedHost());
  }

  private static Rewrite.@Nullable PathRewrite path(RouteAction proto, Problems problems) {
    if (proto.hasPathRewritePolicy()) {
      return template(proto.getPathRewritePolicy(), problems.at("path_rewrite_policy"));
    }
    if (!proto.getPrefixRewrite().isEmpty() && proto.hasRegexRewrite()) {
      problems.error("Cannot specify both prefix_rewrite and regex_rewrite");
    }
    if (proto.hasRegexRewrite()) {
      return new Rewrite.RegexRewrite(
          RegexCompiler.compile(proto.getRegexRewrite(), problems.at("regex_rewrite")));
    }
    if (proto.getPrefixRewrite().isEmpty()) {
      return null;
    }
    HeaderNames.checkValue(proto.getPrefixRewrite(), problems.at("prefix_rewrite"));
    return new Rewrite.PrefixRewrite(HeaderText.of(proto.getPrefixRewrite()));
  }

  private static Rewrite.@Nullable PathRewrite template(
      TypedExtensionConfig proto, Problems problems) {
    Problems here = problems.at("typed_config");
    TypedExtension extension = TypedExtension.of(proto.getTypedConfig(), here);
    if (!extension.type().equals(TEMPLATE)) {
      here.error("'" + extension.type() + "' is not supported; " + TEMPLATE + " is");
      return null;
    }
    UriTemplateRewriteConfig config = extension.parse(UriTemplateRewriteConfig.parser(), here);
    if (config == null) {
      return null;
    }
    String text = config.getPathTemplateRewrite();
    List<String> literals = new ArrayList<>();
    List<String> variables = new ArrayList<>();
    int at = 0;
    for (int open = text.indexOf('{'); open >= 0; open = text.indexOf('{', at)) {
      int close = text.indexOf('}', open);
      if (close < 0) {
        here.error("path_template_rewrite", "'" + text + "' has a { without a }");
        return null;
      }
      literals.add(text.substring(at, open));
      variables.add(text.substring(open + 1, close));
      at = close + 1;
    }
    literals.add(text.substring(at));
    if (!text.startsWith("/")) {
      here.error("path_template_rewrite", "'" + text + "' does not begin with a slash");
    }
    return new Rewrite.TemplateRewrite(literals, variables);
  }

  /** What a rewrite by template asks of the route's match. */
  static void check(Rewrite rewrite, PathMatcher path, Problems problems) {
    if (rewrite.path() instanceof Rewrite.TemplateRewrite template) {
      Problems here = problems.at("path_rewrite_policy");
      if (!(path instanceof PathMatcher.Template match)) {
        here.error("needs a path_match_policy in the route's match");
      } else if (!match.template().variables().containsAll(template.variables())) {
        here.error(
            "mismatch between variables in path_match_policy "
                + match.template()
                + " and path_rewrite_policy");
      }
    }
  }

  private static Rewrite.@Nullable HostRewrite host(RouteAction proto, Problems problems) {
    return switch (proto.getHostRewriteSpecifierCase()) {
      case HOST_REWRITE_LITERAL -> {
        HeaderNames.checkValue(proto.getHostRewriteLiteral(), problems.at("host_rewrite_literal"));
        yield new Rewrite.LiteralHost(HeaderText.of(proto.getHostRewriteLiteral()));
      }
      case AUTO_HOST_REWRITE ->
          proto.getAutoHostRewrite().getValue() ? new Rewrite.AutoHost() : null;
      case HOST_REWRITE_HEADER ->
          new Rewrite.HeaderHost(HeaderName.of(proto.getHostRewriteHeader()).inRequests());
      case HOST_REWRITE_PATH_REGEX ->
          new Rewrite.PathRegexHost(
              RegexCompiler.compile(
                  proto.getHostRewritePathRegex(), problems.at("host_rewrite_path_regex")));
      case HOSTREWRITESPECIFIER_NOT_SET -> null;
    };
  }
}
