package io.outrigger.proxy;

import com.google.protobuf.InvalidProtocolBufferException;
import io.envoyproxy.envoy.extensions.filters.http.ext_proc.v3.ProcessingMode.BodySendMode;
import io.envoyproxy.envoy.service.ext_proc.v3.BodyMutation;
import io.envoyproxy.envoy.service.ext_proc.v3.BodyResponse;
import io.envoyproxy.envoy.service.ext_proc.v3.CommonResponse;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingRequest;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingResponse;
import io.envoyproxy.envoy.service.ext_proc.v3.StreamedBodyResponse;
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

/**
 * A processor of ext_proc that lets all go on as it is, parts of bodies once it is told to. Of
 * those that go through it, it reads no more than the first until then.
 */
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
                                Http2Settings.builder().initialStreamWindowSize(1 << 16).build(),
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
    private BodySendMode mode = BodySendMode.NONE;
    private boolean paused;

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
        if (told.hasProtocolConfig()) {
          mode = told.getProtocolConfig().getRequestBodyMode();
        }
        byte[] said = answer(told);
        Runnable answer = () -> stream.sendData(Unpooled.wrappedBuffer(said), false);
        bytes.addAndGet(told.getRequestBody().getBody().size());
        bytes.addAndGet(told.getResponseBody().getBody().size());
        if (released || !(told.hasRequestBody() || told.hasResponseBody())) {
          answer.run();
        } else {
          held.add(answer);
          if (mode == BodySendMode.FULL_DUPLEX_STREAMED && !paused) {
            paused = true;
            stream.pauseRequest();
            held.add(stream::resumeRequest);
          }
        }
      } catch (InvalidProtocolBufferException e) {
        throw new AssertionError(e);
      }
    }

    private byte[] answer(ProcessingRequest told) {
      byte[] said = {(byte) (told.getRequestCase().getNumber() - 1 << 3 | 2), 0}; // nothing in it
      if (told.hasRequestBody() && mode == BodySendMode.FULL_DUPLEX_STREAMED) {
        StreamedBodyResponse same =
            StreamedBodyResponse.newBuilder()
                .setBody(told.getRequestBody().getBody())
                .setEndOfStream(told.getRequestBody().getEndOfStream())
                .build();
        said =
            ProcessingResponse.newBuilder()
                .setRequestBody(
                    BodyResponse.newBuilder()
                        .setResponse(
                            CommonResponse.newBuilder()
                                .setBodyMutation(
                                    BodyMutation.newBuilder().setStreamedResponse(same))))
                .build()
                .toByteArray();
      }
      byte[] framed = new byte[said.length + 5];
      Unpooled.wrappedBuffer(framed).setInt(1, said.length).setBytes(5, said);
      return framed;
    }

    @Override
    public void onRequestTrailers(Headers trailers) {}

    @Override
    public void onRequestReset(ResetReason reason, String details) {}

    @Override
    public void onResponseWritable() {}
  }
}
