package io.outrigger.proxy.pool;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.outrigger.proxy.tls.ClientTls;
import io.outrigger.proxy.worker.Worker;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * TLS to the hosts of a cluster.
 *
 * @param alpn what is offered, whatever is configured; empty: that, or what the caller falls back
 *     to
 */
public record TlsSocket(ClientTls tls, List<String> alpn) implements TransportSocket {
  public TlsSocket {
    alpn = List.copyOf(alpn);
  }

  public TlsSocket(ClientTls tls) {
    this(tls, List.of());
  }

  @Override
  public TransportSocket offering(List<String> protocols) {
    return new TlsSocket(tls, protocols);
  }

  @Override
  public boolean namesTheHost() {
    return tls.config().autoHostSni();
  }

  @Override
  public void secure(
      Worker worker,
      Channel channel,
      @Nullable String serverName,
      List<String> fallbackAlpn,
      Outcome outcome) {
    boolean configured = !tls.config().common().alpnProtocols().isEmpty();
    ClientTls.Session session =
        tls.newSession(
            channel.alloc(),
            serverName == null ? "" : serverName,
            !alpn.isEmpty() ? alpn : configured ? List.of() : fallbackAlpn,
            fallbackAlpn.isEmpty()); // no protocol at all: a TCP session, which may half-close
    if (session == null) {
      outcome.onInsecure("TLS error: Secret is not supplied by SDS");
      return;
    }
    channel.pipeline().addLast(session.handler(), new Watch(worker, session, outcome));
  }

  /** Waits behind the TLS handler for the end of its handshake, then leaves. */
  private final class Watch extends ChannelInboundHandlerAdapter {
    private final Worker worker;
    private final ClientTls.Session session;
    private final Outcome outcome;

    Watch(Worker worker, ClientTls.Session session, Outcome outcome) {
      this.worker = worker;
      this.session = session;
      this.outcome = outcome;
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
      if (event instanceof SslHandshakeCompletionEvent handshake) {
        if (handshake.isSuccess()) {
          context.pipeline().remove(this);
          outcome.onSecure(tls.established(session, worker.index()));
        } else {
          outcome.onInsecure(tls.failed(handshake.cause(), worker.index()));
        }
      }
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // the channel tells of its end by itself
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      context.close(); // the event tells why
    }
  }
}
