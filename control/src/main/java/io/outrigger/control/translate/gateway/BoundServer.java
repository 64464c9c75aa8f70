package io.outrigger.control.translate.gateway;

import io.outrigger.control.istio.Gateway.Server;
import io.outrigger.control.resource.Resource;
import io.outrigger.control.world.Gateways;
import io.outrigger.control.world.Hosts;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A server of a Gateway, on the port that the proxy opens for it. */
record BoundServer(Resource gateway, Server server, int port) {
  private static final String ALL_ADDRESSES = "0.0.0.0";

  String gatewayName() {
    return Gateways.fullName(gateway);
  }

  String bind() {
    String bind = server.bind();
    return bind == null ? ALL_ADDRESSES : bind;
  }

  /** As Istio names it: all plain servers of a port share one, each of HTTPS has its own. */
  String routes() {
    return server.endsTls()
        ? "https."
            + server.number()
            + "."
            + server.portName()
            + "."
            + gateway.name()
            + "."
            + gateway.namespace()
        : "http." + port;
  }

  /** Its hosts without their namespaces, each once. */
  List<String> hosts() {
    Set<String> out = new LinkedHashSet<>();
    server.hosts().forEach(host -> out.add(host.substring(host.indexOf('/') + 1)));
    return List.copyOf(out);
  }

  /**
   * What is served here of a host of a VirtualService of that namespace: the narrower of it and a
   * host of this server; null for nothing.
   */
  @Nullable String served(String host, String namespace) {
    String found = null;
    for (String written : server.hosts()) {
      int slash = written.indexOf('/');
      if (slash >= 0 && !allows(written.substring(0, slash), namespace)) {
        continue;
      }
      String own = written.substring(slash + 1);
      String both = Hosts.covers(own, host) ? host : Hosts.covers(host, own) ? own : null;
      if (both != null && (found == null || Hosts.closer(found, both))) {
        found = both;
      }
    }
    return found;
  }

  private boolean allows(String owner, String namespace) {
    return owner.equals("*") || (owner.equals(".") ? gateway.namespace() : owner).equals(namespace);
  }

  @Override
  public String toString() {
    return gateway.id() + " port " + server.number() + " (" + server.portName() + ")";
  }
}
