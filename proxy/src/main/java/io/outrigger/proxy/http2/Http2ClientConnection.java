package io.outrigger.proxy.http2;

import io.netty.channel.ChannelInboundHandlerAdapter;
import io.outrigger.proxy.stream.ClientConnection;
import io.outrigger.proxy.stream.ClientStream;
import io.outrigger.proxy.stream.ResponseSink;
import io.outrigger.proxy.worker.Worker;

/** The client side of an HTTP/2 connection, as the last handler of its channel. */
public final class Http2ClientConnection extends ChannelInboundHandlerAdapter
    implements ClientConnection {
  public Http2ClientConnection(
      Worker worker,
      Http2Settings settings,
      ClientConnection.Listener listener,
      Http2Stats stats) {
    throw new UnsupportedOperationException("lands with the frame reader");
  }

  @Override
  public ClientStream newStream(ResponseSink sink) {
    throw new UnsupportedOperationException("lands with the frame reader");
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
