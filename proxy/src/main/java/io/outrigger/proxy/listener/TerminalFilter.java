package io.outrigger.proxy.listener;

import io.outrigger.config.listener.FilterChain;
import io.outrigger.config.listener.ListenerConfig;
import io.outrigger.proxy.worker.Worker;

/**
 * The last network filter of a chain on one worker; takes over the connections that matched it. The
 * HTTP connection manager and the TCP proxy implement it.
 */
@FunctionalInterface
public interface TerminalFilter {
  /**
   * Takes a connection over, after inspection and TLS handshake. The channel is open and its
   * auto-read is off. The filter adds its handler to the end of the pipeline; what the client sent
   * already is fired through the pipeline when this returns; for more, the filter turns auto-read
   * on or calls read. It closes the channel when done. Called on the worker.
   */
  void start(DownstreamConnection connection);

  /** Ends a connection that a filter before this one does not let through. On the worker. */
  @SuppressWarnings("FutureReturnValueIgnored") // the channel tells of its end by itself
  default void refuse(DownstreamConnection connection) {
    connection.channel().close();
  }

  /** Makes the terminal filters of a worker; called on it, once a chain and worker. */
  @FunctionalInterface
  interface Factory {
    TerminalFilter create(Scope scope);
  }

  /**
   * Where a terminal filter stands.
   *
   * @param statPrefix {@code listener.<address>}
   */
  record Scope(Worker worker, ListenerConfig listener, FilterChain chain, String statPrefix) {}
}
