package io.outrigger.control.gatewayapi;

import io.outrigger.control.istio.Gateway;
import io.outrigger.control.istio.Gateway.Server;
import io.outrigger.control.istio.Gateway.ServerTls;
import io.outrigger.control.resource.Kind;
import io.outrigger.control.resource.Protocol;
import io.outrigger.control.resource.Resource;
import io.outrigger.control.resource.ResourceId;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/** What one Gateway comes to: proxies of its own, their listeners, and its status. */
final class GatewayPlan {
  /** Kubernetes' limit of a label's value and of the names that are made from one. */
  private static final int NAME_LIMIT = 63;

  private static final String SERVICE_TYPE = "networking.istio.io/service-type";

  private final Resource gateway;
  private final GatewaySpec spec;
  private final List<ListenerState> listeners;
  private final GatewayRoutes routes;
  private final Condition accepted;

  GatewayPlan(Resource gateway, List<ListenerState> listeners, GatewayRoutes routes) {
    this.gateway = gateway;
    this.spec = (GatewaySpec) gateway.spec();
    this.listeners = listeners;
    this.routes = routes;
    this.accepted = accepted();
  }

  private Condition accepted() {
    if (spec.parametersRef() != null) {
      return Condition.no(
          Condition.ACCEPTED, "InvalidParameters", "infrastructure.parametersRef isn't supported");
    }
    for (GatewaySpec.Address address : spec.addresses()) {
      if (!address.value().isEmpty() || !address.type().equals("IPAddress")) {
        return Condition.no(Condition.ACCEPTED, "UnsupportedAddress", "an address can't be chosen");
      }
    }
    long good = listeners.stream().filter(one -> one.accepted.holds()).count();
    if (good == 0) {
      return Condition.no(Condition.ACCEPTED, "ListenersNotValid", "no listener can be accepted");
    }
    return good == listeners.size()
        ? Condition.yes(Condition.ACCEPTED, "Accepted")
        : new Condition(
            Condition.ACCEPTED, true, "ListenersNotValid", "some listeners can't be accepted");
  }

  Status.OfGateway status() {
    return new Status.OfGateway(
        spec.generation(),
        !served().isEmpty(),
        List.of(accepted),
        listeners.stream().map(ListenerState::status).toList());
  }

  private List<ListenerState> served() {
    return accepted.holds()
        ? listeners.stream().filter(ListenerState::servable).toList()
        : List.of();
  }

  /** A Gateway for each listener, so that each has routes of its own. */
  List<Resource> gateways() {
    List<Resource> out = new ArrayList<>();
    for (ListenerState state : served()) {
      out.add(
          new Resource(
              new ResourceId(Kind.GATEWAY, gateway.namespace(), name(state)),
              Map.of(),
              Map.of(),
              gateway.created(),
              gateway.place(),
              new Gateway(Map.of(Deployed.LABEL, label()), List.of(server(state)))));
    }
    return out;
  }

  private String name(ListenerState state) {
    return gateway.name() + "~" + state.listener.name();
  }

  private Server server(ListenerState state) {
    boolean https = state.listener.protocol().equals("HTTPS");
    return new Server(
        state.listener.port(),
        state.listener.name(),
        https ? Protocol.HTTPS : Protocol.HTTP,
        null,
        List.of("./" + state.hostname()),
        https ? tls(state) : null,
        null);
  }

  private ServerTls tls(ListenerState state) {
    return new ServerTls(
        ServerTls.Mode.SIMPLE,
        false,
        state.listener.certificates().stream()
            .map(
                to -> "kubernetes-gateway://" + to.namespace(gateway.namespace()) + "/" + to.name())
            .toList(),
        null,
        List.of(),
        null,
        null,
        List.of(),
        List.of(),
        List.of(),
        ServerTls.Version.TLS_AUTO,
        ServerTls.Version.TLS_AUTO,
        List.of(),
        List.of());
  }

  List<Resource> virtualServices() {
    List<Resource> out = new ArrayList<>();
    for (ListenerState state : served()) {
      out.addAll(routes.virtualServices(state, name(state), listeners));
    }
    return out;
  }

  /** Nothing while there is no listener to serve. */
  List<Deployed> deployed() {
    if (served().isEmpty()) {
      return List.of();
    }
    SortedMap<Integer, Deployed.Port> ports = new TreeMap<>();
    for (ListenerState state : served()) {
      int port = state.listener.port();
      String protocol = state.listener.protocol().toLowerCase(Locale.ROOT);
      ports.put(port, new Deployed.Port(port, protocol));
    }
    return List.of(
        new Deployed(
            gateway.namespace(),
            gateway.name(),
            shortened(gateway.name() + "-" + spec.className()),
            label(),
            List.copyOf(ports.values()),
            spec.labels(),
            spec.annotations(),
            serviceType()));
  }

  private @Nullable String serviceType() {
    String of = gateway.annotations().get(SERVICE_TYPE);
    return of != null ? of : spec.annotations().get(SERVICE_TYPE);
  }

  private String label() {
    return shortened(gateway.name());
  }

  // a name may have 253 characters and dots, a service's only 63 and none
  private static String shortened(String name) {
    if (name.length() <= NAME_LIMIT && name.indexOf('.') < 0) {
      return name;
    }
    CRC32 sum = new CRC32();
    sum.update(name.getBytes(StandardCharsets.UTF_8));
    String head = name.replace('.', '-');
    return head.substring(0, Math.min(head.length(), NAME_LIMIT - 9))
        + "-"
        + String.format("%08x", sum.getValue());
  }
}
