package io.outrigger.e2e.chaos;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.envoyproxy.envoy.config.core.v3.HeaderValue;
import io.envoyproxy.envoy.config.core.v3.HeaderValueOption;
import io.envoyproxy.envoy.service.ext_proc.v3.CommonResponse;
import io.envoyproxy.envoy.service.ext_proc.v3.HeaderMutation;
import io.envoyproxy.envoy.service.ext_proc.v3.HeadersResponse;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingRequest;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingResponse;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
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
import java.io.File;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.List;

/**
 * An authorization service and a processor, by gRPC, in a process of its own. It lets all pass, and
 * marks the responses that it has seen.
 */
public final class DecisionService {
  static final String MARK = "x-processed";

  private DecisionService() {}

  /** The port. */
  public static void main(String[] args) {
    Worker worker = new Workers(Transport.best(), 1).main();
    Http2Stats stats = new Http2Stats(new StatStore(1), "");
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
        .bind("127.0.0.1", Integer.parseInt(args[0]))
        .syncUninterruptibly()
        .channel()
        .closeFuture()
        .syncUninterruptibly();
  }

  /** How to start one: it needs the class path of the tests, in whatever way they have it. */
  static List<String> command(int port) {
    StringBuilder path = new StringBuilder(System.getProperty("java.class.path"));
    if (DecisionService.class.getClassLoader() instanceof URLClassLoader loader) {
      for (URL url : loader.getURLs()) {
        path.append(File.pathSeparatorChar).append(url.getPath());
      }
    }
    return List.of(
        Path.of(System.getProperty("java.home"), "bin/java").toString(),
        "-XX:+UseSerialGC",
        "-XX:TieredStopAtLevel=1",
        "-Xmx64m",
        "-cp",
        path.toString(),
        DecisionService.class.getName(),
        Integer.toString(port));
  }

  private static final class Call implements RequestSink {
    private final ServerStream stream;
    private final ByteBuf read = Unpooled.buffer();
    private boolean check;

    Call(ServerStream stream) {
      this.stream = stream;
    }

    @Override
    public void onRequestHeaders(Headers headers, boolean endStream) {
      check = String.valueOf(headers.value(HeaderName.PATH)).endsWith("/Check");
      Headers response = new Headers();
      response.add(HeaderName.STATUS, "200");
      response.add(HeaderName.CONTENT_TYPE, "application/grpc");
      stream.sendHeaders(response, false);
    }

    @Override
    public void onRequestData(ByteBuf data, boolean endStream) {
      read.writeBytes(data);
      data.release();
      while (read.readableBytes() >= 5
          && read.readableBytes() >= 5 + read.getInt(read.readerIndex() + 1)) {
        byte[] message = new byte[read.skipBytes(1).readInt()];
        read.readBytes(message);
        answer(message);
      }
    }

    private void answer(byte[] message) {
      byte[] said = new byte[0]; // of a check: it is all right
      if (!check) {
        said = process(message).toByteArray();
      }
      ByteBuf framed = Unpooled.buffer(said.length + 5).writeByte(0).writeInt(said.length);
      stream.sendData(framed.writeBytes(said), false);
      if (check) {
        Headers trailers = new Headers();
        trailers.add("grpc-status", "0");
        stream.sendTrailers(trailers);
      }
    }

    private static ProcessingResponse process(byte[] message) {
      try {
        if (ProcessingRequest.parseFrom(message).hasRequestHeaders()) {
          return ProcessingResponse.newBuilder()
              .setRequestHeaders(HeadersResponse.getDefaultInstance())
              .build();
        }
      } catch (InvalidProtocolBufferException e) {
        throw new AssertionError(e);
      }
      HeaderValue mark =
          HeaderValue.newBuilder().setKey(MARK).setRawValue(ByteString.copyFromUtf8("1")).build();
      return ProcessingResponse.newBuilder()
          .setResponseHeaders(
              HeadersResponse.newBuilder()
                  .setResponse(
                      CommonResponse.newBuilder()
                          .setHeaderMutation(
                              HeaderMutation.newBuilder()
                                  .addSetHeaders(HeaderValueOption.newBuilder().setHeader(mark)))))
          .build();
    }

    @Override
    public void onRequestTrailers(Headers trailers) {}

    @Override
    public void onRequestReset(ResetReason reason, String details) {}

    @Override
    public void onResponseWritable() {}
  }
}
