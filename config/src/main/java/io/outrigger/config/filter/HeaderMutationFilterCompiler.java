package io.outrigger.config.filter;

import io.envoyproxy.envoy.config.common.mutation_rules.v3.HeaderMutation;
import io.envoyproxy.envoy.extensions.filters.http.header_mutation.v3.Mutations;
import io.outrigger.config.compile.Problems;
import io.outrigger.config.http.HeaderName;
import io.outrigger.config.route.HeaderMutations;
import io.outrigger.config.route.HeaderMutationsCompiler;
import java.util.ArrayList;
import java.util.List;

/** Compiles the header_mutation filter's messages. */
final class HeaderMutationFilterCompiler {
  private HeaderMutationFilterCompiler() {}

  static HeaderMutationConfig compile(
      Mutations proto, boolean mostSpecificWins, Problems problems) {
    if (proto.getQueryParameterMutationsCount() > 0) {
      problems.unsupported("query_parameter_mutations");
    }
    return new HeaderMutationConfig(
        mutations(proto.getRequestMutationsList(), "request_mutations", problems),
        mutations(proto.getResponseMutationsList(), "response_mutations", problems),
        mostSpecificWins,
        null);
  }

  private static HeaderMutations mutations(
      List<HeaderMutation> protos, String field, Problems problems) {
    List<io.outrigger.config.route.HeaderMutation> steps = new ArrayList<>(protos.size());
    for (int i = 0; i < protos.size(); i++) {
      HeaderMutation proto = protos.get(i);
      Problems here = problems.at(field, i);
      switch (proto.getActionCase()) {
        case REMOVE ->
            steps.add(
                new io.outrigger.config.route.HeaderMutation.Remove(
                    HeaderName.of(proto.getRemove())));
        case APPEND -> steps.add(HeaderMutationsCompiler.put(proto.getAppend(), here.at("append")));
        default -> here.error("one of remove or append is required");
      }
    }
    return new HeaderMutations(steps);
  }
}
