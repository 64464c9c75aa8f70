package io.outrigger.proxy.http;

import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPipeline;
import io.outrigger.config.hcm.HttpConnectionManagerConfig;
import io.outrigger.config.hcm.HttpConnectionManagerConfig.CodecType;
import io.outrigger.config.overload.LoadShedPoint.Kind;
import io.outrigger.proxy.http1.Http1ServerConnection;
import io.outrigger.proxy.http1.Http1Settings;
import io.outrigger.proxy.http2.Http2ServerConnection;
import io.outrigger.proxy.http2.Http2Settings;
import io.outrigger.proxy.http2.Http2Stats;
import io.outrigger.proxy.listener.DownstreamConnection;
import io.outrigger.proxy.listener.TerminalFilter;
import io.outrigger.proxy.overload.OverloadState;

/** The HTTP connection manager of one filter chain on one worker: gives connections their codec. */
public final class HttpConnectionManager implements TerminalFilter {
  private final HttpScope scope;
  private final Http2Stats http2Stats;
  private final ServerCodecs codecs;

  public HttpConnectionManager(HttpScope scope, Http2Stats http2Stats, int bufferLimit) {
    this.scope = scope;
    this.http2Stats = http2Stats;
    this.codecs = new ServerCodecs(scope.config, bufferLimit);
  }

  @Override
  public void start(DownstreamConnection connection) {
    HttpConnectionManagerConfig config = scope.config;
    String alpn = connection.alpn();
    ChannelPipeline pipeline = connection.channel().pipeline();
    var downstream = new DownstreamHttpConnection(scope, connection);
    downstream.begin();
    OverloadState overload = connection.overload();
    if (overload != null && overload.has(Kind.HCM_ONDATA_CREATING_CODEC)) {
      pipeline.addLast(new CodecGate(scope, overload));
    }
    if (config.codecType() == CodecType.HTTP2
        || (config.codecType() == CodecType.AUTO && ("h2".equals(alpn) || "h2c".equals(alpn)))) {
      startHttp2(downstream, pipeline);
    } else if (config.codecType() == CodecType.HTTP1 || alpn != null) {
      startHttp1(downstream, pipeline);
    } else {
      pipeline.addLast(new CodecChoice(this, downstream));
    }
    // HTTP has no use for a client that can only listen: its end of input ends the connection
    connection.channel().config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, false);
    connection.channel().config().setAutoRead(true);
  }

  void startHttp1(DownstreamHttpConnection downstream, ChannelPipeline pipeline) {
    Http1Settings settings = codecs.http1(downstream.tls);
    var codec = new Http1ServerConnection(scope.worker, settings, downstream, downstream);
    downstream.codec(codec, false);
    pipeline.addLast(codec);
  }

  void startHttp2(DownstreamHttpConnection downstream, ChannelPipeline pipeline) {
    Http2Settings settings = codecs.http2();
    var codec =
        new Http2ServerConnection(scope.worker, settings, downstream, downstream, http2Stats);
    downstream.codec(codec, true);
    pipeline.addLast(codec);
  }
}
