package io.outrigger.control.translate;

import com.google.protobuf.Any;
import io.outrigger.api.istio.metadataexchange.MetadataExchange;

/**
 * Istio's filter by which sidecars tell each other who they are, before the data of TCP. It does
 * nothing on a connection whose ends have not agreed on it.
 */
public final class PeerExchange {
  /** What ends that do so agree on. */
  public static final String ALPN = "istio-peer-exchange";

  private static final String NAME = "istio.metadata_exchange";

  private static final Any CONFIG =
      Any.newBuilder()
          .setTypeUrl("type.googleapis.com/envoy.tcp.metadataexchange.config.MetadataExchange")
          .setValue(MetadataExchange.newBuilder().setProtocol(ALPN).build().toByteString())
          .build();

  private PeerExchange() {}

  /** For those who are called. */
  public static io.envoyproxy.envoy.config.listener.v3.Filter ofListener() {
    return io.envoyproxy.envoy.config.listener.v3.Filter.newBuilder()
        .setName(NAME)
        .setTypedConfig(CONFIG)
        .build();
  }

  /** For those who call. */
  public static io.envoyproxy.envoy.config.cluster.v3.Filter ofCluster() {
    return io.envoyproxy.envoy.config.cluster.v3.Filter.newBuilder()
        .setName(NAME)
        .setTypedConfig(CONFIG)
        .build();
  }
}
