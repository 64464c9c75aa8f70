package io.outrigger.proxy.pool;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.outrigger.config.tls.PeerExchangeCompiler;
import io.outrigger.proxy.tls.ClientTls;
import io.outrigger.proxy.worker.Worker;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * TLS to the hosts of a cluster.
 *
 * @param alpn what is offered, whatever is configured; empty: that, or what the caller falls back
 *     to
 */
public record TlsSocket(ClientTls tls, List<String> alpn) implements TransportSocket {
  /** What says that HTTP is in the mesh's TLS, by the version that goes through it. */
  private static final Map<String, List<String>> MESH =
      Map.of(
          "http/1.1", List.of("istio-http/1.1", "istio"), "h2", List.of("istio-h2", "istio", "h2"));

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
    ClientTls.Session session =
        tls.newSession(
            channel.alloc(),
            serverName == null ? "" : serverName,
            alpn.isEmpty() ? offered(fallbackAlpn) : alpn,
            fallbackAlpn.isEmpty()); // no protocol at all: a TCP session, which may half-close
    if (session == null) {
      outcome.onInsecure("TLS error: Secret is not supplied by SDS");
      return;
    }
    channel.pipeline().addLast(session.handler(), new Watch(worker, session, outcome));
  }

  /**
   * What to offer; empty: what is configured. A cluster of the mesh's own TLS may carry anything;
   * where HTTP goes through it the other sidecar is told so, as Istio's filter istio.alpn does: it
   * can't look for itself before the TLS is ended.
   */
  private List<String> offered(List<String> fallback) {
    List<String> configured = tls.config().common().alpnProtocols();
    if (configured.isEmpty() || fallback.isEmpty()) {
      return fallback;
    }
    List<String> http = fallback.size() == 1 ? MESH.get(fallback.getFirst()) : null;
    if (http != null && configured.contains("istio") && !configured.contains(http.getFirst())) {
      return http;
    }
    return configured.contains(PeerExchangeCompiler.ALPN) ? other(configured, fallback) : List.of();
  }

  /** Where metadata of peers comes first, no HTTP follows: it has headers for that. */
  private static List<String> other(List<String> configured, List<String> fallback) {
    List<String> others = new ArrayList<>(configured);
    others.remove(PeerExchangeCompiler.ALPN);
    return others.isEmpty() ? fallback : others;
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
