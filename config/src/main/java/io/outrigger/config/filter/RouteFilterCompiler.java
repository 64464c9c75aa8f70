package io.outrigger.config.filter;

import com.google.protobuf.Any;
import io.envoyproxy.envoy.extensions.filters.http.bandwidth_limit.v3.BandwidthLimit;
import io.envoyproxy.envoy.extensions.filters.http.buffer.v3.BufferPerRoute;
import io.envoyproxy.envoy.extensions.filters.http.compressor.v3.CompressorPerRoute;
import io.envoyproxy.envoy.extensions.filters.http.csrf.v3.CsrfPolicy;
import io.envoyproxy.envoy.extensions.filters.http.dynamic_forward_proxy.v3.PerRouteConfig;
import io.envoyproxy.envoy.extensions.filters.http.ext_authz.v3.ExtAuthzPerRoute;
import io.envoyproxy.envoy.extensions.filters.http.ext_proc.v3.ExtProcPerRoute;
import io.envoyproxy.envoy.extensions.filters.http.fault.v3.HTTPFault;
import io.envoyproxy.envoy.extensions.filters.http.header_mutation.v3.HeaderMutationPerRoute;
import io.envoyproxy.envoy.extensions.filters.http.local_ratelimit.v3.LocalRateLimit;
import io.envoyproxy.envoy.extensions.filters.http.ratelimit.v3.RateLimitPerRoute;
import io.envoyproxy.envoy.extensions.filters.http.rbac.v3.RBACPerRoute;
import io.envoyproxy.envoy.extensions.filters.http.stateful_session.v3.StatefulSessionPerRoute;
import io.outrigger.config.compile.Problems;
import io.outrigger.config.compile.TypedExtension;
import io.outrigger.config.source.OnDemandClustersCompiler;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Compiles typed_per_filter_config maps. */
public final class RouteFilterCompiler {
  private RouteFilterCompiler() {}

  /** One level's configurations over those of the level above, by the filters' names. */
  public static Map<String, RouteFilterConfig> compile(
      Map<String, Any> protos, Map<String, RouteFilterConfig> above, Problems problems) {
    if (protos.isEmpty()) {
      return above;
    }
    Map<String, RouteFilterConfig> merged = new HashMap<>(above);
    for (Map.Entry<String, Any> entry : protos.entrySet()) {
      Problems here = problems.at("typed_per_filter_config", entry.getKey());
      RouteFilterConfig config = compile(TypedExtension.of(entry.getValue(), here), false, here);
      if (config != null) {
        merged.put(entry.getKey(), config.over(above.get(entry.getKey())));
      }
    }
    return merged;
  }

  private static @Nullable RouteFilterConfig compile(
      TypedExtension extension, boolean optional, Problems problems) {
    return switch (extension.type()) {
      case "envoy.config.route.v3.FilterConfig" -> wrapped(extension, problems);
      case "envoy.extensions.filters.http.fault.v3.HTTPFault" -> {
        HTTPFault proto = extension.parse(HTTPFault.parser(), problems);
        yield proto == null ? null : on(FaultCompiler.compile(proto, problems));
      }
      case "envoy.extensions.filters.http.bandwidth_limit.v3.BandwidthLimit" -> {
        BandwidthLimit proto = extension.parse(BandwidthLimit.parser(), problems);
        yield proto == null ? null : on(BandwidthLimitCompiler.compile(proto, true, problems));
      }
      case "envoy.extensions.filters.http.buffer.v3.BufferPerRoute" -> {
        BufferPerRoute proto = extension.parse(BufferPerRoute.parser(), problems);
        yield proto == null
            ? null
            : proto.getDisabled()
                ? new RouteFilterConfig(true, null)
                : on(FilterConfigCompiler.buffer(proto.getBuffer()));
      }
      case "envoy.extensions.filters.http.compressor.v3.CompressorPerRoute" -> {
        CompressorPerRoute proto = extension.parse(CompressorPerRoute.parser(), problems);
        yield proto == null ? null : CompressionFilterCompiler.ofRoute(proto);
      }
      case "envoy.extensions.filters.http.cors.v3.CorsPolicy" -> {
        var proto =
            extension.parse(
                io.envoyproxy.envoy.extensions.filters.http.cors.v3.CorsPolicy.parser(), problems);
        yield proto == null ? null : on(CorsPolicyCompiler.compile(proto, problems));
      }
      case "envoy.extensions.filters.http.header_mutation.v3.HeaderMutationPerRoute" -> {
        HeaderMutationPerRoute proto = extension.parse(HeaderMutationPerRoute.parser(), problems);
        yield proto == null
            ? null
            : on(
                HeaderMutationFilterCompiler.compile(
                    proto.getMutations(), false, problems.at("mutations")));
      }
      case "envoy.extensions.filters.http.dynamic_forward_proxy.v3.PerRouteConfig" -> {
        PerRouteConfig proto = extension.parse(PerRouteConfig.parser(), problems);
        yield proto == null ? null : on(ForwardProxyCompiler.compile(proto));
      }
      case "envoy.extensions.filters.http.on_demand.v3.PerRouteConfig" -> {
        var proto =
            extension.parse(
                io.envoyproxy.envoy.extensions.filters.http.on_demand.v3.PerRouteConfig.parser(),
                problems);
        yield proto == null
            ? null
            : on(
                new OnDemandConfig(
                    proto.hasOdcds()
                        ? OnDemandClustersCompiler.compile(proto.getOdcds(), problems.at("odcds"))
                        : null));
      }
      case "envoy.extensions.filters.http.header_to_metadata.v3.Config" -> {
        var proto =
            extension.parse(
                io.envoyproxy.envoy.extensions.filters.http.header_to_metadata.v3.Config.parser(),
                problems);
        yield proto == null ? null : on(MetadataFilterCompiler.compile(proto, problems));
      }
      case "envoy.extensions.filters.http.local_ratelimit.v3.LocalRateLimit" -> {
        LocalRateLimit proto = extension.parse(LocalRateLimit.parser(), problems);
        yield proto == null ? null : on(LocalRateLimitCompiler.compile(proto, true, problems));
      }
      case "envoy.extensions.filters.http.ext_authz.v3.ExtAuthzPerRoute" -> {
        ExtAuthzPerRoute proto = extension.parse(ExtAuthzPerRoute.parser(), problems);
        yield proto == null ? null : ExtAuthzCompiler.route(proto, problems);
      }
      case "envoy.extensions.filters.http.ratelimit.v3.RateLimitPerRoute" -> {
        RateLimitPerRoute proto = extension.parse(RateLimitPerRoute.parser(), problems);
        yield proto == null ? null : on(RateLimitCompiler.route(proto, problems));
      }
      case "envoy.extensions.filters.http.csrf.v3.CsrfPolicy" -> {
        CsrfPolicy proto = extension.parse(CsrfPolicy.parser(), problems);
        yield proto == null ? null : on(CsrfCompiler.compile(proto, problems));
      }
      case "envoy.extensions.filters.http.jwt_authn.v3.PerRouteConfig" -> {
        var proto =
            extension.parse(
                io.envoyproxy.envoy.extensions.filters.http.jwt_authn.v3.PerRouteConfig.parser(),
                problems);
        if (proto != null && !proto.getDisabled() && proto.getRequirementName().isEmpty()) {
          problems.error("one of disabled: true and requirement_name is required");
        }
        yield proto == null
            ? null
            : on(new JwtAuthnRoute(proto.getDisabled() ? "" : proto.getRequirementName()));
      }
      case "envoy.extensions.filters.http.ext_proc.v3.ExtProcPerRoute" -> {
        ExtProcPerRoute proto = extension.parse(ExtProcPerRoute.parser(), problems);
        yield proto == null ? null : ExtProcCompiler.route(proto, problems);
      }
      case "envoy.extensions.filters.http.rbac.v3.RBACPerRoute" -> {
        RBACPerRoute proto = extension.parse(RBACPerRoute.parser(), problems);
        yield proto == null
            ? null
            : proto.hasRbac()
                ? on(RbacCompiler.compile(proto.getRbac(), problems.at("rbac")))
                : new RouteFilterConfig(true, null);
      }
      case "envoy.extensions.filters.http.stateful_session.v3.StatefulSessionPerRoute" -> {
        var proto = extension.parse(StatefulSessionPerRoute.parser(), problems);
        StatefulSessionConfig own =
            proto == null || proto.getDisabled()
                ? null
                : StatefulSessionCompiler.compile(
                    proto.getStatefulSession(), problems.at("stateful_session"));
        yield own != null
            ? on(own)
            : proto != null && proto.getDisabled() ? new RouteFilterConfig(true, null) : null;
      }
      default -> {
        if (UserFilterCompiler.isUsers(extension)) {
          UserFilterConfig own = UserFilterCompiler.compile(extension, problems);
          yield own == null ? null : on(own);
        }
        String sentence =
            "'"
                + extension.type()
                + "' is not supported; bandwidth_limit, buffer, compressor, fault, cors, csrf, ext_authz, ext_proc, header_mutation, header_to_metadata, jwt_authn, local_ratelimit, ratelimit, on_demand,"
                + " rbac, stateful_session and dynamic_forward_proxy have per-route configuration";
        if (optional || extension.isIstios()) {
          problems.warning(sentence);
        } else {
          problems.error(sentence);
        }
        yield null;
      }
    };
  }

  private static @Nullable RouteFilterConfig wrapped(TypedExtension extension, Problems problems) {
    var proto =
        extension.parse(io.envoyproxy.envoy.config.route.v3.FilterConfig.parser(), problems);
    if (proto == null) {
      return null;
    }
    if (proto.getDisabled()) {
      return new RouteFilterConfig(true, null);
    }
    if (!proto.hasConfig()) {
      problems.error("config", "is empty; a configuration, or disabled, is required");
      return null;
    }
    Problems here = problems.at("config");
    return compile(TypedExtension.of(proto.getConfig(), here), proto.getIsOptional(), here);
  }

  private static RouteFilterConfig on(FilterConfig config) {
    return new RouteFilterConfig(false, config);
  }
}
