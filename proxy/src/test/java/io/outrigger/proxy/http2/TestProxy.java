package io.outrigger.proxy.http2;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.outrigger.config.http.HeaderName;
import io.outrigger.config.http.Headers;
import io.outrigger.proxy.stats.StatStore;
import io.outrigger.proxy.stream.ClientConnection;
import io.outrigger.proxy.stream.ClientStream;
import io.outrigger.proxy.stream.RequestSink;
import io.outrigger.proxy.stream.ResetReason;
import io.outrigger.proxy.stream.ResponseSink;
import io.outrigger.proxy.stream.ServerStream;
import io.outrigger.proxy.worker.Worker;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The codecs alone, as a server or a proxy on one thread, for h2spec and h2load: {@code TestProxy
 * PORT [BACKEND_PORT]}. Without a backend it answers by itself and echoes bodies. Prints bytes
 * allocated and CPU a request each time that 100,000 requests are done.
 */
final class TestProxy {
  private static final byte[] BODY = "x".repeat(120).getBytes(StandardCharsets.ISO_8859_1);
  private final Worker worker;
  private final StatStore store = new StatStore(1);
  private final Http2Stats serverStats = new Http2Stats(store, "");
  private final Http2Stats clientStats = new Http2Stats(store, "cluster.backend.");
  private final List<Http2ClientConnection> pool = new ArrayList<>();
  private final int backend;
  private int next;
  private long requests;
  private long allocated;
  private long cpu;

  private TestProxy(EventLoop loop, int backend) {
    this.worker = new Worker(1, loop);
    this.backend = backend;
  }

  public static void main(String[] args) throws Exception {
    MultiThreadIoEventLoopGroup group =
        new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
    EventLoop loop = group.next();
    TestProxy proxy = new TestProxy(loop, args.length > 1 ? Integer.parseInt(args[1]) : 0);
    if (proxy.backend != 0) {
      for (int i = 0; i < 4; i++) {
        proxy.connect(loop);
      }
    }
    Channel listening =
        new ServerBootstrap()
            .group(group)
            .channel(EpollServerSocketChannel.class)
            .childHandler(
                new ChannelInitializer<SocketChannel>() {
                  @Override
                  protected void initChannel(SocketChannel channel) {
                    channel.config().setTcpNoDelay(true);
                    channel
                        .pipeline()
                        .addLast(
                            new Http2ServerConnection(
                                proxy.worker,
                                Http2Settings.DEFAULTS,
                                proxy::accept,
                                (connection, details) -> {
                                  if (!details.isEmpty()) {
                                    System.out.println("closed: " + details);
                                  }
                                },
                                proxy.serverStats));
                  }
                })
            .bind("127.0.0.1", Integer.parseInt(args[0]))
            .sync()
            .channel();
    System.out.println("listening on " + listening.localAddress());
    listening.closeFuture().sync();
  }

  private void connect(EventLoop loop) throws InterruptedException {
    Http2ClientConnection connection =
        new Http2ClientConnection(worker, Http2Settings.DEFAULTS, new PoolListener(), clientStats);
    new Bootstrap()
        .group(loop)
        .channel(EpollSocketChannel.class)
        .handler(
            new ChannelInitializer<SocketChannel>() {
              @Override
              protected void initChannel(SocketChannel channel) {
                channel.config().setTcpNoDelay(true);
                channel.pipeline().addLast(connection);
              }
            })
        .connect("127.0.0.1", backend)
        .sync();
    pool.add(connection);
  }

  private final class PoolListener implements ClientConnection.Listener {
    @Override
    public void onAvailable(ClientConnection connection) {}

    @Override
    public void onDraining(ClientConnection connection) {}

    @Override
    public void onClosed(ClientConnection connection, ResetReason reason) {
      System.out.println("backend closed: " + reason);
      pool.remove(connection);
    }
  }

  private RequestSink accept(ServerStream stream) {
    count();
    return backend == 0
        ? new Echo(worker, stream)
        : new Relay(worker, stream, pool.get(next++ % pool.size()));
  }

  private void count() {
    if (++requests % 100_000 == 0) {
      long nowCpu = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
      long nowAllocated =
          ((com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean())
              .getCurrentThreadAllocatedBytes();
      System.out.printf(
          "%d requests: %d bytes and %.2f us of the worker's CPU a request%n",
          requests, (nowAllocated - allocated) / 100_000, (nowCpu - cpu) / 100_000 / 1000.0);
      allocated = nowAllocated;
      cpu = nowCpu;
    }
  }

  /** Answers 200; with the request's body where it has one. */
  private static final class Echo implements RequestSink {
    private final Worker worker;
    private final ServerStream stream;
    private final Headers response = new Headers(64, 4);

    Echo(Worker worker, ServerStream stream) {
      this.worker = worker;
      this.stream = stream;
    }

    @Override
    public void onRequestHeaders(Headers headers, boolean endStream) {
      worker.headers().give(headers);
      response.add(HeaderName.STATUS, "200");
      response.add(HeaderName.CONTENT_TYPE, "text/plain");
      stream.sendHeaders(response, false);
      if (endStream) {
        stream.sendData(Unpooled.wrappedBuffer(BODY), true);
        stream.release();
      }
    }

    @Override
    public void onRequestData(ByteBuf data, boolean endStream) {
      stream.sendData(data, endStream);
      if (endStream) {
        stream.release();
      } else if (!stream.isWritable()) {
        stream.pauseRequest();
      }
    }

    @Override
    public void onRequestTrailers(Headers trailers) {
      stream.sendTrailers(trailers);
      worker.headers().give(trailers);
      stream.release();
    }

    @Override
    public void onRequestReset(ResetReason reason, String details) {
      stream.release();
    }

    @Override
    public void onResponseWritable() {
      stream.resumeRequest();
    }
  }

  /** Passes a request on, and its response back. */
  private static final class Relay implements RequestSink, ResponseSink {
    private final Worker worker;
    private final ServerStream down;
    private final ClientStream up;
    private boolean requestDone;
    private boolean responseDone;
    private boolean released;

    Relay(Worker worker, ServerStream down, ClientConnection connection) {
      this.worker = worker;
      this.down = down;
      this.up = connection.newStream(this);
    }

    private void settle() {
      if (requestDone && responseDone && !released) {
        released = true;
        down.release();
        up.release();
      }
    }

    @Override
    public void onRequestHeaders(Headers headers, boolean endStream) {
      up.sendHeaders(headers, endStream);
      worker.headers().give(headers);
      requestDone = endStream;
    }

    @Override
    public void onRequestData(ByteBuf data, boolean endStream) {
      up.sendData(data, endStream);
      requestDone = endStream;
      if (!endStream && !up.isWritable()) {
        down.pauseRequest();
      }
      settle();
    }

    @Override
    public void onRequestTrailers(Headers trailers) {
      up.sendTrailers(trailers);
      worker.headers().give(trailers);
      requestDone = true;
      settle();
    }

    @Override
    public void onRequestReset(ResetReason reason, String details) {
      requestDone = true;
      responseDone = true;
      up.reset(ResetReason.LOCAL_RESET);
      settle();
    }

    @Override
    public void onResponseWritable() {
      up.resumeResponse();
    }

    @Override
    public void onInformational(Headers headers) {
      down.sendInformational(headers);
    }

    @Override
    public void onResponseHeaders(Headers headers, boolean endStream) {
      down.sendHeaders(headers, endStream);
      worker.headers().give(headers);
      responseDone = endStream;
      settle();
    }

    @Override
    public void onResponseData(ByteBuf data, boolean endStream) {
      down.sendData(data, endStream);
      responseDone = endStream;
      if (!endStream && !down.isWritable()) {
        up.pauseResponse();
      }
      settle();
    }

    @Override
    public void onResponseTrailers(Headers trailers) {
      down.sendTrailers(trailers);
      worker.headers().give(trailers);
      responseDone = true;
      settle();
    }

    @Override
    public void onResponseReset(ResetReason reason, @Nullable String transportFailure) {
      down.reset(reason);
      requestDone = true;
      responseDone = true;
      settle();
    }

    @Override
    public void onRequestWritable() {
      down.resumeRequest();
    }
  }
}
