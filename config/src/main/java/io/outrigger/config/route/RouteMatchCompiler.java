package io.outrigger.config.route;

import com.google.protobuf.BoolValue;
import io.outrigger.config.compile.Problems;
import io.outrigger.config.match.HeaderMatcherCompiler;
import io.outrigger.config.match.PathMatcherCompiler;
import io.outrigger.config.match.QueryParameterMatcherCompiler;
import io.outrigger.config.match.RuntimeFractionCompiler;
import io.outrigger.config.metadata.MetadataMatcherCompiler;
import org.jspecify.annotations.Nullable;

/** Compiles RouteMatch messages. */
public final class RouteMatchCompiler {
  private RouteMatchCompiler() {}

  public static RouteMatch compile(
      io.envoyproxy.envoy.config.route.v3.RouteMatch proto, Problems problems) {
    return new RouteMatch(
        PathMatcherCompiler.compile(proto, problems),
        HeaderMatcherCompiler.compileAll(proto.getHeadersList(), "headers", problems),
        QueryParameterMatcherCompiler.compileAll(
            proto.getQueryParametersList(), "query_parameters", problems),
        proto.hasGrpc(),
        proto.hasRuntimeFraction()
            ? RuntimeFractionCompiler.compile(proto.getRuntimeFraction())
            : null,
        certificate(proto.getTlsContext().hasPresented(), proto.getTlsContext().getPresented()),
        certificate(proto.getTlsContext().hasValidated(), proto.getTlsContext().getValidated()),
        MetadataMatcherCompiler.compileAll(
            proto.getDynamicMetadataList(), "dynamic_metadata", problems),
        FilterStateMatcher.compileAll(proto.getFilterStateList(), "filter_state", problems));
  }

  private static @Nullable Boolean certificate(boolean has, BoolValue value) {
    return has ? value.getValue() : null;
  }
}
