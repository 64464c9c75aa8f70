package io.outrigger.proxy.http2;

import io.netty.channel.ChannelInboundHandlerAdapter;
import io.outrigger.proxy.stream.ServerConnection;
import io.outrigger.proxy.stream.StreamAcceptor;
import io.outrigger.proxy.worker.Worker;

/** The server side of an HTTP/2 connection, as the last handler of its channel. */
public final class Http2ServerConnection extends ChannelInboundHandlerAdapter
    implements ServerConnection {
  public Http2ServerConnection(
      Worker worker,
      Http2Settings settings,
      StreamAcceptor acceptor,
      Listener listener,
      Http2Stats stats) {
    throw new UnsupportedOperationException("lands with the frame reader");
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
     * The connection is closed; its streams have been told before. {@code details} is what
     * %CONNECTION_TERMINATION_DETAILS% prints, or empty where the end was orderly.
     */
    void onClosed(Http2ServerConnection connection, String details);
  }
}
