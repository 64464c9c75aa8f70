package io.outrigger.proxy.snapshot;

import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.core.v3.TypedExtensionConfig;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.config.route.v3.ScopedRouteConfiguration;
import io.envoyproxy.envoy.config.route.v3.VirtualHost;
import io.envoyproxy.envoy.service.runtime.v3.Runtime;
import io.outrigger.config.cluster.ClusterConfig;
import io.outrigger.config.cluster.ClusterEndpoints;
import io.outrigger.config.compile.Compiled;
import io.outrigger.config.hcm.ScopedRoute;
import io.outrigger.config.listener.ExtensionConfig;
import io.outrigger.config.listener.ListenerConfig;
import io.outrigger.config.route.RouteTable;
import io.outrigger.config.runtime.RuntimeValue;
import io.outrigger.config.tls.Secret;
import java.util.Map;
import java.util.Set;

/** Turns messages into records, with all problems that stand against them. */
public interface ResourceCompilers {
  Compiled<ClusterConfig> cluster(Cluster message);

  Compiled<ClusterEndpoints> endpoints(ClusterLoadAssignment message);

  Compiled<ListenerConfig> listener(Listener message);

  Compiled<RouteTable> routeTable(RouteConfiguration message);

  Compiled<ScopedRoute> scope(ScopedRouteConfiguration message);

  /** What is good is compiled with its route table. */
  Compiled<VirtualHost> virtualHost(VirtualHost message);

  /** {@code allowed}: the types that it may be of. */
  Compiled<ExtensionConfig> extension(TypedExtensionConfig message, Set<String> allowed);

  Compiled<Map<String, RuntimeValue>> runtime(Runtime message);

  Compiled<Secret> secret(io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.Secret message);
}
