package io.outrigger.config.protocol;

/**
 * Http2ProtocolOptions, with Envoy 1.40's defaults filled in.
 *
 * @param keepaliveIntervalMillis PING interval; 0: none
 */
public record Http2Options(
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
    long keepaliveIntervalMillis,
    long keepaliveTimeoutMillis,
    int keepaliveJitterPercent,
    long keepaliveIdleIntervalMillis,
    int maxFrameSize) {
  public static final Http2Options DEFAULT =
      new Http2Options(
          4096, 1024, 16 << 20, 24 << 20, false, 10_000, 1000, 1, 100, 10, false, 0, 0, 15, 0,
          16_384);
}
