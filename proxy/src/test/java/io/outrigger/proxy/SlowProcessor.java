package io.outrigger.proxy;

import com.google.protobuf.InvalidProtocolBufferException;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingRequest;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
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
import io.outrigger.proxy.worker.Workers;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** A processor of ext_proc that lets all go on as it is, parts of bodies once it is told to. */
final class SlowProcessor implements AutoCloseable {
  private final Workers workers = new Workers(Transport.best(), 1);
  private final Worker worker = workers.main();
  private final Http2Stats stats = new Http2Stats(new StatStore(1), "");
  private final Channel listening;
  private final AtomicLong bytes = new AtomicLong();
  private final List<Runnable> held = new ArrayList<>();
  private boolean released;

  SlowProcessor() {
    listening =
        new ServerBootstrap()
            .group(worker.loop())
            .channelFactory(Transport.best().serverSocketChannel())
            .childHandler(
                new ChannelInitializer<SocketChannel>() {
                  @Override
                  protected void initChannel(SocketChannel socket) {
                    socket
                        .pipeline()
                        .addLast(
                            new Http2ServerConnection(
                                worker,
                                Http2Settings.builder().build(),
                                Call::new,
                                (closed, details) -> {},
                                stats));
                  }
                })
            .bind("127.0.0.1", 0)
            .syncUninterruptibly()
            .channel();
  }

  int port() {
    return ((InetSocketAddress) listening.localAddress()).getPort();
  }

  /** Of bodies, as far as it was told them. */
  long bytes() {
    return bytes.get();
  }

  /** Answers what it holds, and what comes from now on at once. */
  void release() {
    worker
        .loop()
        .submit(
            () -> {
              released = true;
              held.forEach(Runnable::run);
              held.clear();
            })
        .syncUninterruptibly();
  }

  @Override
  public void close() {
    listening.close().syncUninterruptibly();
    workers.close();
  }

  private final class Call implements RequestSink {
    private final ServerStream stream;
    private final ByteBuf read = Unpooled.buffer();

    Call(ServerStream stream) {
      this.stream = stream;
    }

    @Override
    public void onRequestHeaders(Headers headers, boolean endStream) {
      Headers response = new Headers();
      response.add(HeaderName.STATUS, "200");
      response.add(HeaderName.CONTENT_TYPE, "application/grpc");
      stream.sendHeaders(response, false);
    }

    @Override
    public void onRequestData(ByteBuf data, boolean endStream) {
      read.discardReadBytes().writeBytes(data);
      data.release();
      while (read.readableBytes() >= 5
          && read.readableBytes() >= 5 + read.getInt(read.readerIndex() + 1)) {
        byte[] message = new byte[read.skipBytes(1).readInt()];
        read.readBytes(message);
        onMessage(message);
      }
    }

    private void onMessage(byte[] message) {
      try {
        ProcessingRequest told = ProcessingRequest.parseFrom(message);
        // an answer to what it is about, with nothing in it
        byte tag = (byte) (told.getRequestCase().getNumber() - 1 << 3 | 2);
        Runnable answer =
            () ->
                stream.sendData(Unpooled.wrappedBuffer(new byte[] {0, 0, 0, 0, 2, tag, 0}), false);
        bytes.addAndGet(told.getRequestBody().getBody().size());
        bytes.addAndGet(told.getResponseBody().getBody().size());
        if (released || !(told.hasRequestBody() || told.hasResponseBody())) {
          answer.run();
        } else {
          held.add(answer);
        }
      } catch (InvalidProtocolBufferException e) {
        throw new AssertionError(e);
      }
    }

    @Override
    public void onRequestTrailers(Headers trailers) {}

    @Override
    public void onRequestReset(ResetReason reason, String details) {}

    @Override
    public void onResponseWritable() {}
  }
}
