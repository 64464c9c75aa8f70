package io.outrigger.xds;

import com.google.protobuf.MessageLite;
import io.envoyproxy.envoy.config.core.v3.Node;
import org.jspecify.annotations.Nullable;

/**
 * The server's side of one aggregated discovery stream: a state machine without I/O.
 *
 * <p>After any call, and again at {@link #wakeNanos}, send what {@link #poll} gives until it gives
 * null. Offers don't queue: the last snapshot is what the client is brought to, so at most one
 * merged push is pending. Not thread-safe: one owner calls it.
 *
 * @param <Q> the request message
 * @param <R> the response message
 */
public sealed interface AdsServer<Q extends MessageLite, R extends MessageLite>
    permits DeltaServer, SotwServer {
  /** Takes in a request and says what it meant. */
  Received receive(Q request);

  /** The client as its first message describes itself; null before that. */
  @Nullable Node node();

  /** Sets what the client should hold from now on. */
  void offer(ResourceSnapshot snapshot);

  /**
   * The next response that may be sent now: within a push clusters go first, then endpoints,
   * listeners, routes, secrets, and at last what is removed; a later type waits until the client
   * has answered the earlier. Null when nothing is due.
   */
  @Nullable R poll(long nowNanos);

  /**
   * When to call {@link #poll} again though nothing came in: a push waits for the client to ask for
   * the endpoints of a new cluster, but not for ever. {@link Long#MAX_VALUE} when it needn't.
   */
  long wakeNanos();

  /** Whether the client has answered everything, and holds the last snapshot. */
  boolean synced();

  TypeStatus status(ResourceType type);
}
