package io.outrigger.config.hcm;

import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.outrigger.config.compile.Millis;
import io.outrigger.config.compile.Problems;

/** Compiles a connection manager's times, with Envoy's defaults. */
final class HcmTimeoutsCompiler {
  private HcmTimeoutsCompiler() {}

  static HcmTimeouts compile(HttpConnectionManager proto, Problems problems) {
    long idle =
        Millis.orElse(
            proto.hasStreamIdleTimeout(),
            proto.getStreamIdleTimeout(),
            300_000,
            problems.at("stream_idle_timeout"));
    return new HcmTimeouts(
        idle,
        idle,
        Millis.orElse(
            proto.hasRequestTimeout(),
            proto.getRequestTimeout(),
            0,
            problems.at("request_timeout")),
        Millis.orElse(
            proto.hasRequestHeadersTimeout(),
            proto.getRequestHeadersTimeout(),
            0,
            problems.at("request_headers_timeout")),
        Millis.orElse(
            proto.hasDrainTimeout(), proto.getDrainTimeout(), 5000, problems.at("drain_timeout")),
        Millis.orElse(
            proto.hasDelayedCloseTimeout(),
            proto.getDelayedCloseTimeout(),
            1000,
            problems.at("delayed_close_timeout")));
  }
}
