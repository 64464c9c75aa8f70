package io.outrigger.proxy.pool;

import io.netty.channel.Channel;
import io.outrigger.config.cluster.ClusterConfig;
import io.outrigger.config.protocol.CommonHttpOptions;
import io.outrigger.config.protocol.Http1Options;
import io.outrigger.config.protocol.Http2Options;
import io.outrigger.proxy.http1.Http1ClientConnection;
import io.outrigger.proxy.http1.Http1Settings;
import io.outrigger.proxy.http2.Http2ClientConnection;
import io.outrigger.proxy.http2.Http2Settings;
import io.outrigger.proxy.http2.Http2Stats;
import io.outrigger.proxy.stats.StatStore;
import io.outrigger.proxy.stream.ClientConnection;
import io.outrigger.proxy.worker.Worker;
import org.jspecify.annotations.Nullable;

/** Makes a cluster's codecs of its protocol options. One for all workers. */
public final class Codecs {
  private static final int RESPONSE_HEADERS_KB_H1 = 80;
  private static final int RESPONSE_HEADERS_KB_H2 = 60;

  private final StatStore store;
  private final String prefix;
  private final Http1Settings plain;
  private final Http1Settings secure;
  private final Http2Settings http2;
  private volatile @Nullable Http2Stats http2Stats;

  /** {@code prefix} is {@code cluster.NAME.}, with the dot. */
  public Codecs(ClusterConfig config, StatStore store, String prefix) {
    this.store = store;
    this.prefix = prefix;
    this.plain = http1(config, false);
    this.secure = http1(config, true);
    this.http2 = http2(config);
  }

  /** Puts the codec at the end of the channel's pipeline. */
  ClientConnection install(
      Worker worker,
      Channel channel,
      boolean isHttp2,
      boolean isSecure,
      ClientConnection.Listener listener) {
    if (isHttp2) {
      Http2Stats stats = http2Stats;
      if (stats == null) {
        stats = new Http2Stats(store, prefix);
        http2Stats = stats;
      }
      Http2ClientConnection codec = new Http2ClientConnection(worker, http2, listener, stats);
      channel.pipeline().addLast(codec);
      return codec;
    }
    Http1ClientConnection codec =
        new Http1ClientConnection(worker, isSecure ? secure : plain, listener);
    channel.pipeline().addLast(codec);
    return codec;
  }

  /** Streams that a connection to be may be expected to carry. */
  int expectedStreams(boolean isHttp2) {
    return isHttp2 ? http2.maxConcurrentStreams() : 1;
  }

  private static Http1Settings http1(ClusterConfig config, boolean tls) {
    Http1Options options = config.http().http1();
    CommonHttpOptions common = config.http().common();
    int kb = common.maxResponseHeadersKb();
    return new Http1Settings(
        (kb == 0 ? RESPONSE_HEADERS_KB_H1 : kb) * 1024,
        common.maxHeadersCount(),
        Http1Settings.Underscores.valueOf(common.headersWithUnderscores().name()),
        true,
        "",
        true,
        options.allowChunkedLength(),
        options.enableTrailers(),
        Http1Settings.Names.valueOf(options.headerKeyFormat().name()),
        options.forwardReasonPhrase(),
        options.sendFullyQualifiedUrl(),
        tls,
        0,
        false,
        0,
        config.perConnectionBufferLimitBytes());
  }

  private static Http2Settings http2(ClusterConfig config) {
    Http2Options options = config.http().http2();
    CommonHttpOptions common = config.http().common();
    int kb = common.maxResponseHeadersKb();
    return Http2Settings.builder()
        .options(options, common)
        .maxHeadersBytes((kb == 0 ? RESPONSE_HEADERS_KB_H2 : kb) * 1024)
        .streamBufferLimit(config.perConnectionBufferLimitBytes())
        .build();
  }
}
