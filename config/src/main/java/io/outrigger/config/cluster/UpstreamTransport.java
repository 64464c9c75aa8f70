package io.outrigger.config.cluster;

import io.outrigger.config.proxyprotocol.PassThroughTlvs;
import io.outrigger.config.proxyprotocol.Tlv;
import io.outrigger.config.tcp.TcpStatsConfig;
import io.outrigger.config.tls.SdsSource;
import io.outrigger.config.tls.UpstreamTls;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What lies between a pool and the bytes of its connections. */
public sealed interface UpstreamTransport {
  /** The TLS in it, or null. */
  default @Nullable UpstreamTls tls() {
    return null;
  }

  /** What connections begin with; null: nothing but what they carry. */
  default @Nullable ProxyProtocol proxyProtocol() {
    return null;
  }

  /** Whether the HTTP proxy of a host that has one is asked for the way to it. */
  default boolean asksHttpProxy() {
    return false;
  }

  /** What is counted of connections beside what pools count; null: nothing. */
  default @Nullable TcpStatsConfig tcpStats() {
    return null;
  }

  /** The secrets that it needs. */
  default Set<SdsSource> secrets() {
    UpstreamTls tls = tls();
    return tls == null ? Set.of() : tls.secrets();
  }

  /** Whether ALPN can settle on a protocol. */
  default boolean isTls() {
    return tls() != null;
  }

  /** Nothing: plaintext. */
  record Raw() implements UpstreamTransport {}

  /** TLS. */
  record Tls(UpstreamTls tls) implements UpstreamTransport {}

  /** Something before another transport. */
  sealed interface Wrapper extends UpstreamTransport {
    UpstreamTransport inner();

    @Override
    default @Nullable UpstreamTls tls() {
      return inner().tls();
    }

    @Override
    default @Nullable ProxyProtocol proxyProtocol() {
      return inner().proxyProtocol();
    }

    @Override
    default boolean asksHttpProxy() {
      return inner().asksHttpProxy();
    }

    @Override
    default @Nullable TcpStatsConfig tcpStats() {
      return inner().tcpStats();
    }
  }

  /**
   * A PROXY protocol header that tells of the client, then another transport.
   *
   * @param version 1 or 2
   * @param passed TLVs of the client's own header that go on, in a header of version 2
   * @param added TLVs of a header of version 2, in place of passed ones of their types
   */
  record ProxyProtocol(
      int version, PassThroughTlvs passed, List<Tlv> added, UpstreamTransport inner)
      implements Wrapper {
    public ProxyProtocol {
      added = List.copyOf(added);
    }

    @Override
    public ProxyProtocol proxyProtocol() {
      return this;
    }
  }

  /** CONNECT to the HTTP proxy of a host that has one, then another transport, through it. */
  record Http11Proxy(UpstreamTransport inner) implements Wrapper {
    @Override
    public boolean asksHttpProxy() {
      return true;
    }
  }

  /** Another transport, with the kernel's numbers of its connections counted. */
  record TcpStats(TcpStatsConfig tcpStats, UpstreamTransport inner) implements Wrapper {}

  /** A connection to an internal listener of this process, with metadata passed to it. */
  record InternalUpstream(UpstreamTransport inner) implements Wrapper {}
}
