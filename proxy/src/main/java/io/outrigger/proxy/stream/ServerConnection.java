package io.outrigger.proxy.stream;

/** A client's connection that carries requests. */
public interface ServerConnection {
  /** Takes no further request: GOAWAY, or connection: close on the next response; then closes. */
  void drain();

  int activeStreams();

  /** Closes at once; streams in flight are reset. */
  void close();
}
