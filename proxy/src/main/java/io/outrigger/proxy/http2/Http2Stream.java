package io.outrigger.proxy.http2;

import io.netty.buffer.ByteBuf;
import io.outrigger.config.http.Headers;
import io.outrigger.proxy.stream.ResetReason;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * What both sides' streams are made of: windows, queues and the state of each direction.
 *
 * <p>Used again after {@link #release} and the stream's end, whichever is later. All calls on the
 * connection's worker.
 */
abstract sealed class Http2Stream permits Http2ServerStream, Http2ClientStream {
  Http2Connection connection;
  int id;

  boolean closed;
  private boolean released;

  // sending
  int sendWindow;
  boolean headersSent;

  /** The end was handed to us; and it was written. */
  boolean localEnd;

  boolean localSent;
  private @Nullable ArrayDeque<ByteBuf> sendQueue;
  int sendPending;
  boolean tailIsOurs;
  @Nullable Headers trailersToSend;
  boolean inRing;
  @Nullable Http2Stream ringNext;
  @Nullable Http2Stream ringPrevious;
  boolean waitsForRoom;
  int resetWhenSent;
  long flushSince;

  // receiving
  int receiveWindow;
  int unacknowledged;
  boolean headersReceived;

  /** The end came; and it was told. */
  boolean remoteEnd;

  boolean remoteTold;
  int paused;
  private @Nullable ArrayDeque<ByteBuf> receiveQueue;
  @Nullable Headers trailersHeld;
  long contentLength;
  long received;
  long openedNanos;

  Http2Stream(Http2Connection connection) {
    this.connection = connection;
  }

  /** Makes a stream, new or used, ready for a connection. */
  final void begin(Http2Connection owner, int sendWindowNow, int receiveWindowNow, long nanos) {
    connection = owner;
    id = 0;
    closed = false;
    released = false;
    sendWindow = sendWindowNow;
    headersSent = false;
    localEnd = false;
    localSent = false;
    sendPending = 0;
    tailIsOurs = false;
    trailersToSend = null;
    waitsForRoom = false;
    resetWhenSent = -1;
    flushSince = 0;
    receiveWindow = receiveWindowNow;
    unacknowledged = 0;
    headersReceived = false;
    remoteEnd = false;
    remoteTold = false;
    paused = 0;
    trailersHeld = null;
    contentLength = -1;
    received = 0;
    openedNanos = nanos;
  }

  abstract void tellData(ByteBuf data, boolean endStream);

  abstract void tellTrailers(Headers block);

  abstract void tellReset(ResetReason reason, String details);

  abstract void tellWritable();

  // ---- what waits: the queues are made for the first that must, which few streams ever have ----

  final void addToSend(ByteBuf data) {
    if (sendQueue == null) {
      sendQueue = new ArrayDeque<>(2);
    }
    sendQueue.addLast(data);
  }

  final @Nullable ByteBuf firstToSend() {
    return sendQueue == null ? null : sendQueue.peekFirst();
  }

  final @Nullable ByteBuf lastToSend() {
    return sendQueue == null ? null : sendQueue.peekLast();
  }

  final @Nullable ByteBuf takeToSend() {
    return sendQueue == null ? null : sendQueue.pollFirst();
  }

  final void addReceived(ByteBuf data) {
    if (receiveQueue == null) {
      receiveQueue = new ArrayDeque<>(2);
    }
    receiveQueue.addLast(data);
  }

  final boolean hasReceived() {
    return receiveQueue != null && !receiveQueue.isEmpty();
  }

  final @Nullable ByteBuf takeReceived() {
    return receiveQueue == null ? null : receiveQueue.pollFirst();
  }

  // ---- what both seams share ----

  public final void sendData(ByteBuf data, boolean endStream) {
    if (closed || !headersSent) {
      data.release();
      return;
    }
    connection.sender().data(this, data, endStream);
  }

  public final void sendTrailers(Headers block) {
    if (!closed && headersSent) {
      connection.sender().trailers(this, block);
    }
  }

  public final boolean isWritable() {
    return closed || connection.sender().hasRoom(this);
  }

  final void pause() {
    paused++;
  }

  final void resume() {
    if (paused > 0 && --paused == 0 && !closed) {
      connection.receiver.deliverHeld(this);
    }
  }

  /** Both ends of the way are done with the object when it is closed and released. */
  public final void release() {
    released = true;
    if (closed) {
      forgetSink();
      connection.workspace().give(this);
    }
  }

  /** The connection has done with it. */
  final void closedNow() {
    closed = true;
    if (released) {
      forgetSink();
      connection.workspace().give(this);
    }
  }

  abstract void forgetSink();

  /** Whether the sink has nothing more to hear. */
  abstract boolean isSettled();

  /** Whether all came that the sink is to hear, though it waits, so that it can still be told. */
  abstract boolean outlivesConnection();
}
