package io.outrigger.proxy.grpc;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.NetUtil;
import io.netty.util.concurrent.Future;
import io.outrigger.proxy.dns.SystemNames;
import io.outrigger.proxy.http2.Http2ClientConnection;
import io.outrigger.proxy.http2.Http2Settings;
import io.outrigger.proxy.http2.Http2Stats;
import io.outrigger.proxy.stats.StatStore;
import io.outrigger.proxy.stream.ClientConnection;
import io.outrigger.proxy.stream.ResetReason;
import io.outrigger.proxy.worker.Transport;
import io.outrigger.proxy.worker.Worker;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Resolves, connects, secures and then carries gRPC calls, on one worker.
 *
 * <p>Names are resolved on a thread of their own, since the system's resolver blocks; addresses are
 * tried in order. Nothing is tried again: that is the caller's.
 */
final class GrpcConnection implements GrpcChannel, ClientConnection.Listener {
  /** A PING no oftener than gRPC servers allow by default, which is every five minutes. */
  private static final Http2Settings SETTINGS =
      Http2Settings.builder()
          .initialStreamWindowSize(1 << 20)
          .initialConnectionWindowSize(4 << 20)
          .keepalive(310_000, 20_000)
          .build();

  private final Worker worker;
  private final GrpcTarget target;
  private final Listener listener;
  private final Http2ClientConnection http;
  private final long deadlineNanos;
  private @Nullable Channel channel;
  private boolean connected;
  private boolean ended;

  GrpcConnection(Worker worker, GrpcTarget target, Listener listener) {
    this.worker = worker;
    this.target = target;
    this.listener = listener;
    // not among the process's statistics: these connections are no cluster's
    Http2Stats stats = new Http2Stats(new StatStore(worker.index()), "");
    this.http = new Http2ClientConnection(worker, SETTINGS, this, stats);
    this.deadlineNanos =
        worker.nanos() + TimeUnit.MILLISECONDS.toNanos(target.connectTimeoutMillis());
  }

  // ---- connecting ----

  /** On any thread. */
  void connect() {
    byte[] literal = NetUtil.createByteArrayFromIpAddressString(target.host());
    if (literal != null) {
      worker.loop().execute(() -> tryAddresses(List.of(address(literal)), 0));
      return;
    }
    worker
        .loop()
        .schedule(this::onConnectTimeout, target.connectTimeoutMillis(), TimeUnit.MILLISECONDS);
    Thread.ofVirtual().name("resolve " + target.host()).start(this::resolve);
  }

  private static InetAddress address(byte[] literal) {
    try {
      return InetAddress.getByAddress(literal);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException("an address of " + literal.length + " bytes", e);
    }
  }

  private void resolve() {
    try {
      List<InetAddress> addresses = SystemNames.resolve(target.host());
      worker.loop().execute(() -> tryAddresses(addresses, 0));
    } catch (UnknownHostException e) {
      worker.loop().execute(() -> end("the name " + target.host() + " can't be resolved"));
    }
  }

  private void onConnectTimeout() {
    if (!connected) {
      end("no connection within " + target.connectTimeoutMillis() + " ms");
    }
  }

  private void tryAddresses(List<InetAddress> addresses, int next) {
    if (ended) {
      return;
    }
    long millis = TimeUnit.NANOSECONDS.toMillis(deadlineNanos - worker.nanos());
    if (millis <= 0) {
      onConnectTimeout();
      return;
    }
    new Bootstrap()
        .group(worker.loop())
        .channelFactory(Transport.best().socketChannel())
        .option(ChannelOption.TCP_NODELAY, true)
        .option(ChannelOption.SO_KEEPALIVE, true)
        .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) millis)
        .handler(
            new ChannelInitializer<SocketChannel>() {
              @Override
              protected void initChannel(SocketChannel socket) {
                // the codec comes when the connection is secured
              }
            })
        .connect(new InetSocketAddress(addresses.get(next), target.port()))
        .addListener(
            (ChannelFuture done) -> {
              if (done.isSuccess()) {
                onSocket(done.channel(), millis);
              } else if (next + 1 < addresses.size()) {
                tryAddresses(addresses, next + 1);
              } else {
                end(message(done.cause()));
              }
            });
  }

  /** The deepest cause's sentence: a TLS engine's own says only that there was a problem. */
  private static String message(Throwable failure) {
    Throwable cause = failure;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    String message = cause.getMessage();
    return message == null ? cause.getClass().getSimpleName() : message;
  }

  private void onSocket(Channel socket, long millis) {
    if (ended) {
      socket.close();
      return;
    }
    channel = socket;
    if (target.tls() == null) {
      onSecured(socket);
      return;
    }
    String name = target.serverName();
    SslHandler tls =
        name == null
            ? target.tls().newHandler(socket.alloc())
            : target.tls().newHandler(socket.alloc(), name, target.port());
    tls.setHandshakeTimeoutMillis(millis);
    tls.handshakeFuture().addListener((Future<Channel> done) -> onHandshake(tls, done));
    socket.pipeline().addLast(tls).addLast(new HandshakeEnd());
  }

  /** Keeps a failed handshake, which its future has told of, from being logged as unhandled. */
  private static final class HandshakeEnd extends ChannelInboundHandlerAdapter {
    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      context.close();
    }
  }

  private void onHandshake(SslHandler tls, Future<Channel> done) {
    if (!done.isSuccess()) {
      end("the TLS handshake failed: " + message(done.cause()));
      return;
    }
    String protocol = tls.applicationProtocol();
    if (protocol != null && !protocol.equals("h2")) {
      end("the server chose " + protocol + " by ALPN, not h2");
      return;
    }
    onSecured(done.getNow());
  }

  private void onSecured(Channel socket) {
    if (ended) {
      socket.close();
      return;
    }
    if (socket.pipeline().get(HandshakeEnd.class) != null) {
      socket.pipeline().remove(HandshakeEnd.class);
    }
    socket.pipeline().addLast(http);
    connected = true;
    listener.onConnected(this);
  }

  // ---- calls ----

  @Override
  public GrpcStream start(GrpcRequest request, GrpcStream.Listener call) {
    assert worker.inLoop();
    String scheme = target.tls() == null ? "http" : "https";
    return GrpcCall.start(worker, http, scheme, target.authority(), request, call);
  }

  @Override
  public GrpcStream unary(GrpcRequest request, byte[] message, Unary unary) {
    GrpcStream stream = start(request, new UnaryCall(unary));
    stream.send(message);
    stream.halfClose();
    return stream;
  }

  @Override
  public void close() {
    assert worker.inLoop();
    end("closed by us");
  }

  // ---- the connection's life ----

  @Override
  public void onAvailable(ClientConnection connection) {}

  @Override
  public void onDraining(ClientConnection connection) {
    // streams go on; when the last is done the connection closes, and the caller connects anew
  }

  @Override
  public void onClosed(ClientConnection connection, ResetReason reason) {
    end("the connection was closed: " + reason.text());
  }

  private void end(String reason) {
    if (ended) {
      return;
    }
    ended = true;
    if (connected) {
      http.close();
    }
    if (channel != null) {
      channel.close();
    }
    listener.onDisconnected(reason);
  }
}
