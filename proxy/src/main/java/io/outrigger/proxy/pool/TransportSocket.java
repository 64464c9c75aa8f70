package io.outrigger.proxy.pool;

import io.netty.channel.Channel;
import io.outrigger.proxy.tls.TlsInfo;
import io.outrigger.proxy.worker.Worker;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What makes a connection secure once it is up. One for all workers; called on the connection's.
 */
public interface TransportSocket {
  /** Whether the SNI is the host's name where nothing else asks for one: auto_host_sni. */
  default boolean namesTheHost() {
    return false;
  }

  /** The same, offering these protocols by ALPN whatever is configured. */
  default TransportSocket offering(List<String> alpn) {
    return this;
  }

  /**
   * Adds what is needed to the end of the channel's pipeline and starts the handshake.
   *
   * @param serverName the SNI to send instead of the configured one, or null
   * @param fallbackAlpn the ALPN to offer where the configuration names none
   */
  void secure(
      Worker worker,
      Channel channel,
      @Nullable String serverName,
      List<String> fallbackAlpn,
      Outcome outcome);

  /** Hears how the handshake ended; exactly one of the two is called, on the worker. */
  interface Outcome {
    /** Secure; called before any byte of the peer's is fired down the pipeline. */
    void onSecure(TlsInfo info);

    /** The sentence for %UPSTREAM_TRANSPORT_FAILURE_REASON%; empty if the peer just went away. */
    void onInsecure(String failure);
  }
}
