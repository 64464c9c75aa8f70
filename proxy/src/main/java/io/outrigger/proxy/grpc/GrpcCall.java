package io.outrigger.proxy.grpc;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.outrigger.config.http.HeaderName;
import io.outrigger.config.http.Headers;
import io.outrigger.proxy.stream.ClientConnection;
import io.outrigger.proxy.stream.ClientStream;
import io.outrigger.proxy.stream.ResetReason;
import io.outrigger.proxy.stream.ResponseSink;
import io.outrigger.proxy.worker.Worker;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A gRPC call on one stream of a connection, by gRPC's protocol over HTTP/2.
 *
 * <p>Works on any {@link ClientConnection} that carries trailers, a pool's too. Owned by a worker.
 */
public final class GrpcCall implements GrpcStream, ResponseSink {
  /** The longest message taken; a mesh's whole configuration may come in one. */
  public static final int MAX_MESSAGE = 256 << 20;

  private static final HeaderName USER_AGENT = HeaderName.USER_AGENT;
  private static final byte[] APPLICATION_GRPC =
      "application/grpc".getBytes(StandardCharsets.US_ASCII);
  private static final long LONGEST_TIMEOUT = 99_999_999;

  private final Worker worker;
  private final Listener listener;
  private final MessageReader reader = new MessageReader(MAX_MESSAGE);
  private final ClientStream stream;
  private @Nullable Future<?> deadline;
  private @Nullable GrpcStatus badResponse;
  private boolean halfClosed;
  private boolean closed;

  private GrpcCall(Worker worker, ClientConnection connection, Listener listener) {
    this.worker = worker;
    this.listener = listener;
    this.stream = connection.newStream(this);
  }

  /**
   * Starts a call on a connection that has room for a stream.
   *
   * @param scheme {@code http} or {@code https}
   */
  public static GrpcCall start(
      Worker worker,
      ClientConnection connection,
      String scheme,
      String authority,
      GrpcRequest request,
      Listener listener) {
    assert worker.inLoop();
    GrpcCall call = new GrpcCall(worker, connection, listener);
    Headers headers = worker.headers().take();
    headers.add(HeaderName.METHOD, "POST");
    headers.add(HeaderName.SCHEME, scheme);
    headers.add(HeaderName.PATH, request.path());
    headers.add(HeaderName.AUTHORITY, authority);
    headers.add(HeaderName.TE, "trailers");
    headers.add(HeaderName.CONTENT_TYPE, "application/grpc");
    if (request.deadlineMillis() > 0) {
      long millis = request.deadlineMillis();
      headers.add(
          HeaderName.GRPC_TIMEOUT,
          millis <= LONGEST_TIMEOUT
              ? millis + "m"
              : Math.min(millis / 1000, LONGEST_TIMEOUT) + "S");
      call.deadline = worker.loop().schedule(call::onDeadline, millis, TimeUnit.MILLISECONDS);
    }
    for (GrpcRequest.Metadata entry : request.metadata()) {
      headers.add(entry.name(), entry.value());
    }
    if (!headers.contains(USER_AGENT)) {
      headers.add(USER_AGENT, "outrigger");
    }
    call.stream.sendHeaders(headers, false);
    worker.headers().give(headers);
    return call;
  }

  // ---- the caller's side ----

  @Override
  public void send(byte[] message) {
    assert worker.inLoop();
    if (closed || halfClosed) {
      return;
    }
    ByteBuf data = ByteBufAllocator.DEFAULT.directBuffer(5 + message.length);
    data.writeByte(0).writeInt(message.length).writeBytes(message);
    stream.sendData(data, false);
  }

  @Override
  public void halfClose() {
    assert worker.inLoop();
    if (!closed && !halfClosed) {
      halfClosed = true;
      stream.sendData(Unpooled.EMPTY_BUFFER, true);
    }
  }

  @Override
  public void cancel() {
    assert worker.inLoop();
    if (!closed) {
      ended();
      stream.reset(ResetReason.LOCAL_RESET);
    }
  }

  @Override
  public boolean isWritable() {
    return stream.isWritable();
  }

  @Override
  public void pause() {
    if (!closed) {
      stream.pauseResponse();
    }
  }

  @Override
  public void resume() {
    if (!closed) {
      stream.resumeResponse();
    }
  }

  // ---- the server's side ----

  @Override
  public void onInformational(Headers headers) {}

  @Override
  public void onResponseHeaders(Headers headers, boolean endStream) {
    if (closed) {
      worker.headers().give(headers);
      return;
    }
    GrpcStatus status = endStream ? StatusReader.of(headers) : null;
    String http = headers.value(HeaderName.STATUS);
    if (status == null && !"200".equals(http)) {
      badResponse = StatusReader.ofHttp(http == null ? "" : http);
    } else if (status == null && !isGrpc(headers)) {
      badResponse =
          new GrpcStatus(
              GrpcStatus.UNKNOWN,
              "the answer's content-type is " + headers.value(HeaderName.CONTENT_TYPE));
    } else if (!endStream) {
      listener.onHeaders(headers);
    }
    if (endStream) {
      closeWith(status, headers);
    }
    worker.headers().give(headers);
  }

  private static boolean isGrpc(Headers headers) {
    int slot = headers.find(HeaderName.CONTENT_TYPE);
    if (slot < 0 || headers.valueLength(slot) < APPLICATION_GRPC.length) {
      return false;
    }
    int offset = headers.valueOffset(slot);
    return Arrays.equals(
        headers.data(),
        offset,
        offset + APPLICATION_GRPC.length,
        APPLICATION_GRPC,
        0,
        APPLICATION_GRPC.length);
  }

  @Override
  public void onResponseData(ByteBuf data, boolean endStream) {
    try {
      GrpcStatus problem =
          closed || badResponse != null ? null : reader.read(data, this::onMessage);
      if (problem != null && !closed) {
        ended();
        stream.reset(ResetReason.LOCAL_RESET);
        listener.onClose(problem, null);
        return;
      }
    } finally {
      data.release();
    }
    if (endStream && !closed) {
      closeWith(null, null);
    }
  }

  private void onMessage(byte[] message) {
    if (!closed) {
      listener.onMessage(message);
    }
  }

  @Override
  public void onResponseTrailers(Headers trailers) {
    if (!closed) {
      closeWith(StatusReader.of(trailers), trailers);
    }
    worker.headers().give(trailers);
  }

  /** The response is whole; a request that goes on is not wanted any more. */
  private void closeWith(@Nullable GrpcStatus status, @Nullable Headers trailers) {
    ended();
    if (!halfClosed) {
      stream.reset(ResetReason.LOCAL_RESET);
    }
    GrpcStatus result = badResponse != null && status == null ? badResponse : status;
    if (result == null) {
      result = new GrpcStatus(GrpcStatus.UNKNOWN, "the response ended without grpc-status");
    } else if (result.isOk() && reader.isPartial()) {
      result = new GrpcStatus(GrpcStatus.INTERNAL, "the response ended within a message");
    }
    listener.onClose(result, trailers);
  }

  @Override
  public void onResponseReset(ResetReason reason, @Nullable String transportFailure) {
    if (!closed) {
      ended();
      listener.onClose(StatusReader.of(reason, transportFailure), null);
    }
  }

  @Override
  public void onRequestWritable() {
    if (!closed) {
      listener.onWritable();
    }
  }

  private void onDeadline() {
    if (!closed) {
      ended();
      stream.reset(ResetReason.LOCAL_RESET);
      listener.onClose(
          new GrpcStatus(GrpcStatus.DEADLINE_EXCEEDED, "the deadline has passed"), null);
    }
  }

  private void ended() {
    closed = true;
    if (deadline != null) {
      deadline.cancel(false);
      deadline = null;
    }
  }
}
