package io.outrigger.config.extauthz;

import io.envoyproxy.envoy.config.core.v3.ApiVersion;
import io.envoyproxy.envoy.config.core.v3.HeaderValue;
import io.envoyproxy.envoy.config.core.v3.HeaderValueOption;
import io.envoyproxy.envoy.extensions.filters.http.ext_authz.v3.AuthorizationResponse;
import io.envoyproxy.envoy.extensions.filters.http.ext_authz.v3.HttpService;
import io.outrigger.config.compile.Millis;
import io.outrigger.config.compile.Problems;
import io.outrigger.config.match.StringMatcher;
import io.outrigger.config.match.StringMatcherCompiler;
import io.outrigger.config.route.HeaderMutationsCompiler;
import io.outrigger.config.source.GrpcService;
import io.outrigger.config.source.GrpcServiceCompiler;
import java.util.ArrayList;
import java.util.List;

/** Compiles what says which service is asked, and how. */
public final class AuthServiceCompiler {
  private static final long DEFAULT_TIMEOUT = 200;

  private AuthServiceCompiler() {}

  @SuppressWarnings("deprecation") // V2
  public static void checkVersion(ApiVersion version, Problems problems) {
    if (version == ApiVersion.V2) {
      problems.error("transport_api_version", "is V2, which is gone; V3 is allowed");
    }
  }

  public static AuthService.Grpc grpc(
      io.envoyproxy.envoy.config.core.v3.GrpcService proto, Problems problems) {
    GrpcService service = GrpcServiceCompiler.compile(proto, problems);
    return new AuthService.Grpc(
        service, proto.hasTimeout() ? service.timeoutMillis() : DEFAULT_TIMEOUT);
  }

  public static AuthService.Http http(HttpService proto, Problems problems) {
    Problems uri = problems.at("server_uri");
    if (proto.getServerUri().getCluster().isEmpty()) {
      uri.error("cluster", "is empty; a cluster's name is required");
    }
    if (!proto.getPathPrefix().isEmpty() && !proto.getPathPrefix().startsWith("/")) {
      problems.error("path_prefix", "'" + proto.getPathPrefix() + "' doesn't begin with a slash");
    }
    List<HeaderValueOption> added = new ArrayList<>();
    for (HeaderValue header : proto.getAuthorizationRequest().getHeadersToAddList()) {
      added.add(
          HeaderValueOption.newBuilder()
              .setHeader(header)
              .setAppendAction(HeaderValueOption.HeaderAppendAction.OVERWRITE_IF_EXISTS_OR_ADD)
              .build());
    }
    AuthorizationResponse answer = proto.getAuthorizationResponse();
    Problems here = problems.at("authorization_response");
    return new AuthService.Http(
        proto.getServerUri().getCluster(),
        proto.getPathPrefix(),
        Millis.orElse(
            proto.getServerUri().hasTimeout(),
            proto.getServerUri().getTimeout(),
            DEFAULT_TIMEOUT,
            uri.at("timeout")),
        HeaderMutationsCompiler.added(
            added, "headers_to_add", problems.at("authorization_request")),
        StringMatcherCompiler.compileAll(
            answer.getAllowedUpstreamHeaders(), here.at("allowed_upstream_headers")),
        StringMatcherCompiler.compileAll(
            answer.getAllowedUpstreamHeadersToAppend(),
            here.at("allowed_upstream_headers_to_append")),
        answer.hasAllowedClientHeaders() && answer.getAllowedClientHeaders().getPatternsCount() > 0
            ? clientHeaders(answer, here.at("allowed_client_headers"))
            : null,
        StringMatcherCompiler.compileAll(
            answer.getAllowedClientHeadersOnSuccess(),
            here.at("allowed_client_headers_on_success")),
        StringMatcherCompiler.compileAll(
            answer.getDynamicMetadataFromHeaders(), here.at("dynamic_metadata_from_headers")));
  }

  private static List<StringMatcher> clientHeaders(AuthorizationResponse proto, Problems problems) {
    List<StringMatcher> all =
        new ArrayList<>(
            StringMatcherCompiler.compileAll(proto.getAllowedClientHeaders(), problems));
    for (String name :
        List.of("content-length", "www-authenticate", "proxy-authenticate", "location")) {
      all.add(StringMatcher.of(StringMatcher.Kind.EXACT, name, true));
    }
    return all;
  }
}
