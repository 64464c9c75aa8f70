package io.outrigger.config.filter;

import com.google.protobuf.BoolValue;
import io.envoyproxy.envoy.config.core.v3.RuntimeFractionalPercent;
import io.outrigger.config.compile.Problems;
import io.outrigger.config.http.HeaderText;
import io.outrigger.config.match.RuntimeFraction;
import io.outrigger.config.match.RuntimeFractionCompiler;
import io.outrigger.config.match.StringMatcher;
import io.outrigger.config.match.StringMatcherCompiler;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Compiles CORS policies: the filter's message, and the older one of routes and virtual hosts. */
public final class CorsPolicyCompiler {
  private CorsPolicyCompiler() {}

  static CorsPolicy compile(
      io.envoyproxy.envoy.extensions.filters.http.cors.v3.CorsPolicy proto, Problems problems) {
    return new CorsPolicy(
        origins(proto.getAllowOriginStringMatchList(), problems),
        HeaderText.of(proto.getAllowMethods()),
        HeaderText.of(proto.getAllowHeaders()),
        HeaderText.of(proto.getExposeHeaders()),
        HeaderText.of(proto.getMaxAge()),
        bool(proto.hasAllowCredentials(), proto.getAllowCredentials()),
        fraction(proto.hasFilterEnabled(), proto.getFilterEnabled()),
        fraction(proto.hasShadowEnabled(), proto.getShadowEnabled()),
        proto.getAllowPrivateNetworkAccess().getValue(),
        !proto.hasForwardNotMatchingPreflights()
            || proto.getForwardNotMatchingPreflights().getValue());
  }

  /** The {@code cors} field of a route action or virtual host. */
  public static CorsPolicy compile(
      io.envoyproxy.envoy.config.route.v3.CorsPolicy proto, Problems problems) {
    return new CorsPolicy(
        origins(proto.getAllowOriginStringMatchList(), problems),
        HeaderText.of(proto.getAllowMethods()),
        HeaderText.of(proto.getAllowHeaders()),
        HeaderText.of(proto.getExposeHeaders()),
        HeaderText.of(proto.getMaxAge()),
        bool(proto.hasAllowCredentials(), proto.getAllowCredentials()),
        fraction(proto.hasFilterEnabled(), proto.getFilterEnabled()),
        fraction(proto.hasShadowEnabled(), proto.getShadowEnabled()),
        proto.getAllowPrivateNetworkAccess().getValue(),
        !proto.hasForwardNotMatchingPreflights()
            || proto.getForwardNotMatchingPreflights().getValue());
  }

  private static List<StringMatcher> origins(
      List<io.envoyproxy.envoy.type.matcher.v3.StringMatcher> protos, Problems problems) {
    List<StringMatcher> origins = new ArrayList<>(protos.size());
    for (int i = 0; i < protos.size(); i++) {
      origins.add(
          StringMatcherCompiler.compile(
              protos.get(i), problems.at("allow_origin_string_match", i)));
    }
    return origins;
  }

  private static @Nullable Boolean bool(boolean has, BoolValue value) {
    return has ? value.getValue() : null;
  }

  private static @Nullable RuntimeFraction fraction(boolean has, RuntimeFractionalPercent proto) {
    return has ? RuntimeFractionCompiler.compile(proto) : null;
  }
}
