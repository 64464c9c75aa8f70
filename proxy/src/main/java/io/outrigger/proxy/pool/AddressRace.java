package io.outrigger.proxy.pool;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.outrigger.proxy.cluster.Host;
import io.outrigger.proxy.stream.ResetReason;
import io.outrigger.proxy.timeout.Timeout;
import io.outrigger.proxy.tls.TlsInfo;
import io.outrigger.proxy.worker.BoundedReads;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Connects to a host that has several addresses: the next one is tried when the one before has
 * failed, or has not answered for a while (RFC 8305 section 5). The first that is up, with its TLS,
 * is the connection; the others are closed.
 */
final class AddressRace implements Dial.Owner {
  /** Envoy's; the RFC recommends 250 ms. */
  private static final long NEXT_NANOS = 300_000_000L;

  private final PoolScope scope;
  private final Host host;
  private final List<SocketAddress> addresses;
  private final UpstreamChannel connection;
  private final List<Dial> running = new ArrayList<>(2);
  private final Timeout next;
  private int tried;
  private boolean over;

  AddressRace(
      PoolScope scope, Host host, List<SocketAddress> addresses, UpstreamChannel connection) {
    this.scope = scope;
    this.host = host;
    this.addresses = addresses;
    this.connection = connection;
    this.next = new Timeout(scope.worker().timers(), this::tryNext);
  }

  /** Tries the first; the connection may hear the result before this returns. */
  void start() {
    tryNext();
  }

  private void tryNext() {
    if (tried > 0) { // the first is counted as every connection
      scope.stats().upstreamCxTotal.inc(scope.cell());
      host.stats().connectionTried(scope.cell());
    }
    Contender first = new Contender();
    Dial dial = connection.dial(addresses.get(tried++), first, this);
    first.dial = dial;
    running.add(dial);
    if (tried < addresses.size()) {
      next.arm(NEXT_NANOS);
    }
    dial.start();
  }

  @Override
  public void onUp(Dial dial, @Nullable TlsInfo tls) {
    running.remove(dial);
    close();
    Channel channel = dial.channel();
    if (channel != null) {
      channel.pipeline().replace(Contender.class, null, connection);
    }
    connection.onUp(dial, tls);
  }

  /** The last one's failure is that of all. */
  @Override
  public void onFailed(Dial dial, ResetReason reason, @Nullable String transportFailure) {
    running.remove(dial);
    dial.close();
    if (tried < addresses.size()) {
      next.cancel();
      tryNext(); // may fail at once, and then has told of it
    }
    if (running.isEmpty() && !over) {
      over = true;
      connection.onFailed(dial, reason, transportFailure);
    }
  }

  /** Gives up what is still connecting. */
  void close() {
    over = true;
    next.cancel();
    List.copyOf(running).forEach(Dial::close);
    running.clear();
  }

  /** The first handler of a channel that has not won yet. */
  private final class Contender extends ChannelDuplexHandler {
    private @Nullable Dial dial;

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
      BoundedReads.of(context.channel());
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      if (message instanceof ByteBuf bytes) {
        scope.stats().upstreamCxRxBytesTotal.add(scope.cell(), bytes.readableBytes());
      }
      context.fireChannelRead(message);
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
      if (message instanceof ByteBuf bytes) {
        scope.stats().upstreamCxTxBytesTotal.add(scope.cell(), bytes.readableBytes());
      }
      context.write(message, promise);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
      if (dial != null && !dial.isSecuring()) {
        dial.lost();
      }
      context.fireChannelInactive(); // where a handshake fails with it, and tells why
      if (dial != null) {
        dial.lost();
      }
    }
  }
}
