package io.outrigger.proxy.cluster;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.ApplicationProtocolNegotiationHandler;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.outrigger.config.http.HeaderName;
import io.outrigger.config.http.Headers;
import io.outrigger.proxy.http1.Http1ServerConnection;
import io.outrigger.proxy.http1.Http1Settings;
import io.outrigger.proxy.http2.Http2ServerConnection;
import io.outrigger.proxy.http2.Http2Settings;
import io.outrigger.proxy.http2.Http2Stats;
import io.outrigger.proxy.stats.StatStore;
import io.outrigger.proxy.stream.RequestSink;
import io.outrigger.proxy.stream.ResetReason;
import io.outrigger.proxy.stream.ServerStream;
import io.outrigger.proxy.worker.Transport;
import io.outrigger.proxy.worker.Worker;
import io.outrigger.proxy.worker.Workers;
import io.outrigger.testkit.TestCa;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A server of HTTP/2 (or, by ALPN, HTTP/1) with our codecs; {@code /hold} waits for a release. */
final class H2Upstream implements AutoCloseable {
  private final Workers workers = new Workers(Transport.best(), 1);
  private final StatStore store = new StatStore(1);
  private final Http2Stats stats = new Http2Stats(store, "");
  private final Channel listening;
  private final Queue<ServerStream> held = new ConcurrentLinkedQueue<>();
  final List<Http2ServerConnection> connections = new CopyOnWriteArrayList<>();
  final AtomicInteger accepted = new AtomicInteger();
  final AtomicInteger requests = new AtomicInteger();

  /** {@code certificate} null is plaintext HTTP/2. */
  H2Upstream(int maxStreams, TestCa.@Nullable Leaf certificate, String... alpn) throws Exception {
    Http2Settings settings = Http2Settings.builder().maxConcurrentStreams(maxStreams).build();
    SslContext tls =
        certificate == null
            ? null
            : SslContextBuilder.forServer(certificate.key(), certificate.certificate())
                .applicationProtocolConfig(
                    new ApplicationProtocolConfig(
                        ApplicationProtocolConfig.Protocol.ALPN,
                        ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
                        ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
                        alpn))
                .build();
    listening =
        new ServerBootstrap()
            .group(worker().loop())
            .channelFactory(workers.transport().serverSocketChannel())
            .childHandler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    accepted.incrementAndGet();
                    if (tls == null) {
                      http2(channel, settings);
                      return;
                    }
                    channel
                        .pipeline()
                        .addLast(
                            tls.newHandler(channel.alloc()),
                            new ApplicationProtocolNegotiationHandler("http/1.1") {
                              @Override
                              protected void configurePipeline(
                                  io.netty.channel.ChannelHandlerContext context, String agreed) {
                                if (agreed.equals(ApplicationProtocolNames.HTTP_2)) {
                                  http2(context.channel(), settings);
                                } else {
                                  http1(context.channel());
                                }
                              }
                            });
                  }
                })
            .bind("127.0.0.1", 0)
            .sync()
            .channel();
  }

  private Worker worker() {
    return workers.traffic().getFirst();
  }

  private void http2(Channel channel, Http2Settings settings) {
    Http2ServerConnection connection =
        new Http2ServerConnection(
            worker(),
            settings,
            Answer::new,
            (closed, details) -> connections.remove(closed),
            stats);
    connections.add(connection);
    channel.pipeline().addLast(connection);
  }

  private void http1(Channel channel) {
    channel
        .pipeline()
        .addLast(
            new Http1ServerConnection(
                worker(), Http1Settings.server(), Answer::new, (closed, details) -> {}));
  }

  int port() {
    return ((InetSocketAddress) listening.localAddress()).getPort();
  }

  /** Answers what is held. */
  void release() throws Exception {
    worker()
        .loop()
        .submit(
            () -> {
              for (ServerStream stream = held.poll(); stream != null; stream = held.poll()) {
                respond(stream);
              }
            })
        .get(20, TimeUnit.SECONDS);
  }

  /** Says goodbye on every connection. */
  void drain() throws Exception {
    worker()
        .loop()
        .submit(() -> connections.forEach(Http2ServerConnection::drain))
        .get(20, TimeUnit.SECONDS);
  }

  private static void respond(ServerStream stream) {
    Headers headers = new Headers();
    headers.add(HeaderName.STATUS, "200");
    headers.add(HeaderName.CONTENT_LENGTH, "0");
    stream.sendHeaders(headers, true);
  }

  private final class Answer implements RequestSink {
    private final ServerStream stream;

    Answer(ServerStream stream) {
      this.stream = stream;
    }

    @Override
    public void onRequestHeaders(Headers headers, boolean endStream) {
      requests.incrementAndGet();
      String path = headers.value(HeaderName.PATH);
      worker().headers().give(headers);
      if ("/hold".equals(path)) {
        held.add(stream);
      } else {
        respond(stream);
      }
    }

    @Override
    public void onRequestData(ByteBuf data, boolean endStream) {
      data.release();
    }

    @Override
    public void onRequestTrailers(Headers trailers) {
      worker().headers().give(trailers);
    }

    @Override
    public void onRequestReset(ResetReason reason, String details) {
      held.remove(stream);
    }

    @Override
    public void onResponseWritable() {}
  }

  @Override
  public void close() {
    workers.close();
  }
}
