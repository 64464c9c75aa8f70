package io.outrigger.proxy.http2;

import io.outrigger.config.http.Headers;
import io.outrigger.proxy.stream.RequestSink;
import io.outrigger.proxy.stream.ResetReason;
import io.outrigger.proxy.stream.ServerConnection;
import io.outrigger.proxy.stream.StreamAcceptor;
import io.outrigger.proxy.worker.Worker;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/** The server side of an HTTP/2 connection, as the last handler of its channel. */
public final class Http2ServerConnection extends Http2Connection implements ServerConnection {
  private static final byte[] PREFACE =
      "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1);
  private static final byte[] NO_DEBUG = new byte[0];
  private static final long DRAIN = 0x6472_6169_6e21_2121L;

  private final StreamAcceptor acceptor;
  private final Listener listener;
  private int lastStreamId;
  private boolean draining;
  private boolean goAwayFinal;
  private boolean leaving;
  private long closedStreams;
  private long prematureResets;

  public Http2ServerConnection(
      Worker worker,
      Http2Settings settings,
      StreamAcceptor acceptor,
      Listener listener,
      Http2Stats stats) {
    super(worker, settings, stats);
    this.acceptor = acceptor;
    this.listener = listener;
  }

  /** Hears of a connection's end, on the worker. */
  public interface Listener {
    /**
     * The connection is closed; its streams have been told before. {@code details} is what
     * %CONNECTION_TERMINATION_DETAILS% prints, or empty where the end was orderly.
     */
    void onClosed(Http2ServerConnection connection, String details);
  }

  // ---- the seam ----

  @Override
  public void drain() {
    assert worker.inLoop();
    if (draining || isClosed()) {
      return;
    }
    draining = true;
    // RFC 9113 section 6.8: first that we will go, and a round trip later which stream was last
    stats.goawaySent.inc(cell);
    writer.goAway(Integer.MAX_VALUE, Frame.NO_ERROR, NO_DEBUG);
    writer.ping(DRAIN, false);
    schedule(this::lastGoAway, settings.drainTimeoutMillis());
  }

  @Override
  void onPingAck(long payload) {
    if (payload == DRAIN && draining) {
      lastGoAway();
    }
  }

  private void lastGoAway() {
    if (!goAwayFinal && !isClosed()) {
      goAwayFinal = true;
      stats.goawaySent.inc(cell);
      writer.goAway(lastStreamId, Frame.NO_ERROR, NO_DEBUG);
    }
  }

  @Override
  public int activeStreams() {
    return streams.size();
  }

  @Override
  public void close() {
    assert worker.inLoop();
    closeNow();
  }

  // ---- the connection's side ----

  @Override
  byte[] expectedPreface() {
    return PREFACE;
  }

  @Override
  void sendPreface() {
    writer.settings(
        Frame.HEADER_TABLE_SIZE,
        settings.hpackTableSize(),
        Frame.ENABLE_CONNECT_PROTOCOL,
        settings.allowConnect() ? 1 : 0,
        Frame.MAX_CONCURRENT_STREAMS,
        settings.maxConcurrentStreams(),
        Frame.INITIAL_WINDOW_SIZE,
        settings.initialStreamWindowSize());
  }

  @Override
  boolean onHeadersBegin(int streamId, boolean endStream) {
    if ((streamId & 1) == 0) {
      fail(Frame.PROTOCOL_ERROR, "a client's stream with the even id " + streamId);
      return false;
    }
    Http2Stream stream = streams.get(streamId);
    if (stream != null) {
      return onTrailersBegin(stream, endStream);
    }
    if (streamId <= lastStreamId) {
      if (!resets.contains(streamId)) {
        fail(Frame.STREAM_CLOSED, "HEADERS on closed stream " + streamId);
        return false;
      }
      block.begin(streamId, endStream, null);
      return !flooded(guard.onIdleFrame());
    }
    lastStreamId = streamId;
    if (goAwayFinal || streams.size() >= settings.maxConcurrentStreams()) {
      return refuse(streamId, endStream);
    }
    open(streamId, endStream);
    return true;
  }

  private boolean onTrailersBegin(Http2Stream stream, boolean endStream) {
    if (stream.remoteEnd) {
      fail(Frame.STREAM_CLOSED, "HEADERS on half-closed stream " + stream.id);
      return false;
    }
    if (!endStream) {
      stats.rxMessagingError.inc(cell);
      block.begin(stream.id, false, null);
      resetByUs(stream, Frame.PROTOCOL_ERROR, VIOLATION);
      return isReading();
    }
    block.begin(stream.id, true, stream);
    return true;
  }

  private boolean refuse(int streamId, boolean endStream) {
    block.begin(streamId, endStream, null);
    resetUnknown(streamId, Frame.REFUSED_STREAM);
    if (control.settingsAcknowledged() && !goAwayFinal) {
      // the peer knows the limit: as good as a reset
      closedStreams++;
      prematureResets++;
      checkResets();
    }
    return isReading();
  }

  private void open(int streamId, boolean endStream) {
    Http2ServerStream stream = workspace().takeServerStream();
    if (stream == null) {
      stream = new Http2ServerStream(this);
    }
    int window = Math.max(settings.initialStreamWindowSize(), Frame.DEFAULT_WINDOW);
    stream.begin(this, sender().initialStreamWindow(), window, worker.nanos());
    stream.id = streamId;
    streams.add(stream);
    stats.streamsActive.inc(cell);
    guard.onStreamOpened();
    block.begin(streamId, endStream, stream);
  }

  @Override
  void onHeaders(Http2Stream of, Headers headers, boolean endStream) {
    Http2ServerStream stream = (Http2ServerStream) of;
    if (stream.headersReceived) {
      if (rules.checkTrailers(headers) != null) {
        worker.headers().give(headers);
        malformed(stream, VIOLATION);
      } else if (headerFrames.underscoresAllowed(stream, headers)) {
        receiver.onTrailers(stream, headers);
      }
      return;
    }
    stream.headersReceived = true;
    if (rules.checkRequest(headers, settings.allowConnect()) != null) {
      worker.headers().give(headers);
      malformed(stream, VIOLATION);
      return;
    }
    if (!headerFrames.underscoresAllowed(stream, headers)) {
      return;
    }
    stream.contentLength = rules.contentLength();
    if (endStream) {
      if (stream.contentLength > 0) {
        worker.headers().give(headers);
        stats.rxMessagingError.inc(cell);
        beforeReset(stream);
        resetByUs(stream, Frame.PROTOCOL_ERROR, VIOLATION);
        return;
      }
      stream.remoteEnd = true;
      stream.remoteTold = true;
    }
    stream.upgrade = settings.allowConnect() && ExtendedConnect.requestToHttp1(headers);
    RequestSink sink = acceptor.accept(stream);
    stream.sink(sink);
    sink.onRequestHeaders(headers, endStream);
  }

  /** Whoever accounts for requests hears of this one too, though it has no headers. */
  @Override
  void beforeReset(Http2Stream of) {
    Http2ServerStream stream = (Http2ServerStream) of;
    if (!stream.hasSink()) {
      stream.sink(acceptor.accept(stream));
    }
  }

  @Override
  void onPeerReset(Http2Stream stream, int code) {
    boolean premature = isPremature(stream);
    if (code == Frame.REFUSED_STREAM) {
      end(stream, ResetReason.REMOTE_REFUSED_STREAM, "http2.remote_refuse");
    } else {
      end(stream, ResetReason.REMOTE_RESET, "http2.remote_reset");
    }
    if (premature) {
      prematureResets++;
      checkResets();
    }
  }

  /** Resets that the client provoked count as much as its own (CVE-2025-55163). */
  @Override
  void resetByUs(Http2Stream stream, int code, String details) {
    boolean premature = isPremature(stream);
    super.resetByUs(stream, code, details);
    if (premature) {
      prematureResets++;
      checkResets();
    }
  }

  private boolean isPremature(Http2Stream stream) {
    return !stream.localEnd
        && worker.nanos() - stream.openedNanos
            < TimeUnit.MILLISECONDS.toNanos(settings.minStreamLifetimeMillis());
  }

  /** Envoy's rule against rapid resets (CVE-2023-44487): half of the streams, of 500 at least. */
  private void checkResets() {
    long limit = settings.prematureResetStreams();
    if (limit > 0 && prematureResets * 2 >= Math.max(limit, closedStreams)) {
      fail(Frame.ENHANCE_YOUR_CALM, "too_many_premature_resets");
    }
  }

  @Override
  void onStreamClosed(Http2Stream stream) {
    closedStreams++;
  }

  @Override
  void onGoAway(int lastId, int code) {
    // it speaks of streams that we would open, and we open none; the client closes when it likes
  }

  @Override
  void onPeerMaxConcurrentStreams(long max) {}

  @Override
  boolean isIdle(int streamId) {
    return (streamId & 1) == 0 || streamId > lastStreamId;
  }

  /** Nobody needs the rest of a request that is answered (RFC 9113 section 8.1). */
  @Override
  boolean endsWithLocalEnd() {
    return true;
  }

  @Override
  int lastPeerStreamId() {
    return lastStreamId;
  }

  @Override
  void afterStreams() {
    if (goAwayFinal && !leaving && streams.size() == 0) {
      leaving = true;
      // a close with bytes unread is a reset, which may overtake the GOAWAY: a request that crossed
      // it could have been served, for all that its client knows. So the client closes, or time
      // does
      schedule(this::closeNow, settings.delayedCloseMillis());
    }
  }

  @Override
  void onConnectionClosed(ResetReason reason, String details) {
    listener.onClosed(this, details);
  }
}
