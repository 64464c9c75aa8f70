package io.outrigger.config.route;

import io.outrigger.config.compile.Problems;
import io.outrigger.config.filter.CorsPolicyCompiler;
import io.outrigger.config.filter.RouteFilterCompiler;
import io.outrigger.config.filter.RouteFilterConfig;
import io.outrigger.config.match.HeaderMatcherCompiler;
import io.outrigger.config.metadata.Metadata;
import io.outrigger.config.ratelimit.RateLimitPolicyCompiler;
import io.outrigger.config.route.VirtualHost.RequireTls;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Compiles VirtualHost messages. */
final class VirtualHostCompiler {
  private static final String CORS = "envoy.filters.http.cors";

  private VirtualHostCompiler() {}

  static VirtualHost compile(
      io.envoyproxy.envoy.config.route.v3.VirtualHost proto,
      RouteLevel table,
      String tableName,
      Problems problems) {
    tellUnsupported(proto, problems);
    RouteLevel level = level(proto, table, problems);
    Route.VirtualHostFacts facts =
        new Route.VirtualHostFacts(
            proto.getName(),
            tableName,
            proto.getIncludeRequestAttemptCount(),
            proto.getIncludeAttemptCountInResponse(),
            proto.getIncludeIsTimeoutRetryHeader(),
            virtualClusters(proto, problems),
            Metadata.of(proto.getMetadata()),
            RateLimitPolicyCompiler.ofRoutes(proto.getRateLimitsList(), problems));
    List<Route> routes = new ArrayList<>(proto.getRoutesCount());
    for (int i = 0; i < proto.getRoutesCount(); i++) {
      routes.add(RouteCompiler.compile(proto.getRoutes(i), level, facts, problems.at("routes", i)));
    }
    return new VirtualHost(
        proto.getName(),
        proto.getDomainsList(),
        switch (proto.getRequireTls()) {
          case ALL -> RequireTls.ALL;
          case EXTERNAL_ONLY -> RequireTls.EXTERNAL_ONLY;
          case NONE, UNRECOGNIZED -> RequireTls.NONE;
        },
        routes);
  }

  private static void tellUnsupported(
      io.envoyproxy.envoy.config.route.v3.VirtualHost proto, Problems problems) {
    if (proto.getName().isEmpty()) {
      problems.error("name", "is empty; a name is required");
    }
    if (proto.getDomainsCount() == 0) {
      problems.error("domains", "is empty; at least one domain is required");
    }
    if (proto.hasMatcher()) {
      problems.unsupported("matcher");
    }
    if (proto.hasRetryPolicyTypedConfig()) {
      problems.unsupported("retry_policy_typed_config");
    }
  }

  private static List<VirtualCluster> virtualClusters(
      io.envoyproxy.envoy.config.route.v3.VirtualHost proto, Problems problems) {
    if (proto.getVirtualClustersCount() == 0) {
      return List.of();
    }
    String prefix = "vhost." + proto.getName() + ".vcluster.";
    List<VirtualCluster> all = new ArrayList<>();
    for (int i = 0; i < proto.getVirtualClustersCount(); i++) {
      var cluster = proto.getVirtualClusters(i);
      Problems here = problems.at("virtual_clusters", i);
      if (cluster.getHeadersCount() == 0) {
        here.error("headers", "virtual clusters must define 'headers'");
      }
      all.add(
          new VirtualCluster(
              cluster.getName(),
              HeaderMatcherCompiler.compileAll(cluster.getHeadersList(), "headers", here),
              prefix + cluster.getName() + "."));
    }
    all.add(new VirtualCluster("other", List.of(), prefix + "other."));
    return all;
  }

  private static RouteLevel level(
      io.envoyproxy.envoy.config.route.v3.VirtualHost proto, RouteLevel table, Problems problems) {
    HeaderMutations request =
        HeaderMutationsCompiler.request(
            proto.getRequestHeadersToAddList(), proto.getRequestHeadersToRemoveList(), problems);
    HeaderMutations response =
        HeaderMutationsCompiler.response(
            proto.getResponseHeadersToAddList(), proto.getResponseHeadersToRemoveList(), problems);
    return new RouteLevel(
        table.merge(table.requestHeaders(), request),
        table.merge(table.responseHeaders(), response),
        filterConfigs(proto, table, problems),
        proto.getRequestMirrorPoliciesCount() > 0
            ? MirrorPolicyCompiler.compileAll(proto.getRequestMirrorPoliciesList(), problems)
            : table.mirrorPolicies(),
        proto.hasRetryPolicy()
            ? RetryPolicyCompiler.compile(proto.getRetryPolicy(), problems.at("retry_policy"))
            : null,
        proto.hasHedgePolicy()
            ? ForwardActionCompiler.hedgePolicy(proto.getHedgePolicy(), problems.at("hedge_policy"))
            : null,
        RouteCompiler.bufferLimit(
            proto.hasPerRequestBufferLimitBytes(), proto.getPerRequestBufferLimitBytes(), -1),
        table.mostSpecificWins(),
        table.maxDirectResponseBody());
  }

  @SuppressWarnings("deprecation") // VirtualHost.cors, still in use
  private static Map<String, RouteFilterConfig> filterConfigs(
      io.envoyproxy.envoy.config.route.v3.VirtualHost proto, RouteLevel table, Problems problems) {
    Map<String, RouteFilterConfig> merged =
        RouteFilterCompiler.compile(
            proto.getTypedPerFilterConfigMap(), table.filterConfigs(), problems);
    if (proto.hasCors() && !proto.containsTypedPerFilterConfig(CORS)) {
      merged = new HashMap<>(merged);
      merged.put(
          CORS,
          new RouteFilterConfig(
              false, CorsPolicyCompiler.compile(proto.getCors(), problems.at("cors"))));
    }
    return merged;
  }
}
