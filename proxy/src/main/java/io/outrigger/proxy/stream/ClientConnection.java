package io.outrigger.proxy.stream;

/** A connection to an upstream that carries requests; HTTP/1 carries one at a time. */
public interface ClientConnection {
  /** Starts a request. Only while {@link #availableStreams} is above zero. */
  ClientStream newStream(ResponseSink sink);

  /** How many more streams may be started now; zero once it drains or is closed. */
  int availableStreams();

  int activeStreams();

  /** Takes no new stream, and closes when the last one has ended. */
  void drain();

  /** Closes at once; streams in flight are reset with CONNECTION_TERMINATION. */
  void close();

  /** Hears of a connection's life; the pool implements it. Called on the worker. */
  interface Listener {
    /** A stream ended, or the peer's limit rose: there may be room again. */
    void onAvailable(ClientConnection connection);

    /** The peer sent GOAWAY or connection: close: no new stream will be taken. */
    void onDraining(ClientConnection connection);

    /** An HTTP/1 response says for how long the peer keeps the connection idle. */
    default void onKeepAlive(int seconds) {}

    /** The connection is closed; streams in flight have been told before. */
    void onClosed(ClientConnection connection, ResetReason reason);
  }
}
