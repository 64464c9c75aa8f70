package io.outrigger.config.filter;

import io.outrigger.config.compile.Problems;
import io.outrigger.config.rbac.RbacRulesCompiler;

/** Compiles the RBAC messages of the HTTP filter and of routes. */
final class RbacCompiler {
  private RbacCompiler() {}

  static RbacConfig compile(
      io.envoyproxy.envoy.extensions.filters.http.rbac.v3.RBAC proto, Problems problems) {
    return new RbacConfig(
        RbacRulesCompiler.either(
            proto.hasRules() ? proto.getRules() : null,
            proto.hasMatcher() ? proto.getMatcher() : null,
            "",
            true,
            problems),
        RbacRulesCompiler.either(
            proto.hasShadowRules() ? proto.getShadowRules() : null,
            proto.hasShadowMatcher() ? proto.getShadowMatcher() : null,
            "shadow_",
            true,
            problems),
        proto.getRulesStatPrefix(),
        proto.getShadowRulesStatPrefix(),
        proto.getTrackPerRuleStats());
  }
}
