package io.outrigger.config.listener;

import io.envoyproxy.envoy.config.core.v3.TransportSocket;
import io.envoyproxy.envoy.config.listener.v3.Filter;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext;
import io.outrigger.config.compile.Millis;
import io.outrigger.config.compile.Problems;
import io.outrigger.config.compile.TypedExtension;
import io.outrigger.config.metadata.Metadata;
import io.outrigger.config.tls.DownstreamTls;
import io.outrigger.config.tls.DownstreamTlsCompiler;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Compiles FilterChain messages. */
final class FilterChainCompiler {
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
    return new FilterChain(
        proto.getName(),
        proto.hasFilterChainMatch()
            ? FilterChainMatchCompiler.compile(
                proto.getFilterChainMatch(), problems.at("filter_chain_match"))
            : FilterChainMatch.ANY,
        proto.hasTransportSocket()
            ? tls(proto.getTransportSocket(), exchanges, problems.at("transport_socket"))
            : null,
        Millis.orElse(
            proto.hasTransportSocketConnectTimeout(),
            proto.getTransportSocketConnectTimeout(),
            0,
            problems.at("transport_socket_connect_timeout")),
        filters,
        Metadata.of(proto.getMetadata()));
  }

  private static @Nullable DownstreamTls tls(
      TransportSocket proto, boolean exchanges, Problems problems) {
    Problems here = problems.at("typed_config");
    TypedExtension extension = TypedExtension.of(proto.getTypedConfig(), here);
    return switch (extension.type()) {
      case "envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext" -> {
        DownstreamTlsContext context = extension.parse(DownstreamTlsContext.parser(), here);
        yield context == null ? null : DownstreamTlsCompiler.compile(context, exchanges, here);
      }
      case "envoy.extensions.transport_sockets.raw_buffer.v3.RawBuffer" -> null;
      default -> {
        here.error(
            "'" + extension.type() + "' is not supported; DownstreamTlsContext and RawBuffer are");
        yield null;
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
