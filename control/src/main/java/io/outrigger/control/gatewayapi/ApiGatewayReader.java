package io.outrigger.control.gatewayapi;

import io.outrigger.control.gatewayapi.GatewaySpec.Address;
import io.outrigger.control.gatewayapi.GatewaySpec.From;
import io.outrigger.control.gatewayapi.GatewaySpec.Listener;
import io.outrigger.control.gatewayapi.GatewaySpec.RouteKind;
import io.outrigger.control.gatewayapi.GatewaySpec.TlsMode;
import io.outrigger.control.resource.Fields;
import io.outrigger.control.resource.LabelSelector;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads a Gateway of the Gateway API. */
public final class ApiGatewayReader {
  private record Tls(TlsMode mode, List<ObjectRef> certificates) {
    static final Tls NONE = new Tls(TlsMode.Terminate, List.of());
  }

  private record Allowed(From from, LabelSelector selector, List<RouteKind> kinds) {
    static final Allowed DEFAULT = new Allowed(From.Same, LabelSelector.ALL, List.of());
  }

  private record Infrastructure(
      Map<String, String> labels,
      Map<String, String> annotations,
      @Nullable ObjectRef parametersRef) {
    static final Infrastructure NONE = new Infrastructure(Map.of(), Map.of(), null);
  }

  private ApiGatewayReader() {}

  public static GatewaySpec read(Fields fields, long generation) {
    List<Listener> listeners = fields.objects("listeners", ApiGatewayReader::listener);
    Set<String> names = new HashSet<>();
    for (Listener listener : listeners) {
      if (!names.add(listener.name())) {
        fields.error("listeners", "two listeners are named \"" + listener.name() + "\"");
      }
    }
    fields.ignored("allowedListeners", "ListenerSets aren't supported yet; it has no effect");
    fields.ignored("tls", "TLS towards backends and of clients isn't supported yet");
    fields.skip("defaultScope");
    Infrastructure infrastructure =
        fields.object(
            "infrastructure",
            f ->
                new Infrastructure(
                    f.stringMap("labels"),
                    f.stringMap("annotations"),
                    f.object("parametersRef", ObjectRefReader::parameters)));
    if (infrastructure == null) {
      infrastructure = Infrastructure.NONE;
    }
    return new GatewaySpec(
        generation,
        fields.required("gatewayClassName"),
        listeners,
        fields.objects(
            "addresses", f -> new Address(f.string("type", "IPAddress"), f.string("value", ""))),
        infrastructure.labels,
        infrastructure.annotations,
        infrastructure.parametersRef);
  }

  private static Listener listener(Fields fields) {
    String hostname = fields.string("hostname");
    if (hostname != null && hostname.isEmpty()) {
      hostname = null;
    }
    if (hostname != null) {
      ObjectRefReader.hostname(fields, "hostname", hostname);
    }
    Integer port = fields.port("port");
    if (port == null && !fields.has("port")) {
      fields.error("port", "must be given");
    }
    Tls tls = fields.object("tls", ApiGatewayReader::tls);
    Allowed allowed = fields.object("allowedRoutes", ApiGatewayReader::allowed);
    if (tls == null) {
      tls = Tls.NONE;
    }
    if (allowed == null) {
      allowed = Allowed.DEFAULT;
    }
    return new Listener(
        fields.required("name"),
        hostname,
        port == null ? 1 : port,
        fields.required("protocol"),
        tls.mode,
        tls.certificates,
        allowed.from,
        allowed.selector,
        allowed.kinds);
  }

  private static Tls tls(Fields fields) {
    fields.ignored("options", "no option is known; it has no effect");
    return new Tls(
        fields.oneOf("mode", TlsMode.class, TlsMode.Terminate),
        fields.objects("certificateRefs", ObjectRefReader::certificate));
  }

  private static Allowed allowed(Fields fields) {
    Allowed namespaces =
        fields.object(
            "namespaces",
            f -> {
              LabelSelector selector =
                  f.object("selector", s -> LabelSelector.read(s, LabelSelector.Operator.In));
              From from = f.oneOf("from", From.class, From.Same);
              if (from == From.Selector && selector == null) {
                f.error("selector", "must be given when from is Selector");
              }
              return new Allowed(from, selector == null ? LabelSelector.ALL : selector, List.of());
            });
    if (namespaces == null) {
      namespaces = Allowed.DEFAULT;
    }
    return new Allowed(
        namespaces.from,
        namespaces.selector,
        fields.objects(
            "kinds",
            f -> new RouteKind(f.string("group", ObjectRef.GATEWAY_GROUP), f.required("kind"))));
  }
}
