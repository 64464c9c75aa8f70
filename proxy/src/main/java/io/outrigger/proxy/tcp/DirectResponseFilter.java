package io.outrigger.proxy.tcp;

import com.google.protobuf.ByteString;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.outrigger.proxy.listener.DownstreamConnection;
import io.outrigger.proxy.listener.TerminalFilter;

/** envoy.filters.network.direct_response: sends these bytes and closes. */
@SuppressWarnings("FutureReturnValueIgnored") // the channel tells of its end by itself
public final class DirectResponseFilter implements TerminalFilter {
  private final ByteString response;

  public DirectResponseFilter(ByteString response) {
    this.response = response;
  }

  @Override
  public void start(DownstreamConnection connection) {
    connection.localCloseReason("direct_response");
    connection
        .channel()
        .writeAndFlush(Unpooled.wrappedBuffer(response.asReadOnlyByteBuffer()))
        .addListener(ChannelFutureListener.CLOSE);
  }
}
