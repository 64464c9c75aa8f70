package io.outrigger.config.tls;

import io.outrigger.api.istio.metadataexchange.MetadataExchange;
import io.outrigger.config.compile.Problems;
import io.outrigger.config.compile.TypedExtension;
import org.jspecify.annotations.Nullable;

/** Compiles Istio's network filter for the metadata of peers, of listeners and of clusters. */
public final class PeerExchangeCompiler {
  /** Istio's protocol: metadata comes first on connections that agree on it. */
  public static final String ALPN = "istio-peer-exchange";

  /** Full name of the message that configures it. */
  public static final String TYPE = "envoy.tcp.metadataexchange.config.MetadataExchange";

  private PeerExchangeCompiler() {}

  /** The ALPN protocol of the connections that it is for, or null with a problem. */
  public static @Nullable String protocol(TypedExtension extension, Problems problems) {
    MetadataExchange proto = extension.parse(MetadataExchange.parser(), problems);
    if (proto == null) {
      return null;
    }
    if (proto.getEnableDiscovery()) {
      problems.ignored("enable_discovery");
    }
    if (proto.getAdditionalLabelsCount() > 0) {
      problems.ignored("additional_labels");
    }
    if (proto.getProtocol().isEmpty()) {
      problems.error("protocol", "is empty; the ALPN protocol of peers that exchange is required");
      return null;
    }
    return proto.getProtocol();
  }
}
