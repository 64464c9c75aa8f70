package io.outrigger.proxy.admin;

import io.envoyproxy.envoy.admin.v3.ClientResourceStatus;
import io.envoyproxy.envoy.admin.v3.RoutesConfigDump;
import io.envoyproxy.envoy.admin.v3.ScopedRoutesConfigDump;
import io.envoyproxy.envoy.admin.v3.UpdateFailureState;
import io.envoyproxy.envoy.config.route.v3.ScopedRouteConfiguration;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.ScopedRoutes;
import io.outrigger.config.hcm.RouteSource;
import io.outrigger.config.hcm.ScopedRoute;
import io.outrigger.config.listener.FilterChain;
import io.outrigger.config.listener.FilterChain.NetworkFilter;
import io.outrigger.config.listener.ListenerConfig;
import io.outrigger.config.listener.NetworkFilterConfig;
import io.outrigger.config.route.RouteTable;
import io.outrigger.proxy.snapshot.Held;
import io.outrigger.proxy.snapshot.HeldResources;
import io.outrigger.proxy.snapshot.ReceivedConfig;
import java.util.function.Predicate;

/** The route tables and scopes in {@code /config_dump}. */
final class RouteDumps {
  private final ReceivedConfig received;

  RouteDumps(ReceivedConfig received) {
    this.received = received;
  }

  private static void staticRoutes(
      NetworkFilterConfig.Http http,
      long updatedMillis,
      Predicate<String> shows,
      RoutesConfigDump.Builder dump) {
    for (RouteSource source : http.config().routes().parts()) {
      if (source instanceof RouteSource.Inline inline && shows.test(inline.table().name())) {
        dump.addStaticRouteConfigs(
            RoutesConfigDump.StaticRouteConfig.newBuilder()
                .setRouteConfig(
                    ConfigDumpPage.any(
                        "envoy.config.route.v3.RouteConfiguration", inline.table().proto()))
                .setLastUpdated(ConfigDumpPage.time(updatedMillis)));
      }
    }
  }

  ScopedRoutesConfigDump scopes(Predicate<String> shows) {
    ScopedRoutesConfigDump.Builder dump = ScopedRoutesConfigDump.newBuilder();
    for (Held<ListenerConfig> held : received.listeners().all()) {
      for (FilterChain chain : held.value().allFilterChains()) {
        if (chain.terminal() instanceof NetworkFilterConfig.Http http
            && http.config().routes() instanceof RouteSource.Scoped
            && shows.test(http.config().proto().getScopedRoutes().getName())) {
          dump.addInlineScopedRouteConfigs(
              inlineScopes(http.config().proto().getScopedRoutes(), held.updatedMillis()));
        } else if (chain.terminal() instanceof NetworkFilterConfig.Http http
            && http.config().routes() instanceof RouteSource.ScopedRds scoped
            && shows.test(scoped.name())) {
          dump.addDynamicScopedRouteConfigs(dynamicScopes(scoped));
        }
      }
    }
    return dump.build();
  }

  private ScopedRoutesConfigDump.DynamicScopedRouteConfigs dynamicScopes(
      RouteSource.ScopedRds scoped) {
    HeldResources<ScopedRoute> held = received.scopes().of(scoped.source().origin());
    var out =
        ScopedRoutesConfigDump.DynamicScopedRouteConfigs.newBuilder()
            .setName(scoped.name())
            .setVersionInfo(held.version());
    long newest = 0;
    for (Held<ScopedRoute> scope : held.all()) {
      newest = Math.max(newest, scope.updatedMillis());
      out.addScopedRouteConfigs(
          ConfigDumpPage.any("envoy.config.route.v3.ScopedRouteConfiguration", scope.proto()));
    }
    return out.setLastUpdated(ConfigDumpPage.time(newest)).build();
  }

  private static ScopedRoutesConfigDump.InlineScopedRouteConfigs inlineScopes(
      ScopedRoutes scoped, long updatedMillis) {
    var out =
        ScopedRoutesConfigDump.InlineScopedRouteConfigs.newBuilder()
            .setName(scoped.getName())
            .setLastUpdated(ConfigDumpPage.time(updatedMillis));
    for (ScopedRouteConfiguration scope :
        scoped.getScopedRouteConfigurationsList().getScopedRouteConfigurationsList()) {
      out.addScopedRouteConfigs(
          ConfigDumpPage.any("envoy.config.route.v3.ScopedRouteConfiguration", scope));
    }
    return out.build();
  }

  RoutesConfigDump tables(Predicate<String> shows) {
    RoutesConfigDump.Builder dump = RoutesConfigDump.newBuilder();
    for (Held<ListenerConfig> held : received.listeners().all()) {
      for (FilterChain chain : held.value().allFilterChains()) {
        for (NetworkFilter filter : chain.networkFilters()) {
          if (filter.config() instanceof NetworkFilterConfig.Http http) {
            staticRoutes(http, held.updatedMillis(), shows, dump);
          }
        }
      }
    }
    for (Held<RouteTable> held : received.routeTables().all()) {
      if (shows.test(held.name())) {
        RoutesConfigDump.DynamicRouteConfig.Builder entry =
            RoutesConfigDump.DynamicRouteConfig.newBuilder()
                .setVersionInfo(held.version())
                .setRouteConfig(
                    ConfigDumpPage.any("envoy.config.route.v3.RouteConfiguration", held.proto()))
                .setLastUpdated(ConfigDumpPage.time(held.updatedMillis()))
                .setClientStatus(ClientResourceStatus.ACKED);
        UpdateFailureState failure =
            ConfigDumpPage.failure(received.routeTables().refused().get(held.name()));
        if (failure != null) {
          entry.setErrorState(failure).setClientStatus(ClientResourceStatus.NACKED);
        }
        dump.addDynamicRouteConfigs(entry);
      }
    }
    return dump.build();
  }
}
