package io.outrigger.config.route;

import io.envoyproxy.envoy.config.route.v3.RouteAction;
import io.outrigger.config.compile.Problems;
import io.outrigger.config.http.HeaderName;
import io.outrigger.config.match.HeaderNames;
import io.outrigger.config.match.RegexCompiler;
import org.jspecify.annotations.Nullable;

/** Compiles a route action's path and host rewrites. */
final class RewriteCompiler {
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
      problems.unsupported("path_rewrite_policy");
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
    return new Rewrite.PrefixRewrite(proto.getPrefixRewrite());
  }

  private static Rewrite.@Nullable HostRewrite host(RouteAction proto, Problems problems) {
    return switch (proto.getHostRewriteSpecifierCase()) {
      case HOST_REWRITE_LITERAL -> {
        HeaderNames.checkValue(proto.getHostRewriteLiteral(), problems.at("host_rewrite_literal"));
        yield new Rewrite.LiteralHost(proto.getHostRewriteLiteral());
      }
      case AUTO_HOST_REWRITE ->
          proto.getAutoHostRewrite().getValue() ? new Rewrite.AutoHost() : null;
      case HOST_REWRITE_HEADER ->
          new Rewrite.HeaderHost(HeaderName.of(proto.getHostRewriteHeader()));
      case HOST_REWRITE_PATH_REGEX ->
          new Rewrite.PathRegexHost(
              RegexCompiler.compile(
                  proto.getHostRewritePathRegex(), problems.at("host_rewrite_path_regex")));
      case HOSTREWRITESPECIFIER_NOT_SET -> null;
    };
  }
}
