package io.outrigger.config.filter;

import io.envoyproxy.envoy.extensions.filters.http.ext_authz.v3.BufferSettings;
import io.envoyproxy.envoy.extensions.filters.http.ext_authz.v3.CheckSettings;
import io.envoyproxy.envoy.extensions.filters.http.ext_authz.v3.ExtAuthz;
import io.envoyproxy.envoy.extensions.filters.http.ext_authz.v3.ExtAuthzPerRoute;
import io.outrigger.config.compile.Problems;
import io.outrigger.config.compile.Unsigned;
import io.outrigger.config.extauthz.AuthService;
import io.outrigger.config.extauthz.AuthServiceCompiler;
import io.outrigger.config.extauthz.BodyBuffer;
import io.outrigger.config.match.RuntimeFlag;
import io.outrigger.config.match.RuntimeFraction;
import io.outrigger.config.match.RuntimeFractionCompiler;
import io.outrigger.config.match.StringMatcher;
import io.outrigger.config.match.StringMatcherCompiler;
import io.outrigger.config.metadata.MetadataMatcherCompiler;
import io.outrigger.config.route.HeaderMutationRulesCompiler;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Compiles ExtAuthz messages, of the chain and of routes. */
final class ExtAuthzCompiler {
  private static final int FORBIDDEN = 403;

  /** What an HTTP service sees of a request in any case. */
  private static final List<String> ALWAYS =
      List.of("authorization", ":method", ":path", ":authority");

  private ExtAuthzCompiler() {}

  static @Nullable ExtAuthzConfig compile(ExtAuthz proto, Problems problems) {
    AuthService service = service(proto, problems);
    checkIgnored(proto, problems);
    int onError = proto.getStatusOnError().getCodeValue();
    return service == null
        ? null
        : new ExtAuthzConfig(
            service,
            proto.getStatPrefix(),
            proto.hasWithRequestBody()
                ? body(proto.getWithRequestBody(), problems.at("with_request_body"))
                : null,
            proto.getFailureModeAllow(),
            proto.getFailureModeAllowHeaderAdd(),
            proto.getClearRouteCache(),
            onError == 0 ? FORBIDDEN : onError,
            proto.getValidateMutations(),
            proto.getMetadataContextNamespacesList(),
            proto.getRouteMetadataContextNamespacesList(),
            proto.hasFilterEnabled()
                ? RuntimeFractionCompiler.compile(proto.getFilterEnabled())
                : RuntimeFraction.ALL,
            proto.hasFilterEnabledMetadata()
                ? MetadataMatcherCompiler.compile(
                    proto.getFilterEnabledMetadata(), problems.at("filter_enabled_metadata"))
                : null,
            proto.hasDenyAtDisable() ? RuntimeFlag.of(true, proto.getDenyAtDisable()) : null,
            proto.getIncludePeerCertificate(),
            proto.getIncludeTlsSession(),
            proto.getBootstrapMetadataLabelsKey(),
            allowedHeaders(proto, problems),
            StringMatcherCompiler.compileAll(
                proto.getDisallowedHeaders(), problems.at("disallowed_headers")),
            proto.getEncodeRawHeaders(),
            !proto.hasChargeClusterResponseStats()
                || proto.getChargeClusterResponseStats().getValue(),
            !proto.hasEnableDynamicMetadataIngestion()
                || proto.getEnableDynamicMetadataIngestion().getValue(),
            proto.hasDecoderHeaderMutationRules()
                ? HeaderMutationRulesCompiler.compile(
                    proto.getDecoderHeaderMutationRules(),
                    problems.at("decoder_header_mutation_rules"))
                : null);
  }

  private static void checkIgnored(ExtAuthz proto, Problems problems) {
    if (proto.getTypedMetadataContextNamespacesCount() > 0) {
      problems.ignored("typed_metadata_context_namespaces");
    }
    if (proto.getRouteTypedMetadataContextNamespacesCount() > 0) {
      problems.ignored("route_typed_metadata_context_namespaces");
    }
    if (proto.getEmitFilterStateStats()) {
      problems.ignored("emit_filter_state_stats");
    }
    if (proto.hasFilterMetadata()) {
      problems.ignored("filter_metadata");
    }
  }

  private static @Nullable AuthService service(ExtAuthz proto, Problems problems) {
    AuthServiceCompiler.checkVersion(proto.getTransportApiVersion(), problems);
    return switch (proto.getServicesCase()) {
      case GRPC_SERVICE ->
          AuthServiceCompiler.grpc(proto.getGrpcService(), problems.at("grpc_service"));
      case HTTP_SERVICE ->
          AuthServiceCompiler.http(proto.getHttpService(), problems.at("http_service"));
      case SERVICES_NOT_SET -> {
        problems.error("one of grpc_service or http_service is required");
        yield null;
      }
    };
  }

  @SuppressWarnings("deprecation") // the request's own allowed_headers
  private static @Nullable List<StringMatcher> allowedHeaders(ExtAuthz proto, Problems problems) {
    boolean old = proto.getHttpService().getAuthorizationRequest().hasAllowedHeaders();
    if (proto.hasAllowedHeaders() && old) {
      problems.error("allowed_headers", "is there twice: in authorization_request too");
    }
    List<StringMatcher> all = new ArrayList<>();
    if (proto.hasAllowedHeaders()) {
      all.addAll(
          StringMatcherCompiler.compileAll(
              proto.getAllowedHeaders(), problems.at("allowed_headers")));
    } else if (old) {
      all.addAll(
          StringMatcherCompiler.compileAll(
              proto.getHttpService().getAuthorizationRequest().getAllowedHeaders(),
              problems.at("http_service").at("authorization_request").at("allowed_headers")));
    } else if (!proto.hasHttpService()) {
      return null;
    }
    if (proto.hasHttpService()) {
      ALWAYS.forEach(name -> all.add(exact(name)));
    }
    return all;
  }

  private static StringMatcher exact(String name) {
    return StringMatcher.of(StringMatcher.Kind.EXACT, name, true);
  }

  private static BodyBuffer body(BufferSettings proto, Problems problems) {
    if (proto.getMaxRequestBytes() == 0) {
      problems.error("max_request_bytes", "is 0; 1 or more is allowed");
    }
    return new BodyBuffer(
        Unsigned.clamp(proto.getMaxRequestBytes()),
        proto.getAllowPartialMessage(),
        proto.getPackAsBytes());
  }

  static @Nullable RouteFilterConfig route(ExtAuthzPerRoute proto, Problems problems) {
    return switch (proto.getOverrideCase()) {
      case DISABLED -> {
        if (!proto.getDisabled()) {
          problems.error("disabled", "is false; only true is allowed");
        }
        yield new RouteFilterConfig(true, null);
      }
      case CHECK_SETTINGS ->
          new RouteFilterConfig(
              false, route(proto.getCheckSettings(), problems.at("check_settings")));
      case OVERRIDE_NOT_SET -> {
        problems.error("one of disabled or check_settings is required");
        yield null;
      }
    };
  }

  private static ExtAuthzRoute route(CheckSettings proto, Problems problems) {
    if (proto.getDisableRequestBodyBuffering() && proto.hasWithRequestBody()) {
      problems.error(
          "with_request_body", "is not allowed together with disable_request_body_buffering");
    }
    return new ExtAuthzRoute(
        proto.getContextExtensionsMap(),
        proto.getDisableRequestBodyBuffering(),
        proto.hasWithRequestBody()
            ? body(proto.getWithRequestBody(), problems.at("with_request_body"))
            : null);
  }
}
