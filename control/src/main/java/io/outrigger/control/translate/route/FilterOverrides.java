package io.outrigger.control.translate.route;

import io.envoyproxy.envoy.config.core.v3.RuntimeFractionalPercent;
import io.envoyproxy.envoy.config.route.v3.Route;
import io.envoyproxy.envoy.extensions.filters.common.fault.v3.FaultDelay;
import io.envoyproxy.envoy.extensions.filters.http.cors.v3.CorsPolicy;
import io.envoyproxy.envoy.extensions.filters.http.fault.v3.FaultAbort;
import io.envoyproxy.envoy.extensions.filters.http.fault.v3.HTTPFault;
import io.outrigger.control.istio.HttpRoute;
import io.outrigger.control.translate.Values;

/** Makes a route's own settings of the fault and CORS filters. */
final class FilterOverrides {
  static final String FAULT = "envoy.filters.http.fault";
  static final String CORS = "envoy.filters.http.cors";

  private FilterOverrides() {}

  static void apply(Route.Builder out, HttpRoute rule) {
    if (rule.fault() != null) {
      out.putTypedPerFilterConfig(
          FAULT, Values.any("extensions.filters.http.fault.v3.HTTPFault", fault(rule.fault())));
    }
    if (rule.corsPolicy() != null) {
      out.putTypedPerFilterConfig(
          CORS, Values.any("extensions.filters.http.cors.v3.CorsPolicy", cors(rule.corsPolicy())));
    }
  }

  static RuntimeFractionalPercent fraction(double percent) {
    return RuntimeFractionalPercent.newBuilder().setDefaultValue(Values.percent(percent)).build();
  }

  private static HTTPFault fault(HttpRoute.HttpFault fault) {
    HTTPFault.Builder out = HTTPFault.newBuilder();
    if (fault.delay() != null) {
      out.setDelay(
          FaultDelay.newBuilder()
              .setFixedDelay(Values.duration(fault.delay().fixedDelay()))
              .setPercentage(Values.percent(fault.delay().percentage())));
    }
    if (fault.abort() != null) {
      FaultAbort.Builder abort =
          FaultAbort.newBuilder().setPercentage(Values.percent(fault.abort().percentage()));
      if (fault.abort().httpStatus() != null) {
        abort.setHttpStatus(fault.abort().httpStatus());
      } else if (fault.abort().grpcStatus() != null) {
        abort.setGrpcStatus(fault.abort().grpcStatus());
      }
      out.setAbort(abort);
    }
    return out.build();
  }

  private static CorsPolicy cors(HttpRoute.CorsPolicy cors) {
    CorsPolicy.Builder out =
        CorsPolicy.newBuilder()
            .setAllowMethods(String.join(",", cors.allowMethods()))
            .setAllowHeaders(String.join(",", cors.allowHeaders()))
            .setExposeHeaders(String.join(",", cors.exposeHeaders()))
            .setFilterEnabled(fraction(100));
    cors.allowOrigins()
        .forEach(origin -> out.addAllowOriginStringMatch(MatchTranslator.string(origin)));
    if (cors.maxAge() != null) {
      out.setMaxAge(Long.toString(cors.maxAge().toSeconds()));
    }
    if (cors.allowCredentials() != null) {
      out.setAllowCredentials(Values.bool(cors.allowCredentials()));
    }
    switch (cors.unmatchedPreflights()) {
      case UNSPECIFIED -> {}
      case FORWARD -> out.setForwardNotMatchingPreflights(Values.bool(true));
      case IGNORE -> out.setForwardNotMatchingPreflights(Values.bool(false));
    }
    return out.build();
  }
}
