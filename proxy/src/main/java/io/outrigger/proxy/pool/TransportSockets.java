package io.outrigger.proxy.pool;

import io.outrigger.config.cluster.UpstreamTransport;
import io.outrigger.config.metadata.Metadata;
import io.outrigger.proxy.cluster.Host;
import io.outrigger.proxy.tcpstats.TcpStats;
import org.jspecify.annotations.Nullable;

/** The transport socket of each host of a cluster. Any worker. */
@FunctionalInterface
public interface TransportSockets {
  /** Whether connections to some hosts begin with a PROXY protocol header. */
  default boolean hasProxyProtocol() {
    return false;
  }

  /** The header that connections to this host begin with; null is none. */
  default UpstreamTransport.@Nullable ProxyProtocol proxyProtocol(Host host) {
    return null;
  }

  /** Whether the HTTP proxy of a host with this metadata, if it has one, is sent a CONNECT. */
  default boolean asksHttpProxy(Metadata metadata) {
    return false;
  }

  /** What counts the kernel's numbers of connections to hosts with this metadata, or null. */
  default @Nullable TcpStats tcpStats(Metadata metadata) {
    return null;
  }

  /** What secures connections to this host; null is plaintext. */
  default @Nullable TransportSocket of(Host host) {
    return of(host.metadata());
  }

  /** What secures connections to hosts with this metadata; null is plaintext. */
  @Nullable TransportSocket of(Metadata metadata);
}
