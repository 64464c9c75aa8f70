package io.outrigger.control.translate;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.outrigger.control.istio.InterceptionMode;
import io.outrigger.control.world.Locality;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Reads proxies from xDS nodes, with Istio's metadata and this mesh's own. */
public final class ProxyNodes {
  private ProxyNodes() {}

  /**
   * What can't be read is as if it weren't there.
   *
   * @param proven whether a certificate shows that the node is of its namespace
   */
  public static ProxyNode of(Node node, boolean proven) {
    Struct metadata = node.getMetadata();
    // sidecar~IP~NAME.NAMESPACE~NAMESPACE.svc.DOMAIN
    String[] parts = node.getId().split("~", -1);
    List<String> addresses = new ArrayList<>(list(text(metadata, "INSTANCE_IPS")));
    if (addresses.isEmpty() && parts.length > 1 && !parts[1].isEmpty()) {
      addresses.add(parts[1]);
    }
    String qualified = parts.length > 2 ? parts[2] : node.getId();
    String namespace = text(metadata, "NAMESPACE");
    if (namespace == null) {
      int dot = qualified.lastIndexOf('.');
      namespace = dot < 0 ? "default" : qualified.substring(dot + 1);
    }
    String name = text(metadata, "NAME");
    if (name == null) {
      int dot = qualified.lastIndexOf('.');
      name = dot < 0 ? qualified : qualified.substring(0, dot);
    }
    return new ProxyNode(
        parts[0].equals("router") ? NodeType.ROUTER : NodeType.SIDECAR,
        proven,
        node.getId(),
        List.copyOf(addresses),
        name,
        namespace,
        texts(metadata, "LABELS"),
        text(metadata, "SERVICE_ACCOUNT"),
        new Locality(
            node.getLocality().getRegion(),
            node.getLocality().getZone(),
            node.getLocality().getSubZone()),
        mode(text(metadata, "INTERCEPTION_MODE")),
        secrets(metadata),
        text(metadata, "SERVICE"),
        port(text(metadata, "INBOUND_PORT")),
        port(text(metadata, "APP_PORT")),
        port(text(metadata, "HTTP_PROXY_PORT")),
        loopback(metadata),
        topology(metadata),
        node.getUserAgentName().equals("outrigger") || text(metadata, "ISTIO_VERSION") != null,
        text(metadata, "ACCESS_LOG_FILE"),
        traceSampling(metadata));
  }

  /** As Istio's agent passes on what a workload's ProxyConfig says; 1 % unless it says more. */
  private static @Nullable Double traceSampling(Struct metadata) {
    Struct tracing = struct(struct(metadata, "PROXY_CONFIG"), "tracing");
    if (tracing.getFieldsCount() == 0) {
      return null;
    }
    Value sampling = tracing.getFieldsMap().get("sampling");
    return sampling == null || !sampling.hasNumberValue()
        ? 1.0
        : Math.clamp(sampling.getNumberValue(), 0.0, 100.0);
  }

  /** As Istio's agent passes on what a gateway's ProxyConfig says. */
  private static Topology topology(Struct metadata) {
    Struct given = struct(struct(metadata, "PROXY_CONFIG"), "gatewayTopology");
    double trusted =
        given.getFieldsOrDefault("numTrustedProxies", Value.getDefaultInstance()).getNumberValue();
    String word = text(given, "forwardClientCertDetails");
    Topology.ClientCertificate certificate = Topology.DEFAULT.clientCertificate();
    for (Topology.ClientCertificate one : Topology.ClientCertificate.values()) {
      certificate = one.name().equals(word) ? one : certificate;
    }
    return new Topology((int) Math.clamp(trusted, 0, 100), certificate);
  }

  private static Struct struct(Struct in, String name) {
    Value value = in.getFieldsMap().get(name);
    return value == null ? Struct.getDefaultInstance() : value.getStructValue();
  }

  private static InterceptionMode mode(@Nullable String word) {
    return switch (word == null ? "" : word) {
      case "NONE" -> InterceptionMode.NONE;
      case "TPROXY" -> InterceptionMode.TPROXY;
      default -> InterceptionMode.REDIRECT;
    };
  }

  private static SecretSource secrets(Struct metadata) {
    String directory = text(metadata, "SDS_DIRECTORY");
    String cluster = text(metadata, "SDS_CLUSTER");
    if (directory != null) {
      return new SecretSource.Directory(directory);
    }
    return cluster != null ? new SecretSource.Cluster(cluster) : new SecretSource.Ads();
  }

  private static Map<String, Integer> loopback(Struct metadata) {
    Map<String, Integer> out = new TreeMap<>();
    Map<String, String> given = new TreeMap<>(texts(metadata, "LOOPBACK_PORTS"));
    for (String pair : list(text(metadata, "LOOPBACK_PORTS"))) {
      int equals = pair.indexOf('=');
      if (equals > 0) {
        given.put(pair.substring(0, equals).trim(), pair.substring(equals + 1).trim());
      }
    }
    given.forEach(
        (target, number) -> {
          if (port(number) > 0) {
            out.put(target, port(number));
          }
        });
    return Collections.unmodifiableMap(out);
  }

  private static List<String> list(@Nullable String text) {
    if (text == null) {
      return List.of();
    }
    List<String> out = new ArrayList<>();
    for (String part : text.split(",", -1)) {
      if (!part.isBlank()) {
        out.add(part.trim());
      }
    }
    return out;
  }

  private static int port(@Nullable String text) {
    if (text == null || !text.matches("[0-9]{1,5}")) {
      return 0;
    }
    int number = Integer.parseInt(text);
    return number <= 65535 ? number : 0;
  }

  private static Map<String, String> texts(Struct metadata, String name) {
    Value value = metadata.getFieldsMap().get(name);
    if (value == null || !value.hasStructValue()) {
      return Map.of();
    }
    Map<String, String> out = new TreeMap<>();
    value
        .getStructValue()
        .getFieldsMap()
        .forEach(
            (key, entry) -> {
              String text = text(entry);
              if (text != null) {
                out.put(key, text);
              }
            });
    return Collections.unmodifiableMap(out);
  }

  private static @Nullable String text(Struct metadata, String name) {
    Value value = metadata.getFieldsMap().get(name);
    String text = value == null ? null : text(value);
    return text == null || text.isEmpty() ? null : text;
  }

  private static @Nullable String text(Value value) {
    return switch (value.getKindCase()) {
      case STRING_VALUE -> value.getStringValue();
      case NUMBER_VALUE -> {
        double number = value.getNumberValue();
        yield number == Math.rint(number) ? Long.toString((long) number) : Double.toString(number);
      }
      case BOOL_VALUE -> Boolean.toString(value.getBoolValue());
      default -> null;
    };
  }
}
