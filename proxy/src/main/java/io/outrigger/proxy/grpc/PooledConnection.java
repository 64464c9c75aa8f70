package io.outrigger.proxy.grpc;

import io.netty.buffer.ByteBuf;
import io.outrigger.config.http.Headers;
import io.outrigger.proxy.stream.ClientConnection;
import io.outrigger.proxy.stream.ClientStream;
import io.outrigger.proxy.stream.ResetReason;
import io.outrigger.proxy.stream.ResponseSink;
import org.jspecify.annotations.Nullable;

/**
 * One stream that a cluster's pool opened, in the shape of a connection that has room for just it.
 *
 * <p>A pool wants the sink before it opens the stream, and a gRPC call is made of a connection:
 * this stands between the two. On its worker.
 */
public final class PooledConnection implements ClientConnection, ResponseSink {
  private @Nullable ClientStream stream;
  private @Nullable ResponseSink sink;

  /** The stream that the next call gets. */
  public void opened(ClientStream opened) {
    stream = opened;
  }

  // ---- towards the call ----

  @Override
  public ClientStream newStream(ResponseSink to) {
    ClientStream opened = stream;
    if (opened == null || sink != null) {
      throw new IllegalStateException("no stream is left here");
    }
    sink = to;
    return opened;
  }

  @Override
  public int availableStreams() {
    return stream != null && sink == null ? 1 : 0;
  }

  @Override
  public int activeStreams() {
    return sink == null ? 0 : 1;
  }

  @Override
  public void drain() {}

  @Override
  public void close() {
    ClientStream opened = stream;
    if (opened != null) {
      opened.reset(ResetReason.LOCAL_RESET);
    }
  }

  // ---- towards the pool ----

  @Override
  public void onInformational(Headers headers) {
    if (sink != null) {
      sink.onInformational(headers);
    }
  }

  @Override
  public void onResponseHeaders(Headers headers, boolean endStream) {
    if (sink != null) {
      sink.onResponseHeaders(headers, endStream);
    }
  }

  @Override
  public void onResponseData(ByteBuf data, boolean endStream) {
    if (sink != null) {
      sink.onResponseData(data, endStream);
    } else {
      data.release();
    }
  }

  @Override
  public void onResponseTrailers(Headers trailers) {
    if (sink != null) {
      sink.onResponseTrailers(trailers);
    }
  }

  @Override
  public void onResponseReset(ResetReason reason, @Nullable String transportFailure) {
    if (sink != null) {
      sink.onResponseReset(reason, transportFailure);
    }
  }

  @Override
  public void onRequestWritable() {
    if (sink != null) {
      sink.onRequestWritable();
    }
  }
}
