package io.outrigger.proxy.listener;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPipeline;
import io.outrigger.config.listener.ListenerFilter;
import io.outrigger.proxy.accesslog.ResponseFlag;
import io.outrigger.proxy.address.SocketAddresses;
import io.outrigger.proxy.log.Level;
import io.outrigger.proxy.log.Log;
import io.outrigger.proxy.tcpstats.TcpStats;
import io.outrigger.proxy.timeout.Timeout;
import io.outrigger.proxy.tls.ServerTls;
import java.net.InetSocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Takes an accepted connection through the listener filters to its filter chain.
 *
 * <p>Reads only when a filter needs bytes, and keeps what it read for who comes next. One a
 * connection, on its worker.
 */
@SuppressWarnings("FutureReturnValueIgnored") // the channel tells of its end by itself
final class Inspection extends ChannelInboundHandlerAdapter {
  private final DownstreamConnection connection;
  private int next;
  private final ListenerFilters listenerFilters;
  private @Nullable ByteBuf seen;
  private @Nullable Timeout timeout;
  private @Nullable ActiveChain awaitsHello;
  private boolean done;

  Inspection(DownstreamConnection connection) {
    this.connection = connection;
    this.listenerFilters = new ListenerFilters(connection);
  }

  private ListenerPlan plan() {
    return connection.listener().plan();
  }

  private int cell() {
    return connection.worker().index();
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    connection.listener().stats().preActive.inc(cell());
    proceed(ctx);
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    ByteBuf bytes = (ByteBuf) message;
    ByteBuf before = seen;
    if (before == null) {
      seen = bytes;
    } else {
      // a second segment is rare: most first ones hold a whole ClientHello or request line
      ByteBuf joined = ctx.alloc().buffer(before.readableBytes() + bytes.readableBytes());
      joined.writeBytes(before).writeBytes(bytes);
      before.release();
      bytes.release();
      seen = joined;
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    proceed(ctx);
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    if (!done) {
      connection.listener().stats().filterRemoteClose.inc(cell());
      finish();
      connection.listener().closed(connection);
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (!done) { // a reset while inspecting
      connection.listener().stats().filterError.inc(cell());
      close(ctx);
    }
  }

  /** Ends the inspection, whichever way. What was read stays with {@link #seen} or is released. */
  private void finish() {
    done = true;
    connection.listener().stats().preActive.dec(cell());
    Timeout armed = timeout;
    if (armed != null) {
      armed.cancel();
    }
    ByteBuf unread = seen;
    seen = null;
    if (unread != null) {
      unread.release();
    }
  }

  private void proceed(ChannelHandlerContext ctx) {
    if (done) {
      return;
    }
    ActiveChain awaiting = awaitsHello;
    if (awaiting != null) {
      awaitHello(ctx, awaiting);
      return;
    }
    List<ListenerFilter> filters = plan().filters();
    while (next < filters.size()) {
      ListenerFilter filter = filters.get(next);
      if (filter.appliesTo(SocketAddresses.port(connection.addresses().local()))) {
        switch (listenerFilters.run(filter.config(), seen, ctx.channel())) {
          case NEED_MORE -> {
            waitForBytes(ctx);
            return;
          }
          case MISSING -> {
            connection.listener().stats().extensionConfigMissing.inc(cell());
            close(ctx);
            return;
          }
          case REFUSE, LIMITED -> {
            close(ctx);
            return;
          }
          case DONE -> {}
        }
      }
      next++;
    }
    if (!handedOver(ctx)) {
      match(ctx);
    }
  }

  private void waitForBytes(ChannelHandlerContext ctx) {
    long millis = plan().config().listenerFiltersTimeoutMillis();
    if (timeout == null && millis > 0) {
      Timeout armed = new Timeout(connection.worker().timers(), () -> timedOut(ctx));
      timeout = armed;
      armed.arm(millis * 1_000_000);
    }
    ctx.read();
  }

  /** A silent client may be one of a protocol in which the server speaks first. */
  private void timedOut(ChannelHandlerContext ctx) {
    if (done) {
      return;
    }
    connection.listener().stats().preTimeout.inc(cell());
    if (plan().config().continueOnListenerFiltersTimeout() && awaitsHello == null) {
      next = plan().filters().size();
      if (!handedOver(ctx)) {
        match(ctx);
      }
      return;
    }
    connection.localCloseReason("transport_socket_timeout");
    close(ctx);
  }

  private void close(ChannelHandlerContext ctx) {
    finish();
    ctx.close();
    connection.listener().closed(connection);
  }

  /** use_original_dst: the listener of the restored destination takes over, if there is one. */
  private boolean handedOver(ChannelHandlerContext ctx) {
    if (!plan().config().useOriginalDst() || connection.addresses().originalDestination() == null) {
      return false;
    }
    WorkerListener from = connection.listener();
    WorkerListener to = from.siblings().find(connection.addresses().local());
    if (to == null || to == from) {
      return false;
    }
    from.stats().preActive.dec(cell());
    to.stats().preActive.inc(cell());
    connection.listener(to);
    Timeout armed = timeout;
    if (armed != null) {
      armed.cancel();
      timeout = null;
    }
    next = 0;
    proceed(ctx);
    return true;
  }

  private void match(ChannelHandlerContext ctx) {
    ActiveChain chain = plan().match(connection);
    if (chain == null) {
      connection.listener().stats().noFilterChainMatch.inc(cell());
      connection.responseFlag(ResponseFlag.NR);
      if (Log.CONN_HANDLER.shows(Level.DEBUG)) {
        Log.CONN_HANDLER.debug(
            "[C" + connection.connectionId() + "] closing: no filter chain matches");
      }
      if (seen != null && connection.addresses().remote() instanceof InetSocketAddress) {
        // what the client sent is never answered: a reset, as from a socket with unread bytes
        ctx.channel().config().setOption(ChannelOption.SO_LINGER, 0);
      }
      close(ctx);
      return;
    }
    connection.chain(chain);
    ServerTls tls = chain.tls();
    if (tls != null && tls.needsClientHello() && !connection.transportProtocol().equals("tls")) {
      awaitsHello = chain;
      awaitHello(ctx, chain);
    } else {
      enter(ctx, chain);
    }
  }

  /** The certificate depends on the server name, and no inspector has read it. */
  private void awaitHello(ChannelHandlerContext ctx, ActiveChain chain) {
    switch (listenerFilters.inspectTls(seen, ClientHello.MAX_SIZE)) {
      case NEED_MORE -> waitForBytes(ctx);
      case REFUSE, LIMITED, MISSING -> close(ctx);
      case DONE -> enter(ctx, chain);
    }
  }

  private void enter(ChannelHandlerContext ctx, ActiveChain chain) {
    ServerTls tls = chain.tls();
    ServerTls.Session session = null;
    if (tls != null) {
      if (tls.lacksStaple(connection.asksForStaple(), cell())) {
        connection.transportFailureReason("TLS error: no fresh OCSP response");
        close(ctx);
        return;
      }
      session =
          tls.newSession(
              ctx.alloc(),
              connection.requestedServerName(),
              connection.acceptsEcdsa(),
              connection.asksForStaple(),
              cell());
      if (session == null) {
        connection.listener().stats().secretsNotReady.inc(cell());
        connection.transportFailureReason("TLS error: Secret is not supplied by SDS");
        close(ctx);
        return;
      }
    }
    ByteBuf bytes = seen;
    seen = null;
    finish();
    ChannelPipeline pipeline = ctx.pipeline();
    connection.listener().opened(connection);
    pipeline.addFirst(new Lifecycle(connection));
    TcpStats counted = chain.tcpStats();
    if (counted != null) {
      counted.watch(ctx.channel(), connection.worker());
    }
    pipeline.remove(this);
    if (session != null && tls != null) {
      pipeline.addLast(session.handler(), new Securing(connection, chain, tls, session));
      pipeline.read();
    } else {
      chain.terminal(connection.worker()).start(connection);
    }
    if (bytes == null) {
      return;
    }
    if (bytes.isReadable()) {
      pipeline.fireChannelRead(bytes);
      pipeline.fireChannelReadComplete();
    } else {
      bytes.release();
    }
  }

  /** Tells the listener when a connection is over, after every other handler has heard it. */
  private static final class Lifecycle extends ChannelInboundHandlerAdapter {
    private final DownstreamConnection connection;

    Lifecycle(DownstreamConnection connection) {
      this.connection = connection;
    }

    @Override
    public void channelUnregistered(ChannelHandlerContext ctx) {
      ctx.fireChannelUnregistered();
      connection.listener().closed(connection);
    }
  }
}
