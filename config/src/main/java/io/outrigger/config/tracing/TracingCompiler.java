package io.outrigger.config.tracing;

import io.envoyproxy.envoy.config.route.v3.Tracing;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.envoyproxy.envoy.type.v3.FractionalPercent;
import io.envoyproxy.envoy.type.v3.Percent;
import io.outrigger.config.compile.Problems;
import io.outrigger.config.match.RuntimeFraction;
import io.outrigger.config.match.RuntimeFractionCompiler;

/** Compiles the tracing of connection managers and of routes. */
public final class TracingCompiler {
  private static final String CLIENT = "tracing.client_enabled";
  private static final String RANDOM = "tracing.random_sampling";
  private static final String OVERALL = "tracing.global_enabled";
  private static final int DEFAULT_MAX_PATH_TAG_LENGTH = 256;

  private TracingCompiler() {}

  public static TracingConfig compile(HttpConnectionManager.Tracing proto, Problems problems) {
    return new TracingConfig(
        new Sampling(
            percent(proto.hasClientSampling(), proto.getClientSampling(), 100, CLIENT),
            percent(proto.hasRandomSampling(), proto.getRandomSampling(), 10_000, RANDOM),
            percent(proto.hasOverallSampling(), proto.getOverallSampling(), 100, OVERALL)),
        proto.getVerbose(),
        proto.hasMaxPathTagLength()
            ? Math.max(0, proto.getMaxPathTagLength().getValue())
            : DEFAULT_MAX_PATH_TAG_LENGTH,
        CustomTagCompiler.compile(proto.getCustomTagsList(), problems),
        proto.getSpawnUpstreamSpan().getValue(),
        proto.hasProvider()
            ? TracerCompiler.compile(proto.getProvider(), problems.at("provider"))
            : null);
  }

  public static RouteTracing compile(Tracing proto, Problems problems) {
    return new RouteTracing(
        new Sampling(
            fraction(proto.hasClientSampling(), proto.getClientSampling(), CLIENT),
            fraction(proto.hasRandomSampling(), proto.getRandomSampling(), RANDOM),
            fraction(proto.hasOverallSampling(), proto.getOverallSampling(), OVERALL)),
        CustomTagCompiler.compile(proto.getCustomTagsList(), problems));
  }

  /** As in Envoy, the client's and the overall share are whole percents; the rest is cut off. */
  private static RuntimeFraction percent(
      boolean has, Percent proto, int denominator, String runtimeKey) {
    int numerator = denominator;
    if (has) {
      double exact = proto.getValue() * denominator / 100;
      numerator = (int) (denominator == 100 ? exact : Math.round(exact));
    }
    return new RuntimeFraction(numerator, denominator, runtimeKey);
  }

  private static RuntimeFraction fraction(boolean has, FractionalPercent proto, String runtimeKey) {
    return has
        ? RuntimeFractionCompiler.compile(proto, runtimeKey)
        : new RuntimeFraction(100, 100, runtimeKey);
  }
}
