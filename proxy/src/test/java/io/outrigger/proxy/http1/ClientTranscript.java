package io.outrigger.proxy.http1;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.outrigger.config.http.Headers;
import io.outrigger.proxy.stream.ClientConnection;
import io.outrigger.proxy.stream.ClientStream;
import io.outrigger.proxy.stream.ResetReason;
import io.outrigger.proxy.stream.ResponseSink;
import io.outrigger.proxy.worker.Worker;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A client connection on an embedded channel that writes down what it tells. */
final class ClientTranscript {
  final List<String> events = new ArrayList<>();
  final EmbeddedChannel channel = new EmbeddedChannel();
  private final Worker worker = new Worker(1, channel.eventLoop());
  final Http1ClientConnection connection =
      new Http1ClientConnection(worker, Http1Settings.client(), new Listener());

  {
    channel.pipeline().addLast(connection);
  }

  ClientStream request(String method) {
    ClientStream stream = connection.newStream(new Sink());
    Headers headers = new Headers();
    headers.add(":method", method);
    headers.add(":path", "/p");
    headers.add(":scheme", "http");
    headers.add(":authority", "host");
    headers.add("x", "y");
    stream.sendHeaders(headers, true);
    channel.runPendingTasks();
    return stream;
  }

  void read(String bytes) {
    if (!bytes.isEmpty() && channel.isOpen()) {
      channel.writeInbound(Unpooled.copiedBuffer(bytes, StandardCharsets.ISO_8859_1));
    }
  }

  String written() {
    channel.runPendingTasks();
    StringBuilder text = new StringBuilder();
    for (ByteBuf out = channel.readOutbound(); out != null; out = channel.readOutbound()) {
      text.append(out.toString(StandardCharsets.ISO_8859_1));
      out.release();
    }
    return text.toString();
  }

  /** Parts of a body as one, so that the place of a cut doesn't show. */
  static String joinData(String events) {
    String joined = events;
    int at = joined.indexOf(";data ");
    while (at >= 0) {
      int next = joined.indexOf(";data ", at + 6);
      if (next < 0) {
        break;
      }
      joined = joined.substring(0, next) + joined.substring(next + 6);
    }
    return joined;
  }

  private final class Sink implements ResponseSink {
    @Override
    public void onInformational(Headers headers) {
      events.add("informational " + headers.value(0));
    }

    @Override
    public void onResponseHeaders(Headers headers, boolean endStream) {
      events.add("headers " + headers.value(0));
      worker.headers().give(headers);
      if (endStream) {
        events.add("end");
      }
    }

    @Override
    public void onResponseData(ByteBuf data, boolean endStream) {
      if (data.isReadable()) {
        events.add("data " + data.toString(StandardCharsets.ISO_8859_1));
      }
      data.release();
      if (endStream) {
        events.add("end");
      }
    }

    @Override
    public void onResponseTrailers(Headers trailers) {
      worker.headers().give(trailers);
      events.add("end");
    }

    @Override
    public void onResponseReset(ResetReason reason, @Nullable String transportFailure) {
      events.add("reset " + reason + " " + transportFailure);
    }

    @Override
    public void onRequestWritable() {}
  }

  private final class Listener implements ClientConnection.Listener {
    @Override
    public void onAvailable(ClientConnection of) {
      events.add("available");
    }

    @Override
    public void onDraining(ClientConnection of) {
      events.add("draining");
    }

    @Override
    public void onClosed(ClientConnection of, ResetReason reason) {
      events.add("closed");
    }
  }
}
