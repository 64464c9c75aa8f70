package io.outrigger.config.cluster;

import com.google.protobuf.ByteString;
import io.outrigger.config.tls.SdsSource;
import io.outrigger.config.tls.UpstreamTls;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What lies between a pool and the bytes of its connections. */
public sealed interface UpstreamTransport {
  /** The secrets that it needs. */
  default Set<SdsSource> secrets() {
    return Set.of();
  }

  /** Whether ALPN can settle on a protocol. */
  default boolean isTls() {
    return false;
  }

  /** What connections begin with; null: nothing but what they carry. */
  default @Nullable ProxyProtocol proxyProtocol() {
    return null;
  }

  /** Nothing: plaintext. */
  record Raw() implements UpstreamTransport {}

  /** TLS. */
  record Tls(UpstreamTls tls) implements UpstreamTransport {
    @Override
    public boolean isTls() {
      return true;
    }

    @Override
    public Set<SdsSource> secrets() {
      return tls.secrets();
    }
  }

  /**
   * A PROXY protocol header that tells of the client, then another transport.
   *
   * @param version 1 or 2
   * @param added TLVs of a header of version 2
   */
  record ProxyProtocol(int version, List<Tlv> added, UpstreamTransport inner)
      implements UpstreamTransport {
    public ProxyProtocol {
      added = List.copyOf(added);
    }

    @Override
    public Set<SdsSource> secrets() {
      return inner.secrets();
    }

    @Override
    public boolean isTls() {
      return inner.isTls();
    }

    @Override
    public ProxyProtocol proxyProtocol() {
      return this;
    }
  }

  /** A type, length and value of a header. */
  record Tlv(int type, ByteString value) {}

  /** A connection to an internal listener of this process, with metadata passed to it. */
  record InternalUpstream(UpstreamTransport inner) implements UpstreamTransport {
    @Override
    public Set<SdsSource> secrets() {
      return inner.secrets();
    }
  }
}
