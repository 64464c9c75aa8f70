package io.outrigger.proxy;

import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.core.v3.TypedExtensionConfig;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.config.route.v3.ScopedRouteConfiguration;
import io.envoyproxy.envoy.config.route.v3.VirtualHost;
import io.envoyproxy.envoy.service.runtime.v3.Runtime;
import io.outrigger.config.bootstrap.RuntimeCompiler;
import io.outrigger.config.cluster.ClusterCompiler;
import io.outrigger.config.cluster.ClusterConfig;
import io.outrigger.config.cluster.ClusterEndpoints;
import io.outrigger.config.cluster.EndpointsCompiler;
import io.outrigger.config.compile.Compiled;
import io.outrigger.config.hcm.ScopedRoute;
import io.outrigger.config.hcm.ScopedRoutesCompiler;
import io.outrigger.config.listener.ExtensionCompiler;
import io.outrigger.config.listener.ExtensionConfig;
import io.outrigger.config.listener.ListenerCompiler;
import io.outrigger.config.listener.ListenerConfig;
import io.outrigger.config.route.RouteConfigurationCompiler;
import io.outrigger.config.route.RouteTable;
import io.outrigger.config.runtime.RuntimeValue;
import io.outrigger.config.tls.Secret;
import io.outrigger.config.tls.SecretCompiler;
import io.outrigger.proxy.snapshot.ResourceCompilers;
import java.util.Map;
import java.util.Set;

/** The compilers of the config module. */
public final class ConfigCompilers implements ResourceCompilers {
  @Override
  public Compiled<ClusterConfig> cluster(Cluster message) {
    return ClusterCompiler.compile(message);
  }

  @Override
  public Compiled<ClusterEndpoints> endpoints(ClusterLoadAssignment message) {
    return EndpointsCompiler.compile(message);
  }

  @Override
  public Compiled<ListenerConfig> listener(Listener message) {
    return ListenerCompiler.compile(message);
  }

  @Override
  public Compiled<RouteTable> routeTable(RouteConfiguration message) {
    return RouteConfigurationCompiler.compile(message);
  }

  @Override
  public Compiled<ScopedRoute> scope(ScopedRouteConfiguration message) {
    return ScopedRoutesCompiler.scope(message);
  }

  @Override
  public Compiled<VirtualHost> virtualHost(VirtualHost message) {
    return RouteConfigurationCompiler.virtualHost(message);
  }

  @Override
  public Compiled<ExtensionConfig> extension(TypedExtensionConfig message, Set<String> allowed) {
    return ExtensionCompiler.compile(message, allowed);
  }

  @Override
  public Compiled<Map<String, RuntimeValue>> runtime(Runtime message) {
    return RuntimeCompiler.resource(message);
  }

  @Override
  public Compiled<Secret> secret(
      io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.Secret message) {
    return SecretCompiler.compile(message);
  }
}
