package io.outrigger.config.listener;

import io.outrigger.config.match.RuntimeFlag;
import io.outrigger.config.proxyprotocol.PassThroughTlvs;
import io.outrigger.config.ratelimit.TokenBucket;
import io.outrigger.config.source.ExtensionDiscovery;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The configuration of a listener filter. */
public sealed interface ListenerFilterConfig {
  /** Finds the destination before the connection was redirected. */
  record OriginalDst() implements ListenerFilterConfig {}

  /**
   * Connects upstream from the client's address.
   *
   * @param mark SO_MARK of such connections; 0: none
   */
  record OriginalSrc(int mark) implements ListenerFilterConfig {}

  /** Reads the ClientHello's SNI and ALPN. */
  record TlsInspector(int maxClientHelloSize, boolean ja3, boolean ja4)
      implements ListenerFilterConfig {}

  /** Tells HTTP/1.0, HTTP/1.1 and h2c in plaintext. */
  record HttpInspector() implements ListenerFilterConfig {}

  /**
   * Reads a PROXY protocol header.
   *
   * @param passThrough TLVs that connections upstream may be told of
   */
  record ProxyProtocol(
      boolean allowRequestsWithoutProxyProtocol,
      Set<Integer> disallowedVersions,
      List<TlvRule> rules,
      PassThroughTlvs passThrough,
      String statPrefix)
      implements ListenerFilterConfig {
    public ProxyProtocol {
      disallowedVersions = Set.copyOf(disallowedVersions);
      rules = List.copyOf(rules);
    }
  }

  /** A TLV that goes into metadata. */
  record TlvRule(int tlvType, String metadataNamespace, String key) {}

  /** Closes connections while the bucket is empty. */
  record LocalRateLimit(String statPrefix, TokenBucket bucket, RuntimeFlag enabled)
      implements ListenerFilterConfig {}

  /** What ECDS delivers holds in its place; without a {@code fallback}, nobody gets in before. */
  record Discovered(ExtensionDiscovery discovery, @Nullable ListenerFilterConfig fallback)
      implements ListenerFilterConfig {}

  /** A filter that is accepted and does nothing here. */
  record Ignored(@Nullable String typeUrl) implements ListenerFilterConfig {}
}
