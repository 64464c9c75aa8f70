package io.outrigger.proxy.http2;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.outrigger.config.http.HeaderName;
import io.outrigger.config.http.Headers;
import io.outrigger.proxy.stats.StatStore;
import io.outrigger.proxy.stream.RequestSink;
import io.outrigger.proxy.stream.ResetReason;
import io.outrigger.proxy.stream.ServerStream;
import io.outrigger.proxy.worker.Worker;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A server connection in an embedded channel, whose requests are noted down. */
final class ServerSide implements AutoCloseable {
  final StatStore store = new StatStore(1);
  final List<Request> requests = new ArrayList<>();
  final Frames frames = new Frames();
  final EmbeddedChannel channel = new EmbeddedChannel();
  final Http2ServerConnection connection;
  @Nullable String closed;

  /** What is done with a request when its headers have come. */
  boolean answerAtOnce = true;

  ServerSide(Http2Settings settings) {
    Worker worker = new Worker(1, channel.eventLoop());
    connection =
        new Http2ServerConnection(
            worker,
            settings,
            stream -> {
              Request request = new Request(worker, stream);
              requests.add(request);
              return request;
            },
            (gone, details) -> closed = details,
            new Http2Stats(store, ""));
    channel.pipeline().addLast(connection);
  }

  ServerSide() {
    this(Http2Settings.DEFAULTS);
  }

  long counter(String name) {
    return store.counter("http2." + name).value();
  }

  /** Hands bytes over as one read, and returns the frames that come back. */
  List<String> send(byte[] bytes) {
    channel.writeInbound(Unpooled.copiedBuffer(bytes));
    return received();
  }

  List<String> send(Frames made) {
    return send(made.take());
  }

  List<String> received() {
    channel.runPendingTasks();
    List<String> lines = new ArrayList<>();
    for (ByteBuf out = channel.readOutbound(); out != null; out = channel.readOutbound()) {
      byte[] bytes = new byte[out.readableBytes()];
      out.readBytes(bytes);
      out.release();
      lines.addAll(frames.read(bytes));
    }
    return lines;
  }

  /** Past preface and settings. */
  ServerSide started() {
    send(frames.preface().frame(Frame.SETTINGS, Frame.ACK, 0));
    return this;
  }

  @Override
  public void close() {
    channel.finishAndReleaseAll();
  }

  /** One request, with all that was told of it. */
  final class Request implements RequestSink {
    final ServerStream stream;
    final StringBuilder told = new StringBuilder();
    private final Worker worker;

    Request(Worker worker, ServerStream stream) {
      this.worker = worker;
      this.stream = stream;
    }

    @Override
    public void onRequestHeaders(Headers headers, boolean endStream) {
      told.append(headers.toString().replace("\n", ", ")).append(endStream ? "end" : "");
      worker.headers().give(headers);
      if (answerAtOnce && endStream) {
        answer("hello");
      }
    }

    void answer(String body) {
      Headers response = new Headers();
      response.add(HeaderName.STATUS, "200");
      stream.sendHeaders(response, body.isEmpty());
      if (!body.isEmpty()) {
        stream.sendData(Unpooled.copiedBuffer(body, StandardCharsets.ISO_8859_1), true);
      }
    }

    @Override
    public void onRequestData(ByteBuf data, boolean endStream) {
      told.append('[').append(data.toString(StandardCharsets.ISO_8859_1)).append(']');
      told.append(endStream ? "end" : "");
      data.release();
      if (answerAtOnce && endStream) {
        answer("hello");
      }
    }

    @Override
    public void onRequestTrailers(Headers trailers) {
      told.append("trailers ").append(trailers.toString().replace("\n", ", ")).append("end");
      worker.headers().give(trailers);
      if (answerAtOnce) {
        answer("hello");
      }
    }

    @Override
    public void onRequestReset(ResetReason reason, String details) {
      told.append(" reset ").append(reason).append(' ').append(details);
    }

    @Override
    public void onResponseWritable() {
      told.append(" writable");
    }
  }
}
