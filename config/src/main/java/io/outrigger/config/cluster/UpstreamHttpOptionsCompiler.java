package io.outrigger.config.cluster;

import com.google.protobuf.Any;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.core.v3.Http1ProtocolOptions;
import io.envoyproxy.envoy.config.core.v3.Http2ProtocolOptions;
import io.envoyproxy.envoy.config.core.v3.HttpProtocolOptions;
import io.envoyproxy.envoy.config.core.v3.UpstreamHttpProtocolOptions;
import io.outrigger.config.cluster.UpstreamHttpOptions.ProtocolChoice;
import io.outrigger.config.compile.Problems;
import io.outrigger.config.compile.TypedExtension;
import io.outrigger.config.http.HeaderName;
import io.outrigger.config.protocol.CommonHttpOptionsCompiler;
import io.outrigger.config.protocol.Http1OptionsCompiler;
import io.outrigger.config.protocol.Http2OptionsCompiler;

/** Compiles how HTTP is spoken to a cluster: HttpProtocolOptions, or the cluster's older fields. */
final class UpstreamHttpOptionsCompiler {
  /** Key in typed_extension_protocol_options. */
  static final String KEY = "envoy.extensions.upstreams.http.v3.HttpProtocolOptions";

  private UpstreamHttpOptionsCompiler() {}

  static UpstreamHttpOptions compile(Cluster proto, Problems problems) {
    Any any = proto.getTypedExtensionProtocolOptionsMap().get(KEY);
    if (any == null) {
      return legacy(proto, problems);
    }
    Problems here = problems.at("typed_extension_protocol_options", KEY);
    var options =
        TypedExtension.of(any, here)
            .parse(
                io.envoyproxy.envoy.extensions.upstreams.http.v3.HttpProtocolOptions.parser(),
                here);
    return options == null ? legacy(proto, problems) : typed(options, here);
  }

  private static UpstreamHttpOptions typed(
      io.envoyproxy.envoy.extensions.upstreams.http.v3.HttpProtocolOptions proto,
      Problems problems) {
    for (int i = 0; i < proto.getHttpFiltersCount(); i++) {
      String type = proto.getHttpFilters(i).getTypedConfig().getTypeUrl();
      if (!type.endsWith("envoy.extensions.filters.http.upstream_codec.v3.UpstreamCodec")) {
        problems.at("http_filters", i).error("'" + type + "' is not supported upstream");
      }
    }
    HttpProtocolOptions common = proto.getCommonHttpProtocolOptions();
    UpstreamHttpProtocolOptions upstream = proto.getUpstreamHttpProtocolOptions();
    return switch (proto.getUpstreamProtocolOptionsCase()) {
      case EXPLICIT_HTTP_CONFIG -> {
        var explicit = proto.getExplicitHttpConfig();
        Problems here = problems.at("explicit_http_config");
        if (explicit.hasHttp3ProtocolOptions()) {
          here.unsupported("http3_protocol_options");
        }
        yield options(
            explicit.hasHttp2ProtocolOptions() ? ProtocolChoice.HTTP2 : ProtocolChoice.HTTP1,
            common,
            explicit.getHttpProtocolOptions(),
            explicit.getHttp2ProtocolOptions(),
            upstream,
            here,
            problems);
      }
      case USE_DOWNSTREAM_PROTOCOL_CONFIG -> {
        var downstream = proto.getUseDownstreamProtocolConfig();
        yield options(
            ProtocolChoice.USE_DOWNSTREAM,
            common,
            downstream.getHttpProtocolOptions(),
            downstream.getHttp2ProtocolOptions(),
            upstream,
            problems.at("use_downstream_protocol_config"),
            problems);
      }
      case AUTO_CONFIG -> {
        var auto = proto.getAutoConfig();
        Problems here = problems.at("auto_config");
        if (auto.hasHttp3ProtocolOptions()) {
          here.ignored("http3_protocol_options");
        }
        yield options(
            ProtocolChoice.AUTO,
            common,
            auto.getHttpProtocolOptions(),
            auto.getHttp2ProtocolOptions(),
            upstream,
            here,
            problems);
      }
      case UPSTREAMPROTOCOLOPTIONS_NOT_SET -> {
        problems.error(
            "one of explicit_http_config, use_downstream_protocol_config or auto_config is"
                + " required");
        yield options(
            ProtocolChoice.HTTP1,
            common,
            Http1ProtocolOptions.getDefaultInstance(),
            Http2ProtocolOptions.getDefaultInstance(),
            upstream,
            problems,
            problems);
      }
    };
  }

  @SuppressWarnings("deprecation") // the older fields of Cluster
  private static UpstreamHttpOptions legacy(Cluster proto, Problems problems) {
    boolean useDownstream =
        proto.getProtocolSelection() == Cluster.ClusterProtocolSelection.USE_DOWNSTREAM_PROTOCOL;
    ProtocolChoice choice =
        useDownstream
            ? ProtocolChoice.USE_DOWNSTREAM
            : proto.hasHttp2ProtocolOptions() ? ProtocolChoice.HTTP2 : ProtocolChoice.HTTP1;
    return options(
        choice,
        proto.getCommonHttpProtocolOptions(),
        proto.getHttpProtocolOptions(),
        proto.getHttp2ProtocolOptions(),
        proto.getUpstreamHttpProtocolOptions(),
        problems,
        problems);
  }

  private static UpstreamHttpOptions options(
      ProtocolChoice choice,
      HttpProtocolOptions common,
      Http1ProtocolOptions http1,
      Http2ProtocolOptions http2,
      UpstreamHttpProtocolOptions upstream,
      Problems protocolProblems,
      Problems problems) {
    return new UpstreamHttpOptions(
        choice,
        CommonHttpOptionsCompiler.compile(common, problems.at("common_http_protocol_options")),
        Http1OptionsCompiler.compile(http1, false, protocolProblems.at("http_protocol_options")),
        Http2OptionsCompiler.compile(http2, false, protocolProblems.at("http2_protocol_options")),
        upstream.getAutoSni(),
        upstream.getAutoSanValidation(),
        upstream.getOverrideAutoSniHeader().isEmpty()
            ? null
            : HeaderName.of(upstream.getOverrideAutoSniHeader()).inRequests());
  }
}
