package io.outrigger.config.protocol;

import io.envoyproxy.envoy.config.core.v3.HttpProtocolOptions;
import io.outrigger.config.compile.Millis;
import io.outrigger.config.compile.Problems;
import io.outrigger.config.compile.Unsigned;
import io.outrigger.config.protocol.CommonHttpOptions.HeadersWithUnderscores;

/** Compiles HttpProtocolOptions messages. */
public final class CommonHttpOptionsCompiler {
  private CommonHttpOptionsCompiler() {}

  public static CommonHttpOptions compile(HttpProtocolOptions proto, Problems problems) {
    return new CommonHttpOptions(
        Millis.orElse(
            proto.hasIdleTimeout(),
            proto.getIdleTimeout(),
            CommonHttpOptions.DEFAULT.idleTimeoutMillis(),
            problems.at("idle_timeout")),
        Millis.orElse(
            proto.hasMaxConnectionDuration(),
            proto.getMaxConnectionDuration(),
            0,
            problems.at("max_connection_duration")),
        Millis.orElse(
            proto.hasMaxStreamDuration(),
            proto.getMaxStreamDuration(),
            0,
            problems.at("max_stream_duration")),
        Unsigned.within(
            proto.hasMaxHeadersCount(),
            proto.getMaxHeadersCount(),
            CommonHttpOptions.DEFAULT.maxHeadersCount(),
            1,
            Integer.MAX_VALUE,
            problems.at("max_headers_count")),
        Unsigned.within(
            proto.hasMaxResponseHeadersKb(),
            proto.getMaxResponseHeadersKb(),
            0,
            1,
            8192,
            problems.at("max_response_headers_kb")),
        Unsigned.orElse(
            proto.hasMaxRequestsPerConnection(), proto.getMaxRequestsPerConnection(), 0),
        switch (proto.getHeadersWithUnderscoresAction()) {
          case REJECT_REQUEST -> HeadersWithUnderscores.REJECT_REQUEST;
          case DROP_HEADER -> HeadersWithUnderscores.DROP_HEADER;
          case ALLOW, UNRECOGNIZED -> HeadersWithUnderscores.ALLOW;
        });
  }
}
