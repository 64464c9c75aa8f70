package io.outrigger.proxy.listener;

import io.outrigger.config.listener.ConnectionFacts;
import io.outrigger.proxy.address.SocketAddresses;
import java.net.InetAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What filter chain matching asks of a connection. */
record MatchingFacts(DownstreamConnection connection) implements ConnectionFacts {
  @Override
  public @Nullable InetAddress destinationAddress() {
    return SocketAddresses.ip(connection.addresses().local());
  }

  @Override
  public int destinationPort() {
    return SocketAddresses.port(connection.addresses().local());
  }

  @Override
  public String serverName() {
    String name = connection.requestedServerName();
    return name == null ? "" : name;
  }

  @Override
  public String transportProtocol() {
    return connection.transportProtocol();
  }

  @Override
  public List<String> applicationProtocols() {
    return connection.requestedApplicationProtocols();
  }

  @Override
  public @Nullable InetAddress directSourceAddress() {
    return SocketAddresses.ip(connection.addresses().directRemote());
  }

  @Override
  public @Nullable InetAddress sourceAddress() {
    return SocketAddresses.ip(connection.addresses().remote());
  }

  @Override
  public int sourcePort() {
    return SocketAddresses.port(connection.addresses().remote());
  }
}
