package io.outrigger.proxy.http2;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.outrigger.config.http.Headers;
import io.outrigger.proxy.stats.StatStore;
import io.outrigger.proxy.stream.ClientConnection;
import io.outrigger.proxy.stream.ClientStream;
import io.outrigger.proxy.stream.ResetReason;
import io.outrigger.proxy.stream.ResponseSink;
import io.outrigger.proxy.worker.Worker;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A client connection in an embedded channel, whose responses are noted down. */
final class ClientSide implements AutoCloseable, ClientConnection.Listener {
  final StatStore store = new StatStore(1);
  final Frames frames = new Frames();
  final EmbeddedChannel channel = new EmbeddedChannel();
  final Worker worker = new Worker(1, channel.eventLoop());
  final Http2ClientConnection connection;
  final List<String> life = new ArrayList<>();

  ClientSide(Http2Settings settings) {
    connection = new Http2ClientConnection(worker, settings, this, new Http2Stats(store, ""));
    channel.pipeline().addLast(connection);
  }

  /** Past the preface and the server's settings. */
  ClientSide started(int... settings) {
    received();
    send(frames.settings(settings));
    life.clear();
    return this;
  }

  List<String> send(Frames made) {
    channel.writeInbound(Unpooled.copiedBuffer(made.take()));
    return received();
  }

  List<String> received() {
    channel.runPendingTasks();
    List<String> lines = new ArrayList<>();
    for (ByteBuf out = channel.readOutbound(); out != null; out = channel.readOutbound()) {
      byte[] bytes = new byte[out.readableBytes()];
      out.readBytes(bytes);
      out.release();
      int skip = 0;
      if (bytes.length >= 24 && bytes[0] == 'P' && bytes[1] == 'R') {
        lines.add("preface");
        skip = 24;
      }
      lines.addAll(frames.read(java.util.Arrays.copyOfRange(bytes, skip, bytes.length)));
    }
    return lines;
  }

  Response request(String method, boolean endStream) {
    Response response = new Response(worker);
    ClientStream stream = connection.newStream(response);
    response.stream = stream;
    Headers headers = new Headers();
    headers.add(":method", method);
    headers.add(":scheme", "http");
    headers.add(":path", "/");
    headers.add(":authority", "a");
    headers.add("connection", "close");
    headers.add("te", "gzip");
    stream.sendHeaders(headers, endStream);
    return response;
  }

  @Override
  public void onAvailable(ClientConnection of) {
    life.add("available");
  }

  @Override
  public void onDraining(ClientConnection of) {
    life.add("draining");
  }

  @Override
  public void onClosed(ClientConnection of, ResetReason reason) {
    life.add("closed " + reason);
  }

  @Override
  public void close() {
    channel.finishAndReleaseAll();
  }

  /** One response, with all that was told of it. */
  static final class Response implements ResponseSink {
    final StringBuilder told = new StringBuilder();
    private final Worker worker;
    @Nullable ClientStream stream;

    Response(Worker worker) {
      this.worker = worker;
    }

    private static String text(Headers headers) {
      return headers.toString().replace("\n", ", ");
    }

    @Override
    public void onInformational(Headers headers) {
      told.append("1xx ").append(text(headers));
    }

    @Override
    public void onResponseHeaders(Headers headers, boolean endStream) {
      told.append(text(headers)).append(endStream ? "end" : "");
      worker.headers().give(headers);
    }

    @Override
    public void onResponseData(ByteBuf data, boolean endStream) {
      told.append('[').append(data.toString(StandardCharsets.ISO_8859_1)).append(']');
      told.append(endStream ? "end" : "");
      data.release();
    }

    @Override
    public void onResponseTrailers(Headers trailers) {
      told.append("trailers ").append(text(trailers)).append("end");
      worker.headers().give(trailers);
    }

    @Override
    public void onResponseReset(ResetReason reason, @Nullable String transportFailure) {
      told.append("reset ").append(reason);
    }

    @Override
    public void onRequestWritable() {
      told.append("writable");
    }
  }
}
