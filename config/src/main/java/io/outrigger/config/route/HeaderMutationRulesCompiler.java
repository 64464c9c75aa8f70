package io.outrigger.config.route;

import io.outrigger.config.compile.Problems;
import io.outrigger.config.match.RegexCompiler;

/** Compiles HeaderMutationRules messages. */
public final class HeaderMutationRulesCompiler {
  private HeaderMutationRulesCompiler() {}

  public static HeaderMutationRules compile(
      io.envoyproxy.envoy.config.common.mutation_rules.v3.HeaderMutationRules proto,
      Problems problems) {
    return new HeaderMutationRules(
        proto.getAllowAllRouting().getValue(),
        proto.getAllowEnvoy().getValue(),
        proto.getDisallowSystem().getValue(),
        proto.getDisallowAll().getValue(),
        proto.getDisallowIsError().getValue(),
        proto.hasAllowExpression()
            ? RegexCompiler.compile(proto.getAllowExpression(), problems.at("allow_expression"))
            : null,
        proto.hasDisallowExpression()
            ? RegexCompiler.compile(
                proto.getDisallowExpression(), problems.at("disallow_expression"))
            : null);
  }
}
