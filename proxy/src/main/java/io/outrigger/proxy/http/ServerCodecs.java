package io.outrigger.proxy.http;

import io.outrigger.config.hcm.HttpConnectionManagerConfig;
import io.outrigger.config.protocol.CommonHttpOptions;
import io.outrigger.config.protocol.Http1Options;
import io.outrigger.config.protocol.Http2Options;
import io.outrigger.proxy.http1.Http1Settings;
import io.outrigger.proxy.http2.Http2Settings;

/** The codecs' settings as a connection manager's configuration gives them. */
final class ServerCodecs {
  private final Http1Settings plain;
  private final Http1Settings secure;
  private final Http2Settings http2;

  ServerCodecs(HttpConnectionManagerConfig config, int bufferLimit) {
    this.plain = http1(config, bufferLimit, false);
    this.secure = http1(config, bufferLimit, true);
    this.http2 = http2(config, bufferLimit);
  }

  Http1Settings http1(boolean tls) {
    return tls ? secure : plain;
  }

  Http2Settings http2() {
    return http2;
  }

  private static Http1Settings http1(
      HttpConnectionManagerConfig config, int bufferLimit, boolean tls) {
    Http1Options options = config.http1();
    CommonHttpOptions common = config.common();
    return new Http1Settings(
        config.maxRequestHeadersKb() * 1024,
        common.maxHeadersCount(),
        Http1Settings.Underscores.valueOf(common.headersWithUnderscores().name()),
        options.acceptHttp10(),
        options.defaultHostForHttp10(),
        options.allowAbsoluteUrl(),
        options.allowChunkedLength(),
        options.enableTrailers(),
        Http1Settings.Names.valueOf(options.headerKeyFormat().name()),
        options.forwardReasonPhrase(),
        false,
        tls,
        headersTimeout(config),
        headersTimeout(config) == config.timeouts().requestMillis(),
        config.timeouts().delayedCloseMillis(),
        bufferLimit);
  }

  /** A head that never ends must not hold a connection: the idle time-out of streams covers it. */
  private static long headersTimeout(HttpConnectionManagerConfig config) {
    long own = config.timeouts().requestHeadersMillis();
    long idle = config.timeouts().streamIdleMillis();
    long whole = config.timeouts().requestMillis();
    long least = own > 0 && (idle == 0 || own < idle) ? own : idle;
    return whole > 0 && (least == 0 || whole < least) ? whole : least;
  }

  private static Http2Settings http2(HttpConnectionManagerConfig config, int bufferLimit) {
    Http2Options options = config.http2();
    CommonHttpOptions common = config.common();
    return Http2Settings.builder()
        .options(options, common)
        .maxHeadersBytes(config.maxRequestHeadersKb() * 1024)
        .streamBufferLimit(bufferLimit)
        .drainTimeoutMillis(config.timeouts().drainMillis())
        .delayedCloseMillis(config.timeouts().delayedCloseMillis())
        .streamFlushTimeoutMillis(config.timeouts().streamFlushMillis())
        .build();
  }
}
