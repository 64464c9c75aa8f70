package io.outrigger.proxy.cluster;

import com.google.protobuf.Struct;
import io.outrigger.config.http.Headers;
import io.outrigger.config.proxyprotocol.Tlv;
import java.net.SocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What picking a host and making its connection may ask of the request or connection at hand.
 *
 * <p>An exchange and a TCP session implement it and override what they know. Called on the worker,
 * during the pick and the stream's start only.
 */
public interface LbContext {
  /** Whether {@link #hash} means something: a hash policy gave one. */
  default boolean hasHash() {
    return false;
  }

  default long hash() {
    return 0;
  }

  /** Whether the route's priority is HIGH: chooses the circuit breaker and the pool. */
  default boolean highPriority() {
    return false;
  }

  /** The request's headers; null for plain TCP. */
  default @Nullable Headers requestHeaders() {
    return null;
  }

  /** The {@code envoy.lb} part of the route's metadata_match, the same object for each request. */
  default @Nullable Struct metadataMatch() {
    return null;
  }

  /** The address of the host that a filter asks for, or null. */
  default @Nullable String overrideHost() {
    return null;
  }

  /** Whether no other host may take it. */
  default boolean overrideIsStrict() {
    return false;
  }

  /** A host predicate of a retry (previous_hosts): true asks for another choice. */
  default boolean rejects(Host host) {
    return false;
  }

  /** How often to choose again while {@link #rejects}: host_selection_retry_max_attempts. */
  default int hostSelectionRetries() {
    return 0;
  }

  /**
   * The priorities that a retry leaves out, a bit each, as long as others can take the request
   * (retry_priority).
   */
  default long excludedPriorities() {
    return 0;
  }

  /** No priority is left: those that were tried count no more. */
  default void allPrioritiesTried() {}

  /** Where the client's connection was going before it was redirected, or null. */
  default @Nullable SocketAddress originalDestination() {
    return null;
  }

  /** The client's address, as a PROXY header tells it; null: nobody's request. */
  default @Nullable SocketAddress clientAddress() {
    return null;
  }

  /** The extensions of the client's PROXY header that may be passed on. */
  default List<Tlv> tlvs() {
    return List.of();
  }

  /** The address that the connection must come from, or null: any. */
  default @Nullable OriginalSource originalSource() {
    return null;
  }

  /** The address that the client is connected to; null: nobody's request. */
  default @Nullable SocketAddress localAddress() {
    return null;
  }

  /** The port that a forward proxy connects to where the name has none; 0: its own default. */
  default int upstreamPort() {
    return 0;
  }

  /** Whether the client speaks HTTP/2, for clusters with use_downstream_protocol_config. */
  default boolean downstreamHttp2() {
    return false;
  }

  /** The SNI that the client sent, or null. */
  default @Nullable String downstreamServerName() {
    return null;
  }
}
