package io.outrigger.proxy.http2;

import io.outrigger.config.protocol.CommonHttpOptions;
import io.outrigger.config.protocol.Http2Options;

/**
 * What one side of HTTP/2 offers and tolerates, with Envoy's names and defaults ({@code
 * core.v3.Http2ProtocolOptions}). Immutable.
 *
 * @param hpackTableSize bytes of the decoder's dynamic table that the peer may use, and the bound
 *     of the encoder's
 * @param maxConcurrentStreams streams the peer may have open at once; on the client side, streams
 *     that we open at once at most
 * @param initialStreamWindowSize bytes a stream may receive before we consume
 * @param initialConnectionWindowSize bytes the connection may receive before we consume
 * @param allowConnect whether extended CONNECT (RFC 8441) is offered
 * @param maxOutboundFrames frames that may wait for the socket before the connection is closed
 * @param maxOutboundControlFrames the same for PING, SETTINGS and RST_STREAM
 * @param maxConsecutiveInboundFramesWithEmptyPayload empty DATA, HEADERS or CONTINUATION frames in
 *     a row that don't end a stream
 * @param maxInboundPriorityFramesPerStream PRIORITY frames a stream
 * @param maxInboundWindowUpdateFramesPerDataFrameSent WINDOW_UPDATE frames a DATA frame sent
 * @param streamErrorOnInvalidHttpMessage whether a malformed message resets its stream only
 * @param maxHeadersCount header fields a block may have; cookie crumbs count each
 * @param maxHeadersBytes bytes of names and values that a block may have
 * @param headersWithUnderscores what is done to a header with an underscore in its name
 * @param streamBufferLimit bytes that may wait to be sent on a stream before its source is paused
 * @param keepaliveIntervalMillis time between PINGs; 0 is never
 * @param keepaliveTimeoutMillis time a PING's answer may take
 * @param keepaliveIdleMillis after such a time without a byte from the peer a PING goes ahead of a
 *     new stream; 0 is never; client side
 * @param drainTimeoutMillis time between the two GOAWAYs of a drain, at most
 * @param delayedCloseMillis time that the peer has to read the last frames before the close
 * @param streamFlushTimeoutMillis time that a finished response may wait for send window; 0 is
 *     without end
 * @param minStreamLifetimeMillis a stream reset by the client earlier than this is premature
 * @param prematureResetStreams streams of which half may be reset prematurely
 */
public record Http2Settings(
    int hpackTableSize,
    int maxConcurrentStreams,
    int initialStreamWindowSize,
    int initialConnectionWindowSize,
    boolean allowConnect,
    int maxOutboundFrames,
    int maxOutboundControlFrames,
    int maxConsecutiveInboundFramesWithEmptyPayload,
    int maxInboundPriorityFramesPerStream,
    int maxInboundWindowUpdateFramesPerDataFrameSent,
    boolean streamErrorOnInvalidHttpMessage,
    int maxHeadersCount,
    int maxHeadersBytes,
    Underscores headersWithUnderscores,
    int streamBufferLimit,
    long keepaliveIntervalMillis,
    long keepaliveTimeoutMillis,
    long keepaliveIdleMillis,
    long drainTimeoutMillis,
    long delayedCloseMillis,
    long streamFlushTimeoutMillis,
    long minStreamLifetimeMillis,
    int prematureResetStreams) {

  /** What is done to a header whose name has an underscore. */
  public enum Underscores {
    ALLOW,
    REJECT_REQUEST,
    DROP_HEADER
  }

  /** Envoy 1.40's defaults. */
  public static final Http2Settings DEFAULTS = new Builder().build();

  public static Builder builder() {
    return new Builder();
  }

  /** Collects settings that differ from the defaults. */
  public static final class Builder {
    private int hpackTableSize = 4096;
    private int maxConcurrentStreams = 1024;
    private int initialStreamWindowSize = 16 << 20;
    private int initialConnectionWindowSize = 24 << 20;
    private boolean allowConnect;
    private int maxOutboundFrames = 10_000;
    private int maxOutboundControlFrames = 1000;
    private int maxConsecutiveInboundFramesWithEmptyPayload = 1;
    private int maxInboundPriorityFramesPerStream = 100;
    private int maxInboundWindowUpdateFramesPerDataFrameSent = 10;
    private boolean streamErrorOnInvalidHttpMessage;
    private int maxHeadersCount = 100;
    private int maxHeadersBytes = 60 * 1024;
    private Underscores headersWithUnderscores = Underscores.ALLOW;
    private int streamBufferLimit = 1 << 20;
    private long keepaliveIntervalMillis;
    private long keepaliveTimeoutMillis = 10_000;
    private long keepaliveIdleMillis;
    private long drainTimeoutMillis = 5000;
    private long delayedCloseMillis = 1000;
    private long streamFlushTimeoutMillis = 300_000;
    private long minStreamLifetimeMillis = 1000;
    private int prematureResetStreams = 500;

    private Builder() {}

    /** What a configuration says of both sides alike. */
    public Builder options(Http2Options options, CommonHttpOptions common) {
      hpackTableSize = options.hpackTableSize();
      maxConcurrentStreams = options.maxConcurrentStreams();
      initialStreamWindowSize = options.initialStreamWindowSize();
      initialConnectionWindowSize = options.initialConnectionWindowSize();
      allowConnect = options.allowConnect();
      maxOutboundFrames = options.maxOutboundFrames();
      maxOutboundControlFrames = options.maxOutboundControlFrames();
      maxConsecutiveInboundFramesWithEmptyPayload =
          options.maxConsecutiveInboundFramesWithEmptyPayload();
      maxInboundPriorityFramesPerStream = options.maxInboundPriorityFramesPerStream();
      maxInboundWindowUpdateFramesPerDataFrameSent =
          options.maxInboundWindowUpdateFramesPerDataFrameSent();
      streamErrorOnInvalidHttpMessage = options.streamErrorOnInvalidHttpMessage();
      keepaliveIntervalMillis = options.keepaliveIntervalMillis();
      keepaliveTimeoutMillis = options.keepaliveTimeoutMillis();
      keepaliveIdleMillis = options.keepaliveIdleIntervalMillis();
      maxHeadersCount = common.maxHeadersCount();
      headersWithUnderscores = Underscores.valueOf(common.headersWithUnderscores().name());
      return this;
    }

    public Builder hpackTableSize(int bytes) {
      hpackTableSize = bytes;
      return this;
    }

    public Builder maxConcurrentStreams(int streams) {
      maxConcurrentStreams = streams;
      return this;
    }

    public Builder initialStreamWindowSize(int bytes) {
      initialStreamWindowSize = bytes;
      return this;
    }

    public Builder initialConnectionWindowSize(int bytes) {
      initialConnectionWindowSize = bytes;
      return this;
    }

    public Builder allowConnect(boolean allow) {
      allowConnect = allow;
      return this;
    }

    public Builder maxOutboundFrames(int frames) {
      maxOutboundFrames = frames;
      return this;
    }

    public Builder maxOutboundControlFrames(int frames) {
      maxOutboundControlFrames = frames;
      return this;
    }

    public Builder maxConsecutiveInboundFramesWithEmptyPayload(int frames) {
      maxConsecutiveInboundFramesWithEmptyPayload = frames;
      return this;
    }

    public Builder maxInboundPriorityFramesPerStream(int frames) {
      maxInboundPriorityFramesPerStream = frames;
      return this;
    }

    public Builder maxInboundWindowUpdateFramesPerDataFrameSent(int frames) {
      maxInboundWindowUpdateFramesPerDataFrameSent = frames;
      return this;
    }

    public Builder streamErrorOnInvalidHttpMessage(boolean streamError) {
      streamErrorOnInvalidHttpMessage = streamError;
      return this;
    }

    public Builder maxHeadersCount(int count) {
      maxHeadersCount = count;
      return this;
    }

    public Builder maxHeadersBytes(int bytes) {
      maxHeadersBytes = bytes;
      return this;
    }

    public Builder headersWithUnderscores(Underscores action) {
      headersWithUnderscores = action;
      return this;
    }

    public Builder streamBufferLimit(int bytes) {
      streamBufferLimit = bytes;
      return this;
    }

    public Builder keepaliveIdle(long millis) {
      keepaliveIdleMillis = millis;
      return this;
    }

    public Builder keepalive(long intervalMillis, long timeoutMillis) {
      keepaliveIntervalMillis = intervalMillis;
      keepaliveTimeoutMillis = timeoutMillis;
      return this;
    }

    public Builder drainTimeoutMillis(long millis) {
      drainTimeoutMillis = millis;
      return this;
    }

    public Builder delayedCloseMillis(long millis) {
      delayedCloseMillis = millis;
      return this;
    }

    public Builder streamFlushTimeoutMillis(long millis) {
      streamFlushTimeoutMillis = millis;
      return this;
    }

    public Builder prematureResets(int streams, long minLifetimeMillis) {
      prematureResetStreams = streams;
      minStreamLifetimeMillis = minLifetimeMillis;
      return this;
    }

    public Http2Settings build() {
      return new Http2Settings(
          hpackTableSize,
          maxConcurrentStreams,
          initialStreamWindowSize,
          initialConnectionWindowSize,
          allowConnect,
          maxOutboundFrames,
          maxOutboundControlFrames,
          maxConsecutiveInboundFramesWithEmptyPayload,
          maxInboundPriorityFramesPerStream,
          maxInboundWindowUpdateFramesPerDataFrameSent,
          streamErrorOnInvalidHttpMessage,
          maxHeadersCount,
          maxHeadersBytes,
          headersWithUnderscores,
          streamBufferLimit,
          keepaliveIntervalMillis,
          keepaliveTimeoutMillis,
          keepaliveIdleMillis,
          drainTimeoutMillis,
          delayedCloseMillis,
          streamFlushTimeoutMillis,
          minStreamLifetimeMillis,
          prematureResetStreams);
    }
  }
}
