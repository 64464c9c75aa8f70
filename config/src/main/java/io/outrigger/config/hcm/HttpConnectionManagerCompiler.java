package io.outrigger.config.hcm;

import io.envoyproxy.envoy.config.core.v3.SchemeHeaderTransformation;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.outrigger.config.accesslog.AccessLogCompiler;
import io.outrigger.config.compile.Millis;
import io.outrigger.config.compile.Problems;
import io.outrigger.config.compile.Unsigned;
import io.outrigger.config.filter.HttpFilterCompiler;
import io.outrigger.config.hcm.HttpConnectionManagerConfig.CodecType;
import io.outrigger.config.hcm.HttpConnectionManagerConfig.ServerHeaderTransformation;
import io.outrigger.config.hcm.HttpConnectionManagerConfig.UpgradeConfig;
import io.outrigger.config.http.HeaderText;
import io.outrigger.config.protocol.CommonHttpOptionsCompiler;
import io.outrigger.config.protocol.Http1OptionsCompiler;
import io.outrigger.config.protocol.Http2OptionsCompiler;
import io.outrigger.config.route.RouteConfigurationCompiler;
import io.outrigger.config.source.ConfigSource;
import io.outrigger.config.source.ConfigSourceCompiler;
import io.outrigger.config.tracing.TracingCompiler;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** Compiles HttpConnectionManager messages. */
public final class HttpConnectionManagerCompiler {
  private static final int DEFAULT_MAX_REQUEST_HEADERS_KB = 60;

  private HttpConnectionManagerCompiler() {}

  public static HttpConnectionManagerConfig compile(
      HttpConnectionManager proto, Problems problems) {
    UnsupportedFields.tell(proto, problems);
    if (proto.getStatPrefix().isEmpty()) {
      problems.error("stat_prefix", "is empty; a prefix is required");
    }
    boolean streamError = proto.getStreamErrorOnInvalidHttpMessage().getValue();
    return new HttpConnectionManagerConfig(
        codecType(proto, problems),
        proto.getStatPrefix(),
        routes(proto, problems),
        HttpFilterCompiler.compileChain(proto.getHttpFiltersList(), "http_filters", problems),
        CommonHttpOptionsCompiler.compile(
            proto.getCommonHttpProtocolOptions(), problems.at("common_http_protocol_options")),
        Http1OptionsCompiler.compile(
            proto.getHttpProtocolOptions(), streamError, problems.at("http_protocol_options")),
        Http2OptionsCompiler.compile(
            proto.getHttp2ProtocolOptions(), streamError, problems.at("http2_protocol_options")),
        HcmTimeoutsCompiler.compile(proto, problems),
        Unsigned.within(
            proto.hasMaxRequestHeadersKb(),
            proto.getMaxRequestHeadersKb(),
            DEFAULT_MAX_REQUEST_HEADERS_KB,
            1,
            8192,
            problems.at("max_request_headers_kb")),
        proto.getServerName().isEmpty() ? "envoy" : HeaderText.of(proto.getServerName()),
        switch (proto.getServerHeaderTransformation()) {
          case APPEND_IF_ABSENT -> ServerHeaderTransformation.APPEND_IF_ABSENT;
          case PASS_THROUGH -> ServerHeaderTransformation.PASS_THROUGH;
          case OVERWRITE, UNRECOGNIZED -> ServerHeaderTransformation.OVERWRITE;
        },
        RemoteAddressCompiler.compile(proto, problems),
        PathNormalizationCompiler.compile(proto, problems),
        new HostNormalization(
            proto.getStripMatchingHostPort(),
            proto.getStripAnyHostPort(),
            proto.getStripTrailingHostDot()),
        ClientCertForwardingCompiler.compile(proto),
        RequestIdCompiler.compile(proto, problems),
        upgrades(proto, problems),
        HeaderText.of(proto.getVia()),
        proto.getAddUserAgent().getValue(),
        proto.getProxy100Continue(),
        scheme(proto),
        proto.getSchemeHeaderTransformation().getMatchUpstream(),
        proto.getAppendXForwardedPort(),
        proto.getAppendLocalOverload(),
        streamError,
        AccessLogCompiler.compileAll(proto.getAccessLogList(), "access_log", problems),
        flushInterval(proto, problems),
        flushOnNewRequest(proto),
        proto.getAccessLogOptions().getFlushLogOnTunnelSuccessfullyEstablished(),
        proto.hasLocalReplyConfig()
            ? LocalReplyCompiler.compile(
                proto.getLocalReplyConfig(), problems.at("local_reply_config"))
            : null,
        EarlyMutationCompiler.compile(proto.getEarlyHeaderMutationExtensionsList(), problems),
        proto.hasTracing()
            ? TracingCompiler.compile(proto.getTracing(), problems.at("tracing"))
            : null,
        proto);
  }

  private static CodecType codecType(HttpConnectionManager proto, Problems problems) {
    return switch (proto.getCodecType()) {
      case HTTP1 -> CodecType.HTTP1;
      case HTTP2 -> CodecType.HTTP2;
      case HTTP3 -> {
        problems.error("codec_type", "HTTP3 is not supported; AUTO, HTTP1 and HTTP2 are");
        yield CodecType.AUTO;
      }
      case AUTO, UNRECOGNIZED -> CodecType.AUTO;
    };
  }

  private static RouteSource routes(HttpConnectionManager proto, Problems problems) {
    return switch (proto.getRouteSpecifierCase()) {
      case ROUTE_CONFIG ->
          new RouteSource.Inline(
              RouteConfigurationCompiler.compile(
                  proto.getRouteConfig(), true, problems.at("route_config")));
      case RDS -> {
        Problems here = problems.at("rds");
        if (!proto.getRds().hasConfigSource()) {
          here.error("config_source", "is required");
        }
        if (proto.getRds().getRouteConfigName().isEmpty()) {
          here.error("route_config_name", "is empty; a route table's name is required");
        }
        yield new RouteSource.Rds(
            proto.getRds().getRouteConfigName(),
            ConfigSourceCompiler.compile(
                proto.getRds().getConfigSource(), here.at("config_source")));
      }
      case SCOPED_ROUTES ->
          ScopedRoutesCompiler.compile(proto.getScopedRoutes(), problems.at("scoped_routes"));
      case ROUTESPECIFIER_NOT_SET -> {
        problems.error("one of rds, route_config or scoped_routes is required");
        yield new RouteSource.Rds("", new ConfigSource.Ads(0));
      }
    };
  }

  private static Map<String, UpgradeConfig> upgrades(
      HttpConnectionManager proto, Problems problems) {
    Map<String, UpgradeConfig> upgrades = new HashMap<>();
    for (int i = 0; i < proto.getUpgradeConfigsCount(); i++) {
      var upgrade = proto.getUpgradeConfigs(i);
      Problems here = problems.at("upgrade_configs", i);
      String type = upgrade.getUpgradeType().toLowerCase(Locale.ROOT);
      UpgradeConfig config =
          new UpgradeConfig(
              upgrade.getUpgradeType(),
              !upgrade.hasEnabled() || upgrade.getEnabled().getValue(),
              upgrade.getFiltersCount() == 0
                  ? null
                  : HttpFilterCompiler.compileChain(upgrade.getFiltersList(), "filters", here));
      if (upgrade.getFiltersCount() > 0) {
        here.unsupported("filters");
      }
      for (int j = 0; j < upgrade.getFiltersCount(); j++) {
        if (upgrade.getFilters(j).hasConfigDiscovery()) {
          here.at("filters", j).unsupported("config_discovery");
        }
      }
      if (upgrades.put(type, config) != null) {
        here.error(
            "upgrade_type",
            "multiple upgrade configs with the same name: '" + upgrade.getUpgradeType() + "'");
      }
    }
    return upgrades;
  }

  private static String scheme(HttpConnectionManager proto) {
    SchemeHeaderTransformation transformation = proto.getSchemeHeaderTransformation();
    return transformation.hasSchemeToOverwrite() ? transformation.getSchemeToOverwrite() : "";
  }

  @SuppressWarnings("deprecation") // access_log_flush_interval
  private static long flushInterval(HttpConnectionManager proto, Problems problems) {
    var options = proto.getAccessLogOptions();
    if (options.hasAccessLogFlushInterval()) {
      problems.at("access_log_options").ignored("access_log_flush_interval");
      return Millis.of(
          options.getAccessLogFlushInterval(),
          problems.at("access_log_options").at("access_log_flush_interval"));
    }
    if (proto.hasAccessLogFlushInterval()) {
      problems.ignored("access_log_flush_interval");
    }
    return Millis.orElse(
        proto.hasAccessLogFlushInterval(),
        proto.getAccessLogFlushInterval(),
        0,
        problems.at("access_log_flush_interval"));
  }

  @SuppressWarnings("deprecation") // flush_access_log_on_new_request
  private static boolean flushOnNewRequest(HttpConnectionManager proto) {
    return proto.getFlushAccessLogOnNewRequest()
        || proto.getAccessLogOptions().getFlushAccessLogOnNewRequest();
  }
}
