package io.outrigger.proxy.http1;

import io.netty.channel.ChannelInboundHandlerAdapter;
import io.outrigger.proxy.stream.ServerConnection;
import io.outrigger.proxy.stream.StreamAcceptor;
import io.outrigger.proxy.worker.Worker;

/** The server side of an HTTP/1 connection, as the last handler of its channel. */
public final class Http1ServerConnection extends ChannelInboundHandlerAdapter
    implements ServerConnection {
  public Http1ServerConnection(
      Worker worker, Http1Settings settings, StreamAcceptor acceptor, Listener listener) {
    throw new UnsupportedOperationException("lands with the parser");
  }

  @Override
  public void drain() {}

  @Override
  public int activeStreams() {
    return 0;
  }

  @Override
  public void close() {}

  /** Hears of a connection's end, on the worker. */
  public interface Listener {
    /**
     * The connection is closed; its stream has been told before. {@code details} is what
     * %CONNECTION_TERMINATION_DETAILS% prints, or empty where the end was orderly.
     */
    void onClosed(Http1ServerConnection connection, String details);
  }
}
