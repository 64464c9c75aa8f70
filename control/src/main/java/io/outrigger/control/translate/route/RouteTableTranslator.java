package io.outrigger.control.translate.route;

import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.config.route.v3.VirtualHost;
import io.outrigger.control.translate.Values;
import io.outrigger.control.translate.model.RouteModel;
import io.outrigger.control.translate.model.RouteTableModel;

/** Makes a route configuration. */
public final class RouteTableTranslator {
  private RouteTableTranslator() {}

  public static RouteConfiguration translate(RouteTableModel model) {
    RouteConfiguration.Builder out =
        RouteConfiguration.newBuilder()
            .setName(model.name())
            // a route may name a cluster that comes later or never
            .setValidateClusters(Values.bool(false))
            .setIgnorePortInHostMatching(model.ignorePort());
    for (RouteTableModel.VirtualHostModel host : model.virtualHosts()) {
      VirtualHost.Builder virtualHost =
          VirtualHost.newBuilder()
              .setName(host.name())
              .addAllDomains(host.domains())
              .setIncludeRequestAttemptCount(true);
      if (host.requireTls()) {
        virtualHost.setRequireTls(VirtualHost.TlsRequirementType.ALL);
      }
      for (RouteModel route : host.routes()) {
        virtualHost.addRoutes(RouteTranslator.translate(route));
      }
      out.addVirtualHosts(virtualHost);
    }
    return out.build();
  }
}
