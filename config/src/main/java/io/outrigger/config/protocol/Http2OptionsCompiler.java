package io.outrigger.config.protocol;

import io.envoyproxy.envoy.config.core.v3.Http2ProtocolOptions;
import io.envoyproxy.envoy.config.core.v3.KeepaliveSettings;
import io.outrigger.config.compile.Millis;
import io.outrigger.config.compile.Problems;
import io.outrigger.config.compile.Unsigned;

/** Compiles Http2ProtocolOptions messages. */
public final class Http2OptionsCompiler {
  private Http2OptionsCompiler() {}

  /**
   * The options.
   *
   * @param streamError what holds unless override_stream_error_on_invalid_http_message is set
   */
  @SuppressWarnings("deprecation") // stream_error_on_invalid_http_messaging
  public static Http2Options compile(
      Http2ProtocolOptions proto, boolean streamError, Problems problems) {
    if (proto.getAllowMetadata()) {
      problems.ignored("allow_metadata");
    }
    if (proto.getCustomSettingsParametersCount() > 0) {
      problems.ignored("custom_settings_parameters");
    }
    Http2Options defaults = Http2Options.DEFAULT;
    KeepaliveSettings keepalive = proto.getConnectionKeepalive();
    Problems keepaliveProblems = problems.at("connection_keepalive");
    return new Http2Options(
        Unsigned.orElse(
            proto.hasHpackTableSize(), proto.getHpackTableSize(), defaults.hpackTableSize()),
        Unsigned.within(
            proto.hasMaxConcurrentStreams(),
            proto.getMaxConcurrentStreams(),
            defaults.maxConcurrentStreams(),
            1,
            Integer.MAX_VALUE,
            problems.at("max_concurrent_streams")),
        Unsigned.within(
            proto.hasInitialStreamWindowSize(),
            proto.getInitialStreamWindowSize(),
            defaults.initialStreamWindowSize(),
            65_535,
            Integer.MAX_VALUE,
            problems.at("initial_stream_window_size")),
        Unsigned.within(
            proto.hasInitialConnectionWindowSize(),
            proto.getInitialConnectionWindowSize(),
            defaults.initialConnectionWindowSize(),
            65_535,
            Integer.MAX_VALUE,
            problems.at("initial_connection_window_size")),
        proto.getAllowConnect(),
        Unsigned.orElse(
            proto.hasMaxOutboundFrames(),
            proto.getMaxOutboundFrames(),
            defaults.maxOutboundFrames()),
        Unsigned.orElse(
            proto.hasMaxOutboundControlFrames(),
            proto.getMaxOutboundControlFrames(),
            defaults.maxOutboundControlFrames()),
        Unsigned.orElse(
            proto.hasMaxConsecutiveInboundFramesWithEmptyPayload(),
            proto.getMaxConsecutiveInboundFramesWithEmptyPayload(),
            defaults.maxConsecutiveInboundFramesWithEmptyPayload()),
        Unsigned.orElse(
            proto.hasMaxInboundPriorityFramesPerStream(),
            proto.getMaxInboundPriorityFramesPerStream(),
            defaults.maxInboundPriorityFramesPerStream()),
        Unsigned.orElse(
            proto.hasMaxInboundWindowUpdateFramesPerDataFrameSent(),
            proto.getMaxInboundWindowUpdateFramesPerDataFrameSent(),
            defaults.maxInboundWindowUpdateFramesPerDataFrameSent()),
        streamError(proto, streamError),
        Millis.orElse(
            keepalive.hasInterval(), keepalive.getInterval(), 0, keepaliveProblems.at("interval")),
        Millis.orElse(
            keepalive.hasTimeout(), keepalive.getTimeout(), 0, keepaliveProblems.at("timeout")),
        keepalive.hasIntervalJitter()
            ? (int) keepalive.getIntervalJitter().getValue()
            : defaults.keepaliveJitterPercent(),
        Millis.orElse(
            keepalive.hasConnectionIdleInterval(),
            keepalive.getConnectionIdleInterval(),
            0,
            keepaliveProblems.at("connection_idle_interval")),
        defaults.maxFrameSize());
  }

  @SuppressWarnings("deprecation") // stream_error_on_invalid_http_messaging
  private static boolean streamError(Http2ProtocolOptions proto, boolean otherwise) {
    if (proto.hasOverrideStreamErrorOnInvalidHttpMessage()) {
      return proto.getOverrideStreamErrorOnInvalidHttpMessage().getValue();
    }
    return proto.getStreamErrorOnInvalidHttpMessaging() || otherwise;
  }
}
