package io.outrigger.proxy.listener;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.outrigger.proxy.log.Level;
import io.outrigger.proxy.log.Log;
import io.outrigger.proxy.tls.ServerTls;

/** Waits for a connection's TLS handshake, and hands it to its terminal filter. */
@SuppressWarnings("FutureReturnValueIgnored") // the channel tells of its end by itself
final class Securing extends ChannelInboundHandlerAdapter {
  private final DownstreamConnection connection;
  private final ActiveChain chain;
  private final ServerTls tls;
  private final ServerTls.Session session;

  Securing(
      DownstreamConnection connection,
      ActiveChain chain,
      ServerTls tls,
      ServerTls.Session session) {
    this.connection = connection;
    this.chain = chain;
    this.tls = tls;
    this.session = session;
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof ChannelInputShutdownEvent) {
      ctx.close(); // a client that half-closes before the handshake's end has gone: nothing can
      // come
      return;
    }
    if (!(event instanceof SslHandshakeCompletionEvent completion)) {
      ctx.fireUserEventTriggered(event);
      return;
    }
    if (completion.isSuccess()) {
      connection.secured(
          tls.established(session, connection.worker().index(), connection.requestedServerName()));
      chain.terminal(connection.worker()).start(connection);
      ctx.pipeline().remove(this); // what follows the handshake in the same read goes on from here
      return;
    }
    connection.attempted(
        tls.attempt(session, completion.cause(), connection.requestedServerName()));
    String reason = tls.failed(completion.cause(), connection.worker().index());
    if (!reason.isEmpty()) {
      connection.transportFailureReason(reason);
    }
    if (Log.CONNECTION.shows(Level.DEBUG)) {
      Log.CONNECTION.debug(
          "[C"
              + connection.connectionId()
              + "] TLS handshake failed from "
              + connection.addresses().remoteText()
              + ": "
              + completion.cause().getMessage());
    }
    ctx.close();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    ctx.close(); // counted with the handshake's completion event
  }
}
