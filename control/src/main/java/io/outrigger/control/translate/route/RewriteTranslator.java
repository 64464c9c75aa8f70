package io.outrigger.control.translate.route;

import io.envoyproxy.envoy.config.route.v3.RouteAction;
import io.envoyproxy.envoy.type.matcher.v3.RegexMatchAndSubstitute;
import io.envoyproxy.envoy.type.matcher.v3.RegexMatcher;
import io.outrigger.control.istio.HttpRoute;
import io.outrigger.control.istio.HttpRoute.HttpRewrite;
import io.outrigger.control.istio.StringMatch;
import io.outrigger.control.translate.model.RouteModel;

/** Makes changes of path and host on the way. */
final class RewriteTranslator {
  private RewriteTranslator() {}

  static void apply(RouteAction.Builder action, RouteModel.Rule model) {
    HttpRewrite rewrite = model.rule().rewrite();
    if (rewrite == null) {
      return;
    }
    HttpRoute.RegexRewrite regex = rewrite.uriRegex();
    if (regex != null) {
      action.setRegexRewrite(substitute(regex.match(), regex.rewrite()));
    } else if (rewrite.uri() != null) {
      if (model.match().uri() instanceof StringMatch.Regex) {
        // a regular expression has no prefix to replace: the whole path is
        action.setRegexRewrite(substitute("^[^?]*", rewrite.uri().replace("\\", "\\\\")));
      } else {
        action.setPrefixRewrite(rewrite.uri());
      }
    }
    if (rewrite.authority() != null) {
      action.setHostRewriteLiteral(rewrite.authority());
    }
  }

  static RegexMatchAndSubstitute substitute(String regex, String with) {
    return RegexMatchAndSubstitute.newBuilder()
        .setPattern(RegexMatcher.newBuilder().setRegex(regex))
        .setSubstitution(with)
        .build();
  }
}
