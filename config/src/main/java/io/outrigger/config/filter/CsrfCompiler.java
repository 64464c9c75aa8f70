package io.outrigger.config.filter;

import io.envoyproxy.envoy.extensions.filters.http.csrf.v3.CsrfPolicy;
import io.outrigger.config.compile.Problems;
import io.outrigger.config.match.RuntimeFractionCompiler;
import io.outrigger.config.match.StringMatcher;
import io.outrigger.config.match.StringMatcherCompiler;
import java.util.ArrayList;
import java.util.List;

/** Compiles CsrfPolicy messages, of the chain and of routes. */
final class CsrfCompiler {
  private CsrfCompiler() {}

  static CsrfConfig compile(CsrfPolicy proto, Problems problems) {
    if (!proto.hasFilterEnabled()) {
      problems.error("filter_enabled", "is required");
    }
    List<StringMatcher> origins = new ArrayList<>();
    for (int i = 0; i < proto.getAdditionalOriginsCount(); i++) {
      origins.add(
          StringMatcherCompiler.compile(
              proto.getAdditionalOrigins(i), problems.at("additional_origins", i)));
    }
    return new CsrfConfig(
        RuntimeFractionCompiler.compile(proto.getFilterEnabled()),
        proto.hasShadowEnabled() ? RuntimeFractionCompiler.compile(proto.getShadowEnabled()) : null,
        origins);
  }
}
