package io.outrigger.config.listener;

import io.envoyproxy.envoy.config.core.v3.TransportSocket;
import io.envoyproxy.envoy.config.listener.v3.Filter;
import io.envoyproxy.envoy.extensions.transport_sockets.tcp_stats.v3.Config;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext;
import io.outrigger.config.compile.Millis;
import io.outrigger.config.compile.Problems;
import io.outrigger.config.compile.TypedExtension;
import io.outrigger.config.metadata.Metadata;
import io.outrigger.config.tcp.TcpStatsConfig;
import io.outrigger.config.tls.DownstreamTls;
import io.outrigger.config.tls.DownstreamTlsCompiler;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Compiles FilterChain messages. */
final class FilterChainCompiler {
  private static final Transport RAW = new Transport(null, null);

  /** What lies between a chain's filters and the bytes of its connections. */
  private record Transport(@Nullable DownstreamTls tls, @Nullable TcpStatsConfig tcpStats) {}

  private FilterChainCompiler() {}

  @SuppressWarnings("deprecation") // use_proxy_proto
  static FilterChain compile(
      io.envoyproxy.envoy.config.listener.v3.FilterChain proto, Problems problems) {
    if (proto.getUseProxyProto().getValue()) {
      problems.error(
          "use_proxy_proto",
          "is not supported; the listener filter envoy.filters.listener.proxy_protocol is");
    }
    List<FilterChain.NetworkFilter> filters = networkFilters(proto.getFiltersList(), problems);
    boolean exchanges =
        filters.stream().anyMatch(f -> f.config() instanceof NetworkFilterConfig.PeerExchange);
    Transport transport =
        proto.hasTransportSocket()
            ? transport(proto.getTransportSocket(), exchanges, problems.at("transport_socket"))
            : RAW;
    return new FilterChain(
        proto.getName(),
        proto.hasFilterChainMatch()
            ? FilterChainMatchCompiler.compile(
                proto.getFilterChainMatch(), problems.at("filter_chain_match"))
            : FilterChainMatch.ANY,
        transport.tls,
        transport.tcpStats,
        Millis.orElse(
            proto.hasTransportSocketConnectTimeout(),
            proto.getTransportSocketConnectTimeout(),
            0,
            problems.at("transport_socket_connect_timeout")),
        filters,
        Metadata.of(proto.getMetadata()));
  }

  private static Transport transport(TransportSocket proto, boolean exchanges, Problems problems) {
    Problems here = problems.at("typed_config");
    TypedExtension extension = TypedExtension.of(proto.getTypedConfig(), here);
    return switch (extension.type()) {
      case "envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext" -> {
        DownstreamTlsContext context = extension.parse(DownstreamTlsContext.parser(), here);
        yield context == null
            ? RAW
            : new Transport(DownstreamTlsCompiler.compile(context, exchanges, here), null);
      }
      case "envoy.extensions.transport_sockets.raw_buffer.v3.RawBuffer" -> RAW;
      case "envoy.extensions.transport_sockets.tcp_stats.v3.Config" -> {
        Config stats = extension.parse(Config.parser(), here);
        if (stats == null) {
          yield RAW;
        }
        Transport inner =
            stats.hasTransportSocket()
                ? transport(stats.getTransportSocket(), exchanges, here.at("transport_socket"))
                : RAW;
        yield new Transport(inner.tls, TcpStatsConfig.compile(stats, here));
      }
      default -> {
        here.error(
            "'"
                + extension.type()
                + "' is not supported; DownstreamTlsContext, RawBuffer and tcp_stats.v3.Config"
                + " are");
        yield RAW;
      }
    };
  }

  private static List<FilterChain.NetworkFilter> networkFilters(
      List<Filter> protos, Problems problems) {
    List<FilterChain.NetworkFilter> filters = new ArrayList<>(protos.size());
    List<Problems> stats = new ArrayList<>(0);
    for (int i = 0; i < protos.size(); i++) {
      Problems here = problems.at("filters", i);
      FilterChain.NetworkFilter filter = NetworkFilterCompiler.compile(protos.get(i), here);
      if (filter == null) {
        continue;
      }
      boolean last = i == protos.size() - 1;
      if (filter.config().isTerminal() && !last) {
        here.error(
            "terminal filter named "
                + filter.name()
                + " must be the last filter in a network filter chain");
      } else if (!filter.config().isTerminal() && last) {
        here.error(
            "non-terminal filter named "
                + filter.name()
                + " is the last filter in a network filter chain; a connection manager, TCP proxy,"
                + " echo or direct response must end it");
      }
      if (filter.config() instanceof NetworkFilterConfig.IstioStats && i + 1 < protos.size()) {
        stats.add(here);
      }
      filters.add(filter);
    }
    if (!filters.isEmpty() && !(filters.getLast().config() instanceof NetworkFilterConfig.Tcp)) {
      stats.forEach(
          here ->
              here.warning("counts connections of a tcp_proxy; it has no effect before others"));
    }
    return filters;
  }
}
