package io.outrigger.proxy.http1;

import io.netty.channel.ChannelInboundHandlerAdapter;
import io.outrigger.proxy.stream.ClientConnection;
import io.outrigger.proxy.stream.ClientStream;
import io.outrigger.proxy.stream.ResponseSink;
import io.outrigger.proxy.worker.Worker;

/** The client side of an HTTP/1 connection, as the last handler of its channel. */
public final class Http1ClientConnection extends ChannelInboundHandlerAdapter
    implements ClientConnection {
  public Http1ClientConnection(
      Worker worker, Http1Settings settings, ClientConnection.Listener listener) {
    throw new UnsupportedOperationException("lands with the parser");
  }

  @Override
  public ClientStream newStream(ResponseSink sink) {
    throw new UnsupportedOperationException("lands with the parser");
  }

  @Override
  public int availableStreams() {
    return 0;
  }

  @Override
  public int activeStreams() {
    return 0;
  }

  @Override
  public void drain() {}

  @Override
  public void close() {}
}
