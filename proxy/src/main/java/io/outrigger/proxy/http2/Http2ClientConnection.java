package io.outrigger.proxy.http2;

import io.outrigger.config.http.Headers;
import io.outrigger.proxy.stream.ClientConnection;
import io.outrigger.proxy.stream.ClientStream;
import io.outrigger.proxy.stream.ResetReason;
import io.outrigger.proxy.stream.ResponseSink;
import io.outrigger.proxy.worker.Worker;
import java.nio.charset.StandardCharsets;

/** The client side of an HTTP/2 connection, as the last handler of its channel. */
public final class Http2ClientConnection extends Http2Connection implements ClientConnection {
  private static final byte[] PREFACE =
      "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1);
  private static final byte[] NOTHING = new byte[0];

  /** Streams we open before the peer's SETTINGS tell a limit (RFC 9113 section 6.5.2 on 100). */
  private static final int BEFORE_SETTINGS = 100;

  private static final int LAST_ID = Integer.MAX_VALUE - 2;

  private final ClientConnection.Listener listener;
  private int nextId = 1;
  private int active;
  private int peerMax = BEFORE_SETTINGS;
  private boolean draining;
  private boolean roomToTell;

  public Http2ClientConnection(
      Worker worker, Http2Settings settings, ClientConnection.Listener listener, Http2Stats stats) {
    super(worker, settings, stats);
    this.listener = listener;
  }

  // ---- the seam ----

  @Override
  public ClientStream newStream(ResponseSink sink) {
    assert worker.inLoop();
    beforeStream();
    Http2ClientStream stream = workspace().takeClientStream();
    if (stream == null) {
      stream = new Http2ClientStream(this);
    }
    int window = Math.max(settings.initialStreamWindowSize(), Frame.DEFAULT_WINDOW);
    stream.begin(this, sender().initialStreamWindow(), window, 0);
    stream.sink(sink);
    active++;
    return stream;
  }

  @Override
  public int availableStreams() {
    if (draining || isClosed()) {
      return 0;
    }
    return Math.max(0, Math.min(settings.maxConcurrentStreams(), peerMax) - active);
  }

  @Override
  public int activeStreams() {
    return active;
  }

  @Override
  public void drain() {
    assert worker.inLoop();
    draining = true;
    writer.schedule();
  }

  @Override
  public void close() {
    assert worker.inLoop();
    closeNow();
  }

  // ---- for streams ----

  /** Gives a stream its id and place; false where the connection takes none any more. */
  boolean open(Http2ClientStream stream) {
    if (isClosed() || nextId > LAST_ID) {
      ResetReason reason =
          isClosed() ? ResetReason.CONNECTION_TERMINATION : ResetReason.REMOTE_REFUSED_STREAM;
      worker
          .loop()
          .execute(
              () -> {
                if (!stream.closed && stream.id == 0) {
                  active--;
                  stream.closedNow();
                  stream.tellReset(reason, "");
                }
              });
      return false;
    }
    stream.id = nextId;
    nextId += 2;
    draining |= nextId > LAST_ID;
    streams.add(stream);
    stats.streamsActive.inc(cell);
    guard.onStreamOpened();
    return true;
  }

  /** A stream that was never sent is given up. */
  void abandon(Http2ClientStream stream) {
    active--;
    roomToTell = true;
    writer.schedule();
    stream.closedNow();
  }

  // ---- the connection's side ----

  @Override
  byte[] expectedPreface() {
    return NOTHING;
  }

  @Override
  void sendPreface() {
    writer.bytes(PREFACE);
    writer.settings(
        Frame.HEADER_TABLE_SIZE,
        settings.hpackTableSize(),
        Frame.ENABLE_PUSH,
        0,
        Frame.INITIAL_WINDOW_SIZE,
        settings.initialStreamWindowSize());
  }

  @Override
  boolean onHeadersBegin(int streamId, boolean endStream) {
    if (isIdle(streamId)) {
      fail(Frame.PROTOCOL_ERROR, "HEADERS on idle stream " + streamId);
      return false;
    }
    Http2Stream stream = streams.get(streamId);
    if (stream == null) {
      stats.headersCbNoStream.inc(cell);
      block.begin(streamId, endStream, null);
      return !flooded(guard.onIdleFrame());
    }
    if (stream.remoteEnd) {
      fail(Frame.STREAM_CLOSED, "HEADERS on half-closed stream " + streamId);
      return false;
    }
    if (stream.headersReceived && !endStream) {
      stats.rxMessagingError.inc(cell);
      block.begin(streamId, false, null);
      resetByUs(stream, Frame.PROTOCOL_ERROR, VIOLATION);
      return isReading();
    }
    block.begin(streamId, endStream, stream);
    return true;
  }

  @Override
  void onHeaders(Http2Stream of, Headers headers, boolean endStream) {
    Http2ClientStream stream = (Http2ClientStream) of;
    if (stream.headersReceived) {
      if (rules.checkTrailers(headers) != null) {
        worker.headers().give(headers);
        malformed(stream, VIOLATION);
      } else {
        receiver.onTrailers(stream, headers);
      }
      return;
    }
    if (rules.checkResponse(headers) != null) {
      worker.headers().give(headers);
      malformed(stream, VIOLATION);
      return;
    }
    int status = MessageRules.status(headers);
    if (status < 200) {
      onInformational(stream, headers, status, endStream);
      worker.headers().give(headers);
      return;
    }
    stream.headersReceived = true;
    boolean bodyless = stream.head || status == 304 || status == 204;
    stream.contentLength = bodyless ? 0 : rules.contentLength();
    if (endStream) {
      if (stream.contentLength > 0) {
        worker.headers().give(headers);
        stats.rxMessagingError.inc(cell);
        resetByUs(stream, Frame.PROTOCOL_ERROR, VIOLATION);
        return;
      }
      stream.remoteEnd = true;
      stream.remoteTold = true;
      closeIfDone(stream);
    }
    stream.tellHeaders(headers, endStream);
  }

  private void onInformational(
      Http2ClientStream stream, Headers headers, int status, boolean endStream) {
    // no switching of protocols in HTTP/2 (RFC 9113 section 8.6), and never the end
    if (endStream || status == 101) {
      malformed(stream, VIOLATION);
      return;
    }
    if (flooded(guard.onIdleFrame())) {
      return;
    }
    stream.tellInformational(headers);
  }

  @Override
  void onPeerReset(Http2Stream stream, int code) {
    if (stream.remoteEnd && !stream.remoteTold) {
      // all of the response is here and waits; only the request's rest is not wanted
      stream.outlivesConnection();
      sender().discard(stream);
      return;
    }
    if (code == Frame.REFUSED_STREAM) {
      stats.streamRefusedErrors.inc(cell);
      end(stream, ResetReason.REMOTE_REFUSED_STREAM, "http2.remote_refuse");
    } else {
      end(stream, ResetReason.REMOTE_RESET, "http2.remote_reset");
    }
  }

  @Override
  void onGoAway(int lastStreamId, int code) {
    boolean first = !draining;
    draining = true;
    // what the peer will not look at may be tried elsewhere (RFC 9113 section 6.8)
    streams.forEach(
        stream -> {
          if (!stream.closed && stream.id > lastStreamId) {
            end(stream, ResetReason.REMOTE_REFUSED_STREAM, "http2.remote_refuse");
          }
        });
    if (first) {
      listener.onDraining(this);
    }
  }

  @Override
  void onPeerMaxConcurrentStreams(long max) {
    int before = peerMax;
    peerMax = (int) Math.min(max, Integer.MAX_VALUE);
    roomToTell |= peerMax > before;
  }

  @Override
  void onStreamClosed(Http2Stream stream) {
    active--;
    roomToTell = true;
  }

  @Override
  boolean isIdle(int streamId) {
    return (streamId & 1) == 0 || streamId >= nextId;
  }

  @Override
  int lastPeerStreamId() {
    return 0;
  }

  @Override
  void afterStreams() {
    if (draining && active == 0) {
      closeAfterFlush("");
    } else if (roomToTell && !draining) {
      roomToTell = false;
      listener.onAvailable(this);
    }
  }

  @Override
  void onConnectionClosed(ResetReason reason, String details) {
    listener.onClosed(this, reason);
  }
}
