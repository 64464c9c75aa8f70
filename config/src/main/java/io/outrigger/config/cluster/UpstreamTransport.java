package io.outrigger.config.cluster;

import io.outrigger.config.tls.SdsSource;
import io.outrigger.config.tls.UpstreamTls;
import java.util.Set;

/** What lies between a pool and the bytes of its connections. */
public sealed interface UpstreamTransport {
  /** The secrets that it needs. */
  default Set<SdsSource> secrets() {
    return Set.of();
  }

  /** Nothing: plaintext. */
  record Raw() implements UpstreamTransport {}

  /** TLS. */
  record Tls(UpstreamTls tls) implements UpstreamTransport {
    @Override
    public Set<SdsSource> secrets() {
      return tls.secrets();
    }
  }

  /** A connection to an internal listener of this process, with metadata passed to it. */
  record InternalUpstream(UpstreamTransport inner) implements UpstreamTransport {
    @Override
    public Set<SdsSource> secrets() {
      return inner.secrets();
    }
  }
}
