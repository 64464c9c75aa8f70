package io.outrigger.config.hcm;

import io.envoyproxy.envoy.config.core.v3.TypedExtensionConfig;
import io.envoyproxy.envoy.extensions.http.early_header_mutation.header_mutation.v3.HeaderMutation;
import io.outrigger.config.compile.Problems;
import io.outrigger.config.compile.TypedExtension;
import io.outrigger.config.route.HeaderMutations;
import io.outrigger.config.route.HeaderMutationsCompiler;
import java.util.List;

/** Compiles early_header_mutation_extensions: all of them are one list of changes. */
final class EarlyMutationCompiler {
  private static final String TYPE =
      "envoy.extensions.http.early_header_mutation.header_mutation.v3.HeaderMutation";

  private EarlyMutationCompiler() {}

  static HeaderMutations compile(List<TypedExtensionConfig> protos, Problems problems) {
    HeaderMutations all = HeaderMutations.NONE;
    for (int i = 0; i < protos.size(); i++) {
      Problems here = problems.at("early_header_mutation_extensions", i).at("typed_config");
      TypedExtension extension = TypedExtension.of(protos.get(i).getTypedConfig(), here);
      if (!extension.type().equals(TYPE)) {
        here.error("'" + extension.type() + "' is not supported; " + TYPE + " is");
        continue;
      }
      HeaderMutation proto = extension.parse(HeaderMutation.parser(), here);
      if (proto != null) {
        all =
            all.then(
                HeaderMutationsCompiler.compileSteps(proto.getMutationsList(), "mutations", here));
      }
    }
    return all;
  }
}
