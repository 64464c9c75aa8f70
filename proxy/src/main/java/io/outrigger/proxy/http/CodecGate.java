package io.outrigger.proxy.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.outrigger.config.overload.LoadShedPoint.Kind;
import io.outrigger.proxy.overload.OverloadState;

/** Closes a connection at its first data, where load is to be shed there; else makes way. */
@SuppressWarnings("FutureReturnValueIgnored") // the channel tells of its end by itself
final class CodecGate extends ChannelInboundHandlerAdapter {
  private final HttpScope scope;
  private final OverloadState overload;

  CodecGate(HttpScope scope, OverloadState overload) {
    this.scope = scope;
    this.overload = overload;
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    if (overload.sheds(Kind.HCM_ONDATA_CREATING_CODEC, scope.worker)) {
      scope.stats.rqOverloadClose.inc(scope.worker.index());
      ((ByteBuf) message).release();
      context.close();
      return;
    }
    context.fireChannelRead(message);
    context.pipeline().remove(this);
  }
}
