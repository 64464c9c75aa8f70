package io.outrigger.config.filter;

import io.outrigger.config.compile.Problems;
import io.outrigger.config.rbac.RbacRulesCompiler;

/** Compiles the RBAC messages of the HTTP filter and of routes. */
final class RbacCompiler {
  private RbacCompiler() {}

  static RbacConfig compile(
      io.envoyproxy.envoy.extensions.filters.http.rbac.v3.RBAC proto, Problems problems) {
    if (proto.hasMatcher()) {
      problems.unsupported("matcher");
    }
    if (proto.hasShadowMatcher()) {
      problems.unsupported("shadow_matcher");
    }
    return new RbacConfig(
        proto.hasRules()
            ? RbacRulesCompiler.compile(proto.getRules(), true, problems.at("rules"))
            : null,
        proto.hasShadowRules()
            ? RbacRulesCompiler.compile(proto.getShadowRules(), true, problems.at("shadow_rules"))
            : null,
        proto.getRulesStatPrefix(),
        proto.getShadowRulesStatPrefix(),
        proto.getTrackPerRuleStats());
  }
}
