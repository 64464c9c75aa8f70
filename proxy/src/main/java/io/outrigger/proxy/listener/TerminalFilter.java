package io.outrigger.proxy.listener;

/**
 * The last network filter of a chain on one worker; takes over the connections that matched it. The
 * HTTP connection manager and the TCP proxy implement it.
 */
public interface TerminalFilter {
  /**
   * Takes a connection over, after inspection and TLS handshake. Its pipeline holds the TLS handler
   * alone, or nothing; auto-read is off, and what was read already is fired into the pipeline after
   * this returns. Called on the worker. The filter adds its handler, and closes the channel when
   * done.
   */
  void start(DownstreamConnection connection);
}
