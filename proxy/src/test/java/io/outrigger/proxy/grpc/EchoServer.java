package io.outrigger.proxy.grpc;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.socket.SocketChannel;
import io.outrigger.config.http.HeaderName;
import io.outrigger.config.http.Headers;
import io.outrigger.proxy.http2.Http2ServerConnection;
import io.outrigger.proxy.http2.Http2Settings;
import io.outrigger.proxy.http2.Http2Stats;
import io.outrigger.proxy.stats.StatStore;
import io.outrigger.proxy.stream.RequestSink;
import io.outrigger.proxy.stream.ResetReason;
import io.outrigger.proxy.stream.ServerStream;
import io.outrigger.proxy.worker.Transport;
import io.outrigger.proxy.worker.Worker;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

/** A gRPC server on our own HTTP/2 whose method's name says what it does. */
final class EchoServer implements AutoCloseable {
  private final Worker worker;
  private final Http2Stats stats = new Http2Stats(new StatStore(1), "");
  private final Channel listening;
  final List<Http2ServerConnection> connections = new ArrayList<>();

  EchoServer(Worker worker, Http2Settings settings) throws InterruptedException {
    this.worker = worker;
    this.listening =
        new ServerBootstrap()
            .group(worker.loop())
            .channelFactory(Transport.best().serverSocketChannel())
            .childHandler(
                new ChannelInitializer<SocketChannel>() {
                  @Override
                  protected void initChannel(SocketChannel socket) {
                    Http2ServerConnection connection =
                        new Http2ServerConnection(
                            worker, settings, Echo::new, (closed, details) -> {}, stats);
                    connections.add(connection);
                    socket.pipeline().addLast(connection);
                  }
                })
            .bind("127.0.0.1", 0)
            .sync()
            .channel();
  }

  int port() {
    return ((InetSocketAddress) listening.localAddress()).getPort();
  }

  @Override
  public void close() {
    listening.close().syncUninterruptibly();
  }

  private final class Echo implements RequestSink {
    private final ServerStream stream;
    private String method = "";

    Echo(ServerStream stream) {
      this.stream = stream;
    }

    @Override
    public void onRequestHeaders(Headers headers, boolean endStream) {
      method = String.valueOf(headers.value(HeaderName.PATH));
      Headers response = new Headers();
      switch (method) {
        case "/Echo/Refuse" -> {
          response.add(HeaderName.STATUS, "200");
          response.add(HeaderName.CONTENT_TYPE, "application/grpc");
          response.add(HeaderName.GRPC_STATUS, "7");
          response.add(HeaderName.GRPC_MESSAGE, "no%20%C3%BC%");
          stream.sendHeaders(response, true);
        }
        case "/Echo/NotFound" -> {
          response.add(HeaderName.STATUS, "404");
          stream.sendHeaders(response, true);
        }
        case "/Echo/Metadata" -> {
          response.add(HeaderName.STATUS, "200");
          response.add(HeaderName.CONTENT_TYPE, "application/grpc");
          response.add("seen", headers.toString().replace("\n", " | "));
          stream.sendHeaders(response, false);
          Headers trailers = new Headers();
          trailers.add(HeaderName.GRPC_STATUS, "0");
          stream.sendTrailers(trailers);
        }
        case "/Echo/Silent" -> {}
        default -> {
          response.add(HeaderName.STATUS, "200");
          response.add(HeaderName.CONTENT_TYPE, "application/grpc+proto");
          stream.sendHeaders(response, false);
        }
      }
      worker.headers().give(headers);
    }

    @Override
    public void onRequestData(ByteBuf data, boolean endStream) {
      if (!method.equals("/Echo/Bytes")) {
        data.release();
        return;
      }
      stream.sendData(data, false);
      if (!stream.isWritable()) {
        stream.pauseRequest();
      }
      if (endStream) {
        Headers trailers = new Headers();
        trailers.add(HeaderName.GRPC_STATUS, "0");
        stream.sendTrailers(trailers);
      }
    }

    @Override
    public void onRequestTrailers(Headers trailers) {}

    @Override
    public void onRequestReset(ResetReason reason, String details) {}

    @Override
    public void onResponseWritable() {
      stream.resumeRequest();
    }
  }
}
