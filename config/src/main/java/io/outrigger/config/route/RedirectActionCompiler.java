package io.outrigger.config.route;

import io.outrigger.config.compile.Problems;
import io.outrigger.config.http.HeaderText;
import io.outrigger.config.match.RegexCompiler;
import org.jspecify.annotations.Nullable;

/** Compiles RedirectAction messages. */
final class RedirectActionCompiler {
  private RedirectActionCompiler() {}

  static RedirectAction compile(
      io.envoyproxy.envoy.config.route.v3.RedirectAction proto, Problems problems) {
    String scheme = proto.getHttpsRedirect() ? "https" : proto.getSchemeRedirect();
    return new RedirectAction(
        switch (proto.getResponseCode()) {
          case FOUND -> 302;
          case SEE_OTHER -> 303;
          case TEMPORARY_REDIRECT -> 307;
          case PERMANENT_REDIRECT -> 308;
          case MOVED_PERMANENTLY, UNRECOGNIZED -> 301;
        },
        scheme,
        HeaderText.of(proto.getHostRedirect()),
        proto.getPortRedirect(),
        HeaderText.of(proto.getPathRedirect()),
        pathRewrite(proto, problems),
        proto.getStripQuery());
  }

  private static Rewrite.@Nullable PathRewrite pathRewrite(
      io.envoyproxy.envoy.config.route.v3.RedirectAction proto, Problems problems) {
    return switch (proto.getPathRewriteSpecifierCase()) {
      case PREFIX_REWRITE -> new Rewrite.PrefixRewrite(HeaderText.of(proto.getPrefixRewrite()));
      case REGEX_REWRITE ->
          new Rewrite.RegexRewrite(
              RegexCompiler.compile(proto.getRegexRewrite(), problems.at("regex_rewrite")));
      case PATH_REDIRECT, PATHREWRITESPECIFIER_NOT_SET -> null;
    };
  }
}
