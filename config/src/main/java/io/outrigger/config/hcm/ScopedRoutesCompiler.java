package io.outrigger.config.hcm;

import io.envoyproxy.envoy.config.route.v3.ScopedRouteConfiguration;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.ScopedRoutes;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.ScopedRoutes.ScopeKeyBuilder.FragmentBuilder;
import io.outrigger.config.compile.Compiled;
import io.outrigger.config.compile.Problems;
import io.outrigger.config.http.HeaderName;
import io.outrigger.config.route.RouteConfigurationCompiler;
import io.outrigger.config.source.ConfigSource;
import io.outrigger.config.source.ConfigSourceCompiler;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Compiles scoped routes: those of a connection manager, and scopes that SRDS delivers. */
public final class ScopedRoutesCompiler {
  private ScopedRoutesCompiler() {}

  /** A scope that SRDS delivered. */
  public static Compiled<ScopedRoute> scope(ScopedRouteConfiguration proto) {
    Problems problems = new Problems();
    problems.checkRules("envoy.config.route.v3.ScopedRouteConfiguration", proto);
    checkTable(proto, problems);
    return Compiled.of(
        new ScopedRoute(
            proto.getName(),
            key(proto),
            proto.hasRouteConfiguration()
                ? RouteConfigurationCompiler.compile(
                    proto.getRouteConfiguration(), false, problems.at("route_configuration"))
                : null,
            proto.getRouteConfigurationName(),
            proto.getOnDemand()),
        problems);
  }

  static RouteSource compile(ScopedRoutes proto, Problems problems) {
    if (proto.getName().isEmpty()) {
      problems.error("name", "is empty; a name is required");
    }
    if (proto.hasScopedRds() && !proto.getScopedRds().getSrdsResourcesLocator().isEmpty()) {
      problems.at("scoped_rds").unsupported("srds_resources_locator");
    }
    if (!proto.hasScopedRds() && !proto.hasScopedRouteConfigurationsList()) {
      problems.error("one of scoped_route_configurations_list and scoped_rds is required");
    }
    ConfigSource rds =
        proto.hasRdsConfigSource()
            ? ConfigSourceCompiler.compile(
                proto.getRdsConfigSource(), problems.at("rds_config_source"))
            : null;
    if (proto.hasScopedRds()) {
      ConfigSource source =
          ConfigSourceCompiler.compile(
              proto.getScopedRds().getScopedRdsConfigSource(),
              problems.at("scoped_rds").at("scoped_rds_config_source"));
      if (rds == null) {
        problems.warning(
            "rds_config_source", "is not set: scopes that name a route table get none");
      }
      return new RouteSource.ScopedRds(proto.getName(), key(proto, problems), source, rds);
    }
    Problems here = problems.at("scoped_route_configurations_list");
    List<ScopedRouteConfiguration> scopes =
        proto.getScopedRouteConfigurationsList().getScopedRouteConfigurationsList();
    return new RouteSource.Scoped(key(proto, problems), scopes(scopes, rds, here));
  }

  private static Map<String, RouteSource> scopes(
      List<ScopedRouteConfiguration> protos, @Nullable ConfigSource rds, Problems problems) {
    Map<String, RouteSource> scopes = new HashMap<>();
    Map<String, String> names = new HashMap<>();
    for (int i = 0; i < protos.size(); i++) {
      ScopedRouteConfiguration proto = protos.get(i);
      Problems here = problems.at("scoped_route_configurations", i);
      RouteSource source = source(proto, rds, here);
      if (source == null) {
        continue;
      }
      String key = key(proto);
      scopes.put(key, source);
      String first = names.putIfAbsent(key, proto.getName());
      if (first != null) {
        here.error(
            "key",
            "scope key conflict found, first scope is '"
                + first
                + "', second scope is '"
                + proto.getName()
                + "'");
      }
    }
    return scopes;
  }

  private static @Nullable RouteSource source(
      ScopedRouteConfiguration proto, @Nullable ConfigSource rds, Problems problems) {
    checkTable(proto, problems);
    if (proto.hasRouteConfiguration()) {
      return new RouteSource.Inline(
          RouteConfigurationCompiler.compile(
              proto.getRouteConfiguration(), true, problems.at("route_configuration")));
    }
    if (proto.getRouteConfigurationName().isEmpty()) {
      return null;
    }
    if (rds == null) {
      problems.error("route_configuration_name", "needs rds_config_source of scoped_routes");
      return null;
    }
    if (proto.getOnDemand()) {
      problems.warning("on_demand: has no effect, the route table is asked for at once");
    }
    return new RouteSource.Rds(proto.getRouteConfigurationName(), rds);
  }

  private static void checkTable(ScopedRouteConfiguration proto, Problems problems) {
    boolean named = !proto.getRouteConfigurationName().isEmpty();
    if (proto.hasRouteConfiguration() && named) {
      problems.error(
          "route_configuration_name", "is set, and so is route_configuration; one is allowed");
    } else if (!proto.hasRouteConfiguration() && !named) {
      problems.error("one of route_configuration and route_configuration_name is required");
    }
  }

  private static String key(ScopedRouteConfiguration proto) {
    List<String> parts = new ArrayList<>();
    proto.getKey().getFragmentsList().forEach(part -> parts.add(part.getStringKey()));
    return ScopeKey.of(parts);
  }

  private static ScopeKey key(ScopedRoutes proto, Problems problems) {
    Problems here = problems.at("scope_key_builder");
    List<ScopeKey.Fragment> fragments = new ArrayList<>();
    for (int i = 0; i < proto.getScopeKeyBuilder().getFragmentsCount(); i++) {
      fragments.add(fragment(proto.getScopeKeyBuilder().getFragments(i), here.at("fragments", i)));
    }
    if (fragments.isEmpty()) {
      here.error("fragments", "is empty; one fragment or more is required");
    }
    return new ScopeKey(fragments);
  }

  private static ScopeKey.Fragment fragment(FragmentBuilder proto, Problems problems) {
    Problems here = problems.at("header_value_extractor");
    var extractor = proto.getHeaderValueExtractor();
    if (extractor.getName().isEmpty()) {
      here.error("name", "is empty; a header's name is required");
    }
    if (extractor.getElementSeparator().isEmpty() && extractor.getIndex() != 0) {
      here.error("index", "Index > 0 for empty string element separator.");
    }
    if (extractor.hasElement() && extractor.getElement().getSeparator().isEmpty()) {
      here.at("element").error("separator", "is empty; a separator is required");
    }
    return new ScopeKey.Fragment(
        HeaderName.of(extractor.getName()).inRequests(),
        extractor.getElementSeparator(),
        extractor.getIndex(),
        extractor.hasElement() ? extractor.getElement().getKey() : null,
        extractor.getElement().getSeparator());
  }
}
