package io.outrigger.config.filter;

import io.envoyproxy.envoy.config.core.v3.GrpcMethodList;
import io.envoyproxy.envoy.extensions.filters.http.adaptive_concurrency.v3.AdaptiveConcurrency;
import io.envoyproxy.envoy.extensions.filters.http.admission_control.v3.AdmissionControl;
import io.envoyproxy.envoy.extensions.filters.http.bandwidth_limit.v3.BandwidthLimit;
import io.envoyproxy.envoy.extensions.filters.http.buffer.v3.Buffer;
import io.envoyproxy.envoy.extensions.filters.http.compressor.v3.Compressor;
import io.envoyproxy.envoy.extensions.filters.http.cors.v3.Cors;
import io.envoyproxy.envoy.extensions.filters.http.csrf.v3.CsrfPolicy;
import io.envoyproxy.envoy.extensions.filters.http.decompressor.v3.Decompressor;
import io.envoyproxy.envoy.extensions.filters.http.ext_authz.v3.ExtAuthz;
import io.envoyproxy.envoy.extensions.filters.http.ext_proc.v3.ExternalProcessor;
import io.envoyproxy.envoy.extensions.filters.http.fault.v3.HTTPFault;
import io.envoyproxy.envoy.extensions.filters.http.grpc_stats.v3.FilterConfig;
import io.envoyproxy.envoy.extensions.filters.http.header_mutation.v3.HeaderMutation;
import io.envoyproxy.envoy.extensions.filters.http.health_check.v3.HealthCheck;
import io.envoyproxy.envoy.extensions.filters.http.jwt_authn.v3.JwtAuthentication;
import io.envoyproxy.envoy.extensions.filters.http.local_ratelimit.v3.LocalRateLimit;
import io.envoyproxy.envoy.extensions.filters.http.on_demand.v3.OnDemand;
import io.envoyproxy.envoy.extensions.filters.http.ratelimit.v3.RateLimit;
import io.envoyproxy.envoy.extensions.filters.http.router.v3.Router;
import io.envoyproxy.envoy.extensions.filters.http.stateful_session.v3.StatefulSession;
import io.envoyproxy.envoy.type.v3.Percent;
import io.outrigger.config.accesslog.AccessLogCompiler;
import io.outrigger.config.compile.Millis;
import io.outrigger.config.compile.Problems;
import io.outrigger.config.compile.TypedExtension;
import io.outrigger.config.compile.Unsigned;
import io.outrigger.config.jwt.JwtRulesCompiler;
import io.outrigger.config.match.HeaderMatcherCompiler;
import io.outrigger.config.source.OnDemandClustersCompiler;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Compiles the typed_config of a filter in a chain, by its type. */
final class FilterConfigCompiler {
  private static final String SUPPORTED =
      "router, adaptive_concurrency, admission_control, bandwidth_limit, buffer, compressor, decompressor, fault, cors, csrf, dynamic_forward_proxy, ext_authz, ext_proc, grpc_stats, grpc_web, header_mutation,"
          + " header_to_metadata, jwt_authn, local_ratelimit, on_demand, ratelimit, rbac, set_filter_state, set_metadata, stateful_session and health_check";

  private FilterConfigCompiler() {}

  /** The configuration, or null with a problem. */
  static io.outrigger.config.filter.@Nullable FilterConfig compile(
      TypedExtension extension, boolean optional, Problems problems) {
    return switch (extension.type()) {
      case "envoy.extensions.filters.http.router.v3.Router" -> {
        Router proto = extension.parse(Router.parser(), problems);
        yield proto == null ? null : router(proto, problems);
      }
      case "envoy.extensions.filters.http.fault.v3.HTTPFault" -> {
        HTTPFault proto = extension.parse(HTTPFault.parser(), problems);
        yield proto == null ? null : FaultCompiler.compile(proto, problems);
      }
      case "envoy.extensions.filters.http.bandwidth_limit.v3.BandwidthLimit" -> {
        BandwidthLimit proto = extension.parse(BandwidthLimit.parser(), problems);
        yield proto == null ? null : BandwidthLimitCompiler.compile(proto, false, problems);
      }
      case "envoy.extensions.filters.http.buffer.v3.Buffer" -> {
        Buffer proto = extension.parse(Buffer.parser(), problems);
        yield proto == null ? null : buffer(proto);
      }
      case "envoy.extensions.filters.http.compressor.v3.Compressor" -> {
        Compressor proto = extension.parse(Compressor.parser(), problems);
        yield proto == null ? null : CompressionFilterCompiler.compressor(proto, problems);
      }
      case "envoy.extensions.filters.http.decompressor.v3.Decompressor" -> {
        Decompressor proto = extension.parse(Decompressor.parser(), problems);
        yield proto == null ? null : CompressionFilterCompiler.decompressor(proto, problems);
      }
      case "envoy.extensions.filters.http.adaptive_concurrency.v3.AdaptiveConcurrency" -> {
        AdaptiveConcurrency proto = extension.parse(AdaptiveConcurrency.parser(), problems);
        yield proto == null ? null : LoadFilterCompiler.concurrency(proto, problems);
      }
      case "envoy.extensions.filters.http.admission_control.v3.AdmissionControl" -> {
        AdmissionControl proto = extension.parse(AdmissionControl.parser(), problems);
        yield proto == null ? null : LoadFilterCompiler.admission(proto, problems);
      }
      case "envoy.extensions.filters.http.cors.v3.Cors" -> {
        Cors proto = extension.parse(Cors.parser(), problems);
        yield proto == null ? null : new CorsConfig();
      }
      case "envoy.extensions.filters.http.grpc_stats.v3.FilterConfig" -> {
        FilterConfig proto = extension.parse(FilterConfig.parser(), problems);
        yield proto == null ? null : grpcStats(proto, problems);
      }
      case "envoy.extensions.filters.http.grpc_web.v3.GrpcWeb" -> new GrpcWebConfig();
      case "envoy.extensions.filters.http.set_filter_state.v3.Config" -> {
        var proto =
            extension.parse(
                io.envoyproxy.envoy.extensions.filters.http.set_filter_state.v3.Config.parser(),
                problems);
        yield proto == null
            ? null
            : SetFilterStateCompiler.compile(
                proto.getOnRequestHeadersList(), "on_request_headers", problems);
      }
      case "envoy.extensions.filters.http.set_metadata.v3.Config" -> {
        var proto =
            extension.parse(
                io.envoyproxy.envoy.extensions.filters.http.set_metadata.v3.Config.parser(),
                problems);
        yield proto == null ? null : MetadataFilterCompiler.compile(proto, problems);
      }
      case "envoy.extensions.filters.http.header_to_metadata.v3.Config" -> {
        var proto =
            extension.parse(
                io.envoyproxy.envoy.extensions.filters.http.header_to_metadata.v3.Config.parser(),
                problems);
        yield proto == null ? null : MetadataFilterCompiler.compile(proto, problems);
      }
      case "envoy.extensions.filters.http.header_mutation.v3.HeaderMutation" -> {
        HeaderMutation proto = extension.parse(HeaderMutation.parser(), problems);
        yield proto == null
            ? null
            : HeaderMutationFilterCompiler.compile(
                proto.getMutations(),
                proto.getMostSpecificHeaderMutationsWins(),
                problems.at("mutations"));
      }
      case "envoy.extensions.filters.http.health_check.v3.HealthCheck" -> {
        HealthCheck proto = extension.parse(HealthCheck.parser(), problems);
        yield proto == null ? null : healthCheck(proto, problems);
      }
      case "envoy.extensions.filters.http.on_demand.v3.OnDemand" -> {
        OnDemand proto = extension.parse(OnDemand.parser(), problems);
        yield proto == null
            ? null
            : new OnDemandConfig(
                proto.hasOdcds()
                    ? OnDemandClustersCompiler.compile(proto.getOdcds(), problems.at("odcds"))
                    : null);
      }
      case "envoy.extensions.filters.http.dynamic_forward_proxy.v3.FilterConfig" -> {
        var proto =
            extension.parse(
                io.envoyproxy.envoy.extensions.filters.http.dynamic_forward_proxy.v3.FilterConfig
                    .parser(),
                problems);
        yield proto == null ? null : ForwardProxyCompiler.compile(proto, problems);
      }
      case "envoy.extensions.filters.http.rbac.v3.RBAC" -> {
        var proto =
            extension.parse(
                io.envoyproxy.envoy.extensions.filters.http.rbac.v3.RBAC.parser(), problems);
        yield proto == null ? null : RbacCompiler.compile(proto, problems);
      }
      case "envoy.extensions.filters.http.local_ratelimit.v3.LocalRateLimit" -> {
        LocalRateLimit proto = extension.parse(LocalRateLimit.parser(), problems);
        yield proto == null ? null : LocalRateLimitCompiler.compile(proto, false, problems);
      }
      case "envoy.extensions.filters.http.ext_authz.v3.ExtAuthz" -> {
        ExtAuthz proto = extension.parse(ExtAuthz.parser(), problems);
        yield proto == null ? null : ExtAuthzCompiler.compile(proto, problems);
      }
      case "envoy.extensions.filters.http.ratelimit.v3.RateLimit" -> {
        RateLimit proto = extension.parse(RateLimit.parser(), problems);
        yield proto == null ? null : RateLimitCompiler.compile(proto, problems);
      }
      case "envoy.extensions.filters.http.csrf.v3.CsrfPolicy" -> {
        CsrfPolicy proto = extension.parse(CsrfPolicy.parser(), problems);
        yield proto == null ? null : CsrfCompiler.compile(proto, problems);
      }
      case "envoy.extensions.filters.http.jwt_authn.v3.JwtAuthentication" -> {
        JwtAuthentication proto = extension.parse(JwtAuthentication.parser(), problems);
        yield proto == null ? null : new JwtAuthnConfig(JwtRulesCompiler.compile(proto, problems));
      }
      case "envoy.extensions.filters.http.stateful_session.v3.StatefulSession" -> {
        StatefulSession proto = extension.parse(StatefulSession.parser(), problems);
        yield proto == null ? null : StatefulSessionCompiler.compile(proto, problems);
      }
      case "envoy.extensions.filters.http.ext_proc.v3.ExternalProcessor" -> {
        ExternalProcessor proto = extension.parse(ExternalProcessor.parser(), problems);
        yield proto == null ? null : ExtProcCompiler.compile(proto, problems);
      }
      case IstioFilterCompiler.STATS -> IstioFilterCompiler.stats(extension, problems);
      case IstioFilterCompiler.PEER_METADATA ->
          IstioFilterCompiler.peerMetadata(extension, problems);
      default ->
          UserFilterCompiler.isUsers(extension)
              ? UserFilterCompiler.compile(extension, problems)
              : unknown(extension, optional, problems);
    };
  }

  private static @Nullable IgnoredConfig unknown(
      TypedExtension extension, boolean optional, Problems problems) {
    if (extension.isIstios() || optional) {
      problems.warning("'" + extension.type() + "' is not supported; the filter has no effect");
      return new IgnoredConfig(extension.type());
    }
    problems.error(
        extension.type().isEmpty()
            ? "is required: a filter is chosen by its type, and the name alone is not enough"
            : "Didn't find a registered implementation for type '"
                + extension.type()
                + "'; "
                + SUPPORTED
                + " are supported");
    return null;
  }

  @SuppressWarnings("deprecation") // start_child_span
  private static RouterConfig router(Router proto, Problems problems) {
    if (proto.getUpstreamHttpFiltersCount() > 0) {
      upstreamFilters(proto, problems);
    }
    for (int i = 0; i < proto.getStrictCheckHeadersCount(); i++) {
      if (!STRICT_CHECK_HEADERS.contains(proto.getStrictCheckHeaders(i))) {
        problems
            .at("strict_check_headers", i)
            .error(
                "'"
                    + proto.getStrictCheckHeaders(i)
                    + "' cannot be checked; "
                    + STRICT_CHECK_HEADERS
                    + " can");
      }
    }
    if (proto.getUpstreamLogCount() > 0) {
      problems.ignored("upstream_log");
    }
    return new RouterConfig(
        proto.getSuppressEnvoyHeaders(),
        !proto.hasDynamicStats() || proto.getDynamicStats().getValue(),
        proto.getStrictCheckHeadersList(),
        proto.getRespectExpectedRqTimeout(),
        proto.getStartChildSpan(),
        AccessLogCompiler.compileAll(proto.getUpstreamLogList(), "upstream_log", problems));
  }

  /** The codec that ends an upstream chain is built in; any other filter there is not supported. */
  private static void upstreamFilters(Router proto, Problems problems) {
    for (int i = 0; i < proto.getUpstreamHttpFiltersCount(); i++) {
      String type = proto.getUpstreamHttpFilters(i).getTypedConfig().getTypeUrl();
      if (!type.endsWith("envoy.extensions.filters.http.upstream_codec.v3.UpstreamCodec")) {
        problems.at("upstream_http_filters", i).error("'" + type + "' is not supported");
      }
    }
  }

  private static final Set<String> STRICT_CHECK_HEADERS =
      Set.of(
          "x-envoy-upstream-rq-timeout-ms",
          "x-envoy-upstream-rq-per-try-timeout-ms",
          "x-envoy-max-retries",
          "x-envoy-retry-grpc-on",
          "x-envoy-retry-on");

  static BufferConfig buffer(Buffer proto) {
    return new BufferConfig(Unsigned.toLong(proto.getMaxRequestBytes().getValue()));
  }

  private static GrpcStatsConfig grpcStats(FilterConfig proto, Problems problems) {
    if (proto.getEmitFilterState()) {
      problems.ignored("emit_filter_state");
    }
    Set<String> methods = new HashSet<>();
    for (GrpcMethodList.Service service :
        proto.getIndividualMethodStatsAllowlist().getServicesList()) {
      for (String method : service.getMethodNamesList()) {
        methods.add(service.getName() + "/" + method);
      }
    }
    return new GrpcStatsConfig(
        proto.getStatsForAllMethods().getValue(),
        methods,
        proto.getEnableUpstreamStats(),
        proto.getReplaceDotsInGrpcServiceName());
  }

  private static HealthCheckConfig healthCheck(HealthCheck proto, Problems problems) {
    if (!proto.hasPassThroughMode()) {
      problems.error("pass_through_mode", "is required");
    }
    if (proto.hasCacheTime() && !proto.getPassThroughMode().getValue()) {
      problems.error("cache_time", "is not allowed without pass_through_mode");
    }
    Map<String, Double> minimums = new HashMap<>();
    for (Map.Entry<String, Percent> entry : proto.getClusterMinHealthyPercentagesMap().entrySet()) {
      minimums.put(entry.getKey(), entry.getValue().getValue());
    }
    return new HealthCheckConfig(
        proto.getPassThroughMode().getValue(),
        Millis.orElse(proto.hasCacheTime(), proto.getCacheTime(), 0, problems.at("cache_time")),
        HeaderMatcherCompiler.compileAll(proto.getHeadersList(), "headers", problems),
        minimums);
  }
}
