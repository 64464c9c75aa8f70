package io.outrigger.control.translate.listener;

import io.envoyproxy.envoy.config.core.v3.ApiVersion;
import io.envoyproxy.envoy.config.core.v3.GrpcService;
import io.envoyproxy.envoy.config.core.v3.HeaderValue;
import io.envoyproxy.envoy.config.core.v3.HttpUri;
import io.envoyproxy.envoy.config.rbac.v3.Permission;
import io.envoyproxy.envoy.config.rbac.v3.Policy;
import io.envoyproxy.envoy.config.rbac.v3.Principal;
import io.envoyproxy.envoy.config.rbac.v3.RBAC;
import io.envoyproxy.envoy.extensions.filters.http.ext_authz.v3.AuthorizationRequest;
import io.envoyproxy.envoy.extensions.filters.http.ext_authz.v3.AuthorizationResponse;
import io.envoyproxy.envoy.extensions.filters.http.ext_authz.v3.BufferSettings;
import io.envoyproxy.envoy.extensions.filters.http.ext_authz.v3.ExtAuthz;
import io.envoyproxy.envoy.extensions.filters.http.ext_authz.v3.HttpService;
import io.envoyproxy.envoy.type.matcher.v3.ListStringMatcher;
import io.envoyproxy.envoy.type.matcher.v3.MetadataMatcher;
import io.envoyproxy.envoy.type.matcher.v3.StringMatcher;
import io.envoyproxy.envoy.type.matcher.v3.ValueMatcher;
import io.envoyproxy.envoy.type.v3.HttpStatus;
import io.outrigger.control.istio.ExtensionProvider;
import io.outrigger.control.translate.Values;
import io.outrigger.control.translate.model.AuthorizationModel;
import java.util.List;
import java.util.Map;

/**
 * Makes ext_authz of CUSTOM policies: shadow rules note which policy a request matches, and the
 * provider is asked where it is one of its own.
 */
final class CustomAuthorization {
  static final String SHADOW_PREFIX = "istio_ext_authz_";
  private static final String DENY_ALL = "default-deny-all-due-to-bad-CUSTOM-action";
  private static final int FORBIDDEN = 403;

  private CustomAuthorization() {}

  /** What the names of a provider's policies begin with. */
  static String prefix(String provider) {
    return "istio-ext-authz-" + provider + "-";
  }

  /** Nobody gets past a policy whose provider isn't there. */
  static RBAC denyAll() {
    return RBAC.newBuilder()
        .setAction(RBAC.Action.DENY)
        .putPolicies(
            DENY_ALL,
            Policy.newBuilder()
                .addPermissions(Permission.newBuilder().setAny(true))
                .addPrincipals(Principal.newBuilder().setAny(true))
                .build())
        .build();
  }

  static ExtAuthz http(AuthorizationModel.Provider of) {
    ExtensionProvider provider = of.settings();
    ExtAuthz.Builder out =
        ExtAuthz.newBuilder()
            .setTransportApiVersion(ApiVersion.V3)
            .setFailureModeAllow(provider.failOpen())
            .setClearRouteCache(provider.clearRouteCache())
            .setStatusOnError(
                HttpStatus.newBuilder()
                    .setCodeValue(
                        provider.statusOnError() == 0 ? FORBIDDEN : provider.statusOnError()))
            .setFilterEnabledMetadata(matched("envoy.filters.http.rbac", provider.name()));
    if (provider.grpc()) {
      out.setGrpcService(grpc(of));
    } else {
      out.setHttpService(service(of));
      if (!provider.headersInCheck().isEmpty()) {
        out.setAllowedHeaders(list(provider.headersInCheck()));
      }
    }
    ExtensionProvider.RequestBody body = provider.body();
    if (body != null) {
      out.setWithRequestBody(
          BufferSettings.newBuilder()
              .setMaxRequestBytes(body.maxBytes())
              .setAllowPartialMessage(body.allowPartial())
              .setPackAsBytes(body.packAsBytes()));
    }
    return out.build();
  }

  static io.envoyproxy.envoy.extensions.filters.network.ext_authz.v3.ExtAuthz tcp(
      AuthorizationModel.Provider of) {
    ExtensionProvider provider = of.settings();
    return io.envoyproxy.envoy.extensions.filters.network.ext_authz.v3.ExtAuthz.newBuilder()
        .setStatPrefix("tcp.")
        .setTransportApiVersion(ApiVersion.V3)
        .setFailureModeAllow(provider.failOpen())
        .setFilterEnabledMetadata(matched("envoy.filters.network.rbac", provider.name()))
        .setGrpcService(grpc(of))
        .build();
  }

  private static GrpcService grpc(AuthorizationModel.Provider of) {
    return GrpcService.newBuilder()
        .setEnvoyGrpc(
            GrpcService.EnvoyGrpc.newBuilder()
                .setClusterName(of.cluster())
                .setAuthority(of.settings().host()))
        .setTimeout(Values.duration(of.settings().timeout()))
        .build();
  }

  private static HttpService service(AuthorizationModel.Provider of) {
    ExtensionProvider provider = of.settings();
    AuthorizationRequest.Builder request = AuthorizationRequest.newBuilder();
    for (Map.Entry<String, String> header : provider.headersAdded().entrySet()) {
      request.addHeadersToAdd(
          HeaderValue.newBuilder().setKey(header.getKey()).setValue(header.getValue()));
    }
    AuthorizationResponse.Builder response = AuthorizationResponse.newBuilder();
    if (!provider.headersUpstream().isEmpty()) {
      response.setAllowedUpstreamHeaders(list(provider.headersUpstream()));
    }
    if (!provider.headersOnDeny().isEmpty()) {
      response.setAllowedClientHeaders(list(provider.headersOnDeny()));
    }
    if (!provider.headersOnAllow().isEmpty()) {
      response.setAllowedClientHeadersOnSuccess(list(provider.headersOnAllow()));
    }
    return HttpService.newBuilder()
        .setPathPrefix(provider.pathPrefix())
        .setServerUri(
            HttpUri.newBuilder()
                .setUri("http://" + provider.host())
                .setCluster(of.cluster())
                .setTimeout(Values.duration(provider.timeout())))
        .setAuthorizationRequest(request)
        .setAuthorizationResponse(response)
        .build();
  }

  private static MetadataMatcher matched(String filter, String provider) {
    return MetadataMatcher.newBuilder()
        .setFilter(filter)
        .addPath(
            MetadataMatcher.PathSegment.newBuilder()
                .setKey(SHADOW_PREFIX + "shadow_effective_policy_id"))
        .setValue(
            ValueMatcher.newBuilder()
                .setStringMatch(StringMatcher.newBuilder().setPrefix(prefix(provider) + "ns[")))
        .build();
  }

  /** A star at one end makes a name a part of one. */
  private static ListStringMatcher list(List<String> names) {
    ListStringMatcher.Builder out = ListStringMatcher.newBuilder();
    for (String name : names) {
      StringMatcher.Builder each = StringMatcher.newBuilder().setIgnoreCase(true);
      if (name.endsWith("*") && name.length() > 1) {
        each.setPrefix(name.substring(0, name.length() - 1));
      } else if (name.startsWith("*") && name.length() > 1) {
        each.setSuffix(name.substring(1));
      } else {
        each.setExact(name);
      }
      out.addPatterns(each);
    }
    return out.build();
  }
}
