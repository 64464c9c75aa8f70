package io.outrigger.proxy.http1;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.outrigger.config.http.Headers;
import io.outrigger.proxy.stream.RequestSink;
import io.outrigger.proxy.stream.ResetReason;
import io.outrigger.proxy.stream.ServerStream;
import io.outrigger.proxy.worker.Worker;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A server connection on an embedded channel that writes down what it tells, and answers. */
final class ServerTranscript {
  final EmbeddedChannel channel = new EmbeddedChannel();
  final Worker worker = new Worker(1, channel.eventLoop());
  final List<String> events = new ArrayList<>();
  final List<ServerStream> streams = new ArrayList<>();
  final Http1ServerConnection connection;
  private final boolean answer;

  ServerTranscript(Http1Settings settings, boolean answer) {
    this.answer = answer;
    connection =
        new Http1ServerConnection(
            worker, settings, this::accept, (c, details) -> events.add("closed " + details));
    channel.pipeline().addLast(connection);
  }

  void read(String bytes) {
    if (!channel.isOpen()) {
      return;
    }
    channel.writeInbound(Unpooled.copiedBuffer(bytes, StandardCharsets.ISO_8859_1));
    channel.runPendingTasks();
  }

  /** What was written since the last call. */
  String written() {
    channel.runPendingTasks();
    StringBuilder text = new StringBuilder();
    for (ByteBuf out = channel.readOutbound(); out != null; out = channel.readOutbound()) {
      text.append(out.toString(StandardCharsets.ISO_8859_1));
      out.release();
    }
    return text.toString();
  }

  void finish() {
    channel.finishAndReleaseAll();
  }

  private RequestSink accept(ServerStream stream) {
    streams.add(stream);
    return new Sink(stream);
  }

  void respond(ServerStream stream, int status, String body) {
    Headers headers = new Headers();
    headers.add(":status", Integer.toString(status));
    if (!body.isEmpty()) {
      headers.add("content-length", Integer.toString(body.length()));
    }
    stream.sendHeaders(headers, body.isEmpty());
    if (!body.isEmpty()) {
      stream.sendData(Unpooled.copiedBuffer(body, StandardCharsets.ISO_8859_1), true);
    }
  }

  private final class Sink implements RequestSink {
    private final ServerStream stream;
    private final StringBuilder body = new StringBuilder();
    private boolean upgrade;

    Sink(ServerStream stream) {
      this.stream = stream;
    }

    @Override
    public void onRequestHeaders(Headers headers, boolean endStream) {
      events.add(headers.toString().replace('\n', '|') + (endStream ? " end" : ""));
      upgrade = "echo".equals(headers.value(io.outrigger.config.http.HeaderName.UPGRADE));
      worker.headers().give(headers);
      if (upgrade) {
        stream.acceptUpgrade();
      }
      if (endStream) {
        ended();
      }
    }

    @Override
    public void onRequestData(ByteBuf data, boolean endStream) {
      body.append(data.toString(StandardCharsets.ISO_8859_1));
      data.release();
      if (endStream) {
        events.add("body " + body);
        ended();
      }
    }

    @Override
    public void onRequestTrailers(Headers trailers) {
      events.add("body " + body + " trailers " + trailers.toString().replace('\n', '|'));
      worker.headers().give(trailers);
      ended();
    }

    private void ended() {
      if (answer) {
        respond(stream, 200, "ok");
      }
    }

    @Override
    public void onRequestReset(ResetReason reason, String details) {
      events.add("reset " + reason + " " + details);
    }

    @Override
    public void onRequestRejected(int status, String text, String details) {
      events.add("rejected " + status + " " + details);
      respond(stream, status, text);
    }

    @Override
    public void onResponseWritable() {
      events.add("writable");
    }
  }
}
