package io.outrigger.control.gatewayapi;

import io.outrigger.control.gatewayapi.GatewaySpec.Listener;
import io.outrigger.control.gatewayapi.GatewaySpec.RouteKind;
import io.outrigger.control.gatewayapi.GatewaySpec.TlsMode;
import io.outrigger.control.resource.Kind;
import io.outrigger.control.resource.Resource;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is wrong with the listeners of a Gateway, each by itself and beside the others. */
final class ListenerChecks {
  private static final RouteKind HTTP = new RouteKind(ObjectRef.GATEWAY_GROUP, "HTTPRoute");
  private static final RouteKind GRPC = new RouteKind(ObjectRef.GATEWAY_GROUP, "GRPCRoute");

  private ListenerChecks() {}

  static List<ListenerState> of(Resource gateway, References references) {
    List<ListenerState> out = new ArrayList<>();
    for (Listener listener : ((GatewaySpec) gateway.spec()).listeners()) {
      out.add(state(gateway, listener, references));
    }
    for (ListenerState one : out) {
      for (ListenerState other : out) {
        if (one != other && one.listener.port() == other.listener.port()) {
          conflict(one, other);
        }
      }
    }
    return out;
  }

  private static void conflict(ListenerState one, ListenerState other) {
    String reason = null;
    if (!one.listener.protocol().equals(other.listener.protocol())) {
      reason = "ProtocolConflict";
    } else if (one.hostname().equals(other.hostname())) {
      reason = "HostnameConflict";
    }
    if (reason != null) {
      String message =
          "port " + one.listener.port() + " is that of listener " + other.listener.name() + " too";
      one.conflicted = new Condition("Conflicted", true, reason, message);
      one.accepted = Condition.no(Condition.ACCEPTED, reason, message);
    }
  }

  private static ListenerState state(Resource gateway, Listener listener, References references) {
    List<RouteKind> supported =
        switch (listener.protocol()) {
          case "HTTP", "HTTPS" -> List.of(HTTP, GRPC);
          default -> List.of();
        };
    Condition accepted =
        supported.isEmpty()
            ? Condition.no(
                Condition.ACCEPTED,
                "UnsupportedProtocol",
                "protocol " + listener.protocol() + " isn't one of HTTP and HTTPS")
            : Condition.yes(Condition.ACCEPTED, "Accepted");
    if (listener.protocol().equals("HTTPS") && listener.tlsMode() == TlsMode.Passthrough) {
      accepted =
          Condition.no(
              Condition.ACCEPTED, "UnsupportedValue", "HTTPS is ended here: mode Terminate");
    }
    Condition resolved = certificates(gateway, listener, references);
    boolean certified = resolved == null;
    List<RouteKind> kinds = supported;
    if (!listener.kinds().isEmpty()) {
      kinds = listener.kinds().stream().filter(supported::contains).toList();
      if (kinds.size() < listener.kinds().size() && resolved == null) {
        resolved =
            Condition.no(
                Condition.RESOLVED_REFS,
                "InvalidRouteKinds",
                "only HTTPRoute and GRPCRoute are known for " + listener.protocol());
      }
    }
    return new ListenerState(
        gateway,
        listener,
        kinds,
        accepted,
        resolved == null ? Condition.yes(Condition.RESOLVED_REFS, "ResolvedRefs") : resolved,
        certified);
  }

  private static @Nullable Condition certificates(
      Resource gateway, Listener listener, References references) {
    if (!listener.protocol().equals("HTTPS")) {
      return null;
    }
    if (listener.certificates().isEmpty()) {
      return Condition.no(
          Condition.RESOLVED_REFS, "InvalidCertificateRef", "there is no certificateRef");
    }
    for (ObjectRef to : listener.certificates()) {
      String words = to.words(gateway.namespace());
      if (!to.is("", "Secret")) {
        return Condition.no(
            Condition.RESOLVED_REFS, "InvalidCertificateRef", words + " isn't a Secret");
      }
      if (!references.permitted(Kind.API_GATEWAY, gateway.namespace(), to)) {
        return Condition.no(
            Condition.RESOLVED_REFS,
            "RefNotPermitted",
            "no ReferenceGrant of namespace "
                + to.namespace(gateway.namespace())
                + " permits "
                + words);
      }
      String wrong = references.secret(to.namespace(gateway.namespace()), to.name());
      if (wrong != null) {
        return Condition.no(Condition.RESOLVED_REFS, "InvalidCertificateRef", words + " " + wrong);
      }
    }
    return null;
  }
}
