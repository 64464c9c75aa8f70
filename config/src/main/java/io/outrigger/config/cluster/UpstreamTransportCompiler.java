package io.outrigger.config.cluster;

import io.envoyproxy.envoy.config.core.v3.ProxyProtocolConfig;
import io.envoyproxy.envoy.config.core.v3.TransportSocket;
import io.envoyproxy.envoy.extensions.transport_sockets.http_11_proxy.v3.Http11ProxyUpstreamTransport;
import io.envoyproxy.envoy.extensions.transport_sockets.internal_upstream.v3.InternalUpstreamTransport;
import io.envoyproxy.envoy.extensions.transport_sockets.proxy_protocol.v3.ProxyProtocolUpstreamTransport;
import io.envoyproxy.envoy.extensions.transport_sockets.tcp_stats.v3.Config;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext;
import io.outrigger.config.compile.Problems;
import io.outrigger.config.compile.TypedExtension;
import io.outrigger.config.proxyprotocol.TlvCompiler;
import io.outrigger.config.tcp.TcpStatsConfig;
import io.outrigger.config.tls.UpstreamTlsCompiler;

/** Compiles a cluster's transport sockets by the type of their typed_config. */
final class UpstreamTransportCompiler {
  private static final UpstreamTransport RAW = new UpstreamTransport.Raw();

  private UpstreamTransportCompiler() {}

  /**
   * The transport.
   *
   * @param exchanges whether a filter reads the metadata of peers that agree on exchanging it
   */
  static UpstreamTransport compile(
      boolean has, TransportSocket proto, boolean exchanges, Problems problems) {
    if (!has) {
      return RAW;
    }
    Problems here = problems.at("typed_config");
    TypedExtension extension = TypedExtension.of(proto.getTypedConfig(), here);
    return switch (extension.type()) {
      case "envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext" -> {
        UpstreamTlsContext context = extension.parse(UpstreamTlsContext.parser(), here);
        yield context == null
            ? RAW
            : new UpstreamTransport.Tls(UpstreamTlsCompiler.compile(context, exchanges, here));
      }
      case "envoy.extensions.transport_sockets.raw_buffer.v3.RawBuffer" -> RAW;
      case "envoy.extensions.transport_sockets.internal_upstream.v3.InternalUpstreamTransport" -> {
        InternalUpstreamTransport internal =
            extension.parse(InternalUpstreamTransport.parser(), here);
        if (internal == null) {
          yield RAW;
        }
        if (internal.getPassthroughMetadataCount() > 0) {
          here.ignored("passthrough_metadata");
        }
        yield new UpstreamTransport.InternalUpstream(
            compile(true, internal.getTransportSocket(), exchanges, here.at("transport_socket")));
      }
      case "envoy.extensions.transport_sockets.proxy_protocol.v3.ProxyProtocolUpstreamTransport" -> {
        ProxyProtocolUpstreamTransport proxy =
            extension.parse(ProxyProtocolUpstreamTransport.parser(), here);
        yield proxy == null ? RAW : proxyProtocol(proxy, exchanges, here);
      }
      case "envoy.extensions.transport_sockets.http_11_proxy.v3.Http11ProxyUpstreamTransport" -> {
        Http11ProxyUpstreamTransport proxy =
            extension.parse(Http11ProxyUpstreamTransport.parser(), here);
        yield proxy == null
            ? RAW
            : new UpstreamTransport.Http11Proxy(
                compile(
                    proxy.hasTransportSocket(),
                    proxy.getTransportSocket(),
                    exchanges,
                    here.at("transport_socket")));
      }
      case "envoy.extensions.transport_sockets.tcp_stats.v3.Config" -> {
        Config stats = extension.parse(Config.parser(), here);
        yield stats == null
            ? RAW
            : new UpstreamTransport.TcpStats(
                TcpStatsConfig.compile(stats, here),
                compile(
                    stats.hasTransportSocket(),
                    stats.getTransportSocket(),
                    exchanges,
                    here.at("transport_socket")));
      }
      default -> {
        here.error(
            "'"
                + extension.type()
                + "' is not supported; UpstreamTlsContext, RawBuffer, Http11ProxyUpstreamTransport,"
                + " tcp_stats.v3.Config, ProxyProtocolUpstreamTransport and"
                + " InternalUpstreamTransport are");
        yield RAW;
      }
    };
  }

  private static UpstreamTransport proxyProtocol(
      ProxyProtocolUpstreamTransport proto, boolean exchanges, Problems problems) {
    ProxyProtocolConfig config = proto.getConfig();
    return new UpstreamTransport.ProxyProtocol(
        config.getVersion() == ProxyProtocolConfig.Version.V2 ? 2 : 1,
        TlvCompiler.passThrough(config.hasPassThroughTlvs(), config.getPassThroughTlvs()),
        TlvCompiler.added(config.getAddedTlvsList()),
        compile(true, proto.getTransportSocket(), exchanges, problems.at("transport_socket")));
  }
}
