package io.outrigger.config.address;

import io.envoyproxy.envoy.config.core.v3.SocketAddress;
import io.outrigger.config.compile.Problems;
import java.net.InetAddress;

/** Compiles Address messages. */
public final class AddressCompiler {
  private static final Address NONE = new Address.Name("", 0);

  private AddressCompiler() {}

  /**
   * The address.
   *
   * @param namesAllowed whether a host name may stand in place of an IP address
   */
  public static Address compile(
      io.envoyproxy.envoy.config.core.v3.Address proto, boolean namesAllowed, Problems problems) {
    return switch (proto.getAddressCase()) {
      case SOCKET_ADDRESS ->
          socket(proto.getSocketAddress(), namesAllowed, problems.at("socket_address"));
      case PIPE -> {
        String path = proto.getPipe().getPath();
        if (path.isEmpty()) {
          problems.at("pipe").error("path", "is empty; a path is required");
        } else if (path.length() > 107) {
          problems.at("pipe").error("path", "has more than 107 bytes, a unix socket's limit");
        }
        yield new Address.Pipe(path, proto.getPipe().getMode());
      }
      case ENVOY_INTERNAL_ADDRESS ->
          new Address.Internal(
              proto.getEnvoyInternalAddress().getServerListenerName(),
              proto.getEnvoyInternalAddress().getEndpointId());
      case ADDRESS_NOT_SET -> {
        problems.error("one of socket_address, pipe or envoy_internal_address is required");
        yield NONE;
      }
    };
  }

  /** An IP address and port; a name if that is allowed. */
  public static Address socket(SocketAddress proto, boolean namesAllowed, Problems problems) {
    if (proto.getProtocol() == SocketAddress.Protocol.UDP) {
      problems.error("protocol", "UDP is not supported; TCP is");
    }
    int port = port(proto, problems);
    InetAddress literal = IpLiteral.parse(proto.getAddress());
    if (literal != null) {
      return new Address.Ip(literal, port, proto.getIpv4Compat());
    }
    if (!namesAllowed || proto.getAddress().isEmpty()) {
      problems.error(
          "address",
          "malformed IP address: '"
              + proto.getAddress()
              + "'. An IPv4 or IPv6 address is required here; a host name is allowed in a cluster"
              + " of type STRICT_DNS or LOGICAL_DNS");
      return NONE;
    }
    return new Address.Name(proto.getAddress(), port);
  }

  private static int port(SocketAddress proto, Problems problems) {
    if (proto.hasNamedPort()) {
      problems.error("named_port", "is not supported; port_value is");
    } else if (!proto.hasPortValue()) {
      problems.error("port_value", "is required");
    } else if (proto.getPortValue() < 0 || proto.getPortValue() > 65_535) {
      problems.error(
          "port_value",
          "is " + Integer.toUnsignedLong(proto.getPortValue()) + "; 0 to 65535 is allowed");
    } else {
      return proto.getPortValue();
    }
    return 0;
  }
}
