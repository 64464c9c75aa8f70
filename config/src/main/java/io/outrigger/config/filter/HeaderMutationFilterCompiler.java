package io.outrigger.config.filter;

import io.envoyproxy.envoy.extensions.filters.http.header_mutation.v3.Mutations;
import io.outrigger.config.compile.Problems;
import io.outrigger.config.route.HeaderMutationsCompiler;

/** Compiles the header_mutation filter's messages. */
final class HeaderMutationFilterCompiler {
  private HeaderMutationFilterCompiler() {}

  static HeaderMutationConfig compile(
      Mutations proto, boolean mostSpecificWins, Problems problems) {
    if (proto.getQueryParameterMutationsCount() > 0) {
      problems.unsupported("query_parameter_mutations");
    }
    return new HeaderMutationConfig(
        HeaderMutationsCompiler.compileSteps(
            proto.getRequestMutationsList(), "request_mutations", problems),
        HeaderMutationsCompiler.compileSteps(
            proto.getResponseMutationsList(), "response_mutations", problems),
        mostSpecificWins,
        null);
  }
}
