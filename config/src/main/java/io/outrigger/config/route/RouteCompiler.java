package io.outrigger.config.route;

import com.google.protobuf.UInt32Value;
import io.outrigger.config.compile.Problems;
import io.outrigger.config.compile.Unsigned;
import io.outrigger.config.filter.CorsPolicyCompiler;
import io.outrigger.config.filter.RouteFilterCompiler;
import io.outrigger.config.filter.RouteFilterConfig;
import io.outrigger.config.metadata.Metadata;
import io.outrigger.config.tracing.TracingCompiler;
import java.util.HashMap;
import java.util.Map;

/** Compiles Route messages. */
final class RouteCompiler {
  private static final String CORS = "envoy.filters.http.cors";

  private RouteCompiler() {}

  static Route compile(
      io.envoyproxy.envoy.config.route.v3.Route proto,
      RouteLevel host,
      Route.VirtualHostFacts facts,
      Problems problems) {
    if (!proto.hasMatch()) {
      problems.error("match", "is required");
    }
    RouteLevel level = level(proto, host, problems);
    RouteMatch match = RouteMatchCompiler.compile(proto.getMatch(), problems.at("match"));
    RouteAction action = action(proto, level, problems);
    if (action instanceof ForwardAction forward) {
      RewriteCompiler.check(forward.rewrite(), match.path(), problems.at("route"));
    }
    return new Route(
        proto.getName(),
        match,
        action,
        Metadata.of(proto.getMetadata()),
        level.requestHeaders(),
        level.responseHeaders(),
        level.filterConfigs(),
        proto.getDecorator().getOperation(),
        !proto.getDecorator().hasPropagate() || proto.getDecorator().getPropagate().getValue(),
        proto.hasTracing()
            ? TracingCompiler.compile(proto.getTracing(), problems.at("tracing"))
            : null,
        proto.getStatPrefix().isEmpty()
            ? ""
            : "vhost." + facts.name() + ".route." + proto.getStatPrefix() + ".",
        level.requestBodyBufferLimit(),
        facts);
  }

  private static RouteLevel level(
      io.envoyproxy.envoy.config.route.v3.Route proto, RouteLevel host, Problems problems) {
    HeaderMutations request =
        HeaderMutationsCompiler.request(
            proto.getRequestHeadersToAddList(), proto.getRequestHeadersToRemoveList(), problems);
    HeaderMutations response =
        HeaderMutationsCompiler.response(
            proto.getResponseHeadersToAddList(), proto.getResponseHeadersToRemoveList(), problems);
    return new RouteLevel(
        host.merge(host.requestHeaders(), request),
        host.merge(host.responseHeaders(), response),
        filterConfigs(proto, host, problems),
        host.mirrorPolicies(),
        host.retryPolicy(),
        host.hedgePolicy(),
        bufferLimit(
            proto.hasPerRequestBufferLimitBytes(),
            proto.getPerRequestBufferLimitBytes(),
            host.requestBodyBufferLimit()),
        host.mostSpecificWins(),
        host.maxDirectResponseBody());
  }

  @SuppressWarnings("deprecation") // RouteAction.cors, still in use
  private static Map<String, RouteFilterConfig> filterConfigs(
      io.envoyproxy.envoy.config.route.v3.Route proto, RouteLevel host, Problems problems) {
    Map<String, RouteFilterConfig> merged =
        RouteFilterCompiler.compile(
            proto.getTypedPerFilterConfigMap(), host.filterConfigs(), problems);
    if (proto.hasRoute()
        && proto.getRoute().hasCors()
        && !proto.containsTypedPerFilterConfig(CORS)) {
      merged = new HashMap<>(merged);
      merged.put(
          CORS,
          new RouteFilterConfig(
              false,
              CorsPolicyCompiler.compile(
                  proto.getRoute().getCors(), problems.at("route").at("cors"))));
    }
    return merged;
  }

  static long bufferLimit(boolean has, UInt32Value value, long otherwise) {
    return has ? Unsigned.toLong(value.getValue()) : otherwise;
  }

  private static RouteAction action(
      io.envoyproxy.envoy.config.route.v3.Route proto, RouteLevel level, Problems problems) {
    return switch (proto.getActionCase()) {
      case ROUTE -> ForwardActionCompiler.compile(proto.getRoute(), level, problems.at("route"));
      case REDIRECT -> RedirectActionCompiler.compile(proto.getRedirect(), problems.at("redirect"));
      case DIRECT_RESPONSE ->
          DirectResponseCompiler.compile(
              proto.getDirectResponse(),
              level.maxDirectResponseBody(),
              problems.at("direct_response"));
      case NON_FORWARDING_ACTION -> new NonForwardingAction();
      case FILTER_ACTION -> {
        problems.unsupported("filter_action");
        yield new NonForwardingAction();
      }
      case ACTION_NOT_SET -> {
        problems.error(
            "one of route, redirect, direct_response or non_forwarding_action is required");
        yield new NonForwardingAction();
      }
    };
  }
}
