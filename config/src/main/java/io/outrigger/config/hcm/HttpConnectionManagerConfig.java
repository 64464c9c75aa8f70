package io.outrigger.config.hcm;

import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.outrigger.config.accesslog.AccessLogConfig;
import io.outrigger.config.filter.HttpFilterConfig;
import io.outrigger.config.protocol.CommonHttpOptions;
import io.outrigger.config.protocol.Http1Options;
import io.outrigger.config.protocol.Http2Options;
import io.outrigger.config.route.HeaderMutations;
import io.outrigger.config.tracing.TracingConfig;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * envoy.filters.network.http_connection_manager, with defaults filled in.
 *
 * @param serverName what the server header says
 * @param maxRequestHeadersKb limit on a request's header block
 * @param via empty: no via header is added
 * @param upgrades by upgrade type in lower case
 * @param localReplies null: local replies as they are
 * @param earlyMutations made before anything else looks at a request's headers
 * @param tracing null: nothing is traced
 * @param accessLogFlushIntervalMillis 0: only at the end
 */
public record HttpConnectionManagerConfig(
    CodecType codecType,
    String statPrefix,
    RouteSource routes,
    List<HttpFilterConfig> httpFilters,
    CommonHttpOptions common,
    Http1Options http1,
    Http2Options http2,
    HcmTimeouts timeouts,
    int maxRequestHeadersKb,
    String serverName,
    ServerHeaderTransformation serverHeaderTransformation,
    RemoteAddressOptions remoteAddress,
    PathNormalization path,
    HostNormalization host,
    ClientCertForwarding clientCertForwarding,
    RequestIdOptions requestId,
    Map<String, UpgradeConfig> upgrades,
    String via,
    boolean addUserAgent,
    boolean proxy100Continue,
    String schemeOverwrite,
    boolean schemeMatchUpstream,
    boolean appendXForwardedPort,
    boolean appendLocalOverload,
    boolean streamErrorOnInvalidHttpMessage,
    List<AccessLogConfig> accessLogs,
    long accessLogFlushIntervalMillis,
    boolean flushAccessLogOnNewRequest,
    boolean flushLogOnTunnelEstablished,
    @Nullable LocalReplyConfig localReplies,
    HeaderMutations earlyMutations,
    @Nullable TracingConfig tracing,
    HttpConnectionManager proto) {
  public HttpConnectionManagerConfig {
    httpFilters = List.copyOf(httpFilters);
    upgrades = Map.copyOf(upgrades);
    accessLogs = List.copyOf(accessLogs);
  }

  /** Which codec reads a connection. */
  public enum CodecType {
    /** ALPN decides, else the connection's first bytes. */
    AUTO,
    HTTP1,
    HTTP2
  }

  /** What happens to the response's server header. */
  public enum ServerHeaderTransformation {
    OVERWRITE,
    APPEND_IF_ABSENT,
    PASS_THROUGH
  }

  /** An upgrade that may be asked for; {@code filters} null: the connection manager's chain. */
  public record UpgradeConfig(
      String type, boolean enabled, @Nullable List<HttpFilterConfig> filters) {}
}
