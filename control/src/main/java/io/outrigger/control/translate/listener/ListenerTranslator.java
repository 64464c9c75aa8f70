package io.outrigger.control.translate.listener;

import com.google.protobuf.MessageLite;
import io.envoyproxy.envoy.config.core.v3.CidrRange;
import io.envoyproxy.envoy.config.core.v3.TrafficDirection;
import io.envoyproxy.envoy.config.listener.v3.FilterChain;
import io.envoyproxy.envoy.config.listener.v3.FilterChainMatch;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.listener.v3.ListenerFilter;
import io.envoyproxy.envoy.extensions.filters.listener.http_inspector.v3.HttpInspector;
import io.envoyproxy.envoy.extensions.filters.listener.original_dst.v3.OriginalDst;
import io.envoyproxy.envoy.extensions.filters.listener.original_src.v3.OriginalSrc;
import io.envoyproxy.envoy.extensions.filters.listener.tls_inspector.v3.TlsInspector;
import io.outrigger.control.translate.PeerExchange;
import io.outrigger.control.translate.TlsContexts;
import io.outrigger.control.translate.Values;
import io.outrigger.control.translate.model.ListenerModel;
import io.outrigger.control.translate.model.ListenerModel.Inspector;
import io.outrigger.control.translate.model.ListenerModel.ServerTls;
import java.util.ArrayList;
import java.util.List;

/** Makes a listener. */
public final class ListenerTranslator {
  /** Of connections to the application: Istio's, which the rules of interception look for. */
  private static final int TPROXY_MARK = 1337;

  private ListenerTranslator() {}

  // use_original_dst is deprecated and still what hands connections over, in Envoy as in Istio
  @SuppressWarnings("deprecation")
  public static Listener translate(ListenerModel model) {
    Listener.Builder out =
        Listener.newBuilder()
            .setName(model.name())
            .setAddress(Values.address(model.address(), model.port()))
            .setTrafficDirection(
                model.direction() == ListenerModel.Direction.INBOUND
                    ? TrafficDirection.INBOUND
                    : TrafficDirection.OUTBOUND);
    if (!model.bound()) {
      out.setBindToPort(Values.bool(false));
    }
    if (model.handsOver()) {
      out.setUseOriginalDst(Values.bool(true));
    }
    if (model.transparent()) {
      out.setTransparent(Values.bool(true));
    }
    inspectors(out, model);
    for (ListenerModel.Chain chain : model.chains()) {
      out.addFilterChains(chain(model, chain));
    }
    if (model.defaultChain() != null) {
      out.setDefaultFilterChain(chain(model, model.defaultChain()));
    }
    return out.build();
  }

  private static void inspectors(Listener.Builder out, ListenerModel model) {
    if (model.inspectors().contains(Inspector.ORIGINAL_DESTINATION)) {
      out.addListenerFilters(
          filter("original_dst", "original_dst.v3.OriginalDst", OriginalDst.getDefaultInstance()));
    }
    if (model.transparent() && model.direction() == ListenerModel.Direction.INBOUND) {
      // the application sees its callers' own addresses
      out.addListenerFilters(
          filter(
              "original_src",
              "original_src.v3.OriginalSrc",
              OriginalSrc.newBuilder().setMark(TPROXY_MARK).build()));
    }
    if (model.inspectors().contains(Inspector.TLS)) {
      out.addListenerFilters(
          filter(
              "tls_inspector", "tls_inspector.v3.TlsInspector", TlsInspector.getDefaultInstance()));
    }
    if (model.inspectors().contains(Inspector.HTTP)) {
      out.addListenerFilters(
          filter(
              "http_inspector",
              "http_inspector.v3.HttpInspector",
              HttpInspector.getDefaultInstance()));
    }
    if (!model.inspectors().isEmpty() && model.topology() == null) {
      // a client that waits for the server to speak first goes on as TCP after this time
      out.setListenerFiltersTimeout(Values.duration(model.inspectTimeout()))
          .setContinueOnListenerFiltersTimeout(true);
    }
  }

  private static ListenerFilter filter(String name, String type, MessageLite config) {
    return ListenerFilter.newBuilder()
        .setName("envoy.filters.listener." + name)
        .setTypedConfig(Values.any("extensions.filters.listener." + type, config))
        .build();
  }

  private static FilterChain chain(ListenerModel model, ListenerModel.Chain chain) {
    FilterChain.Builder out = FilterChain.newBuilder().setName(chain.name());
    if (!chain.match().equals(ListenerModel.Match.ANY)) {
      out.setFilterChainMatch(match(chain.match()));
    }
    boolean exchanges = exchangesPeers(model, chain);
    if (exchanges) {
      out.addFilters(PeerExchange.ofListener());
    }
    if (chain.tls() != null) {
      out.setTransportSocket(
          switch (chain.tls()) {
            case ServerTls.Mesh(var alpn, var identities) ->
                TlsContexts.downstream(
                    model.secrets(),
                    model.trustDomain(),
                    identities,
                    exchanges ? withExchange(alpn) : alpn);
            case ServerTls.Own own -> GatewayTls.socket(own);
          });
    }
    if (chain.action() instanceof ListenerModel.Action.Tcp) {
      out.addAllFilters(Authorization.tcp(model.authorization()));
    }
    if (model.tellsPeers() && chain.action() instanceof ListenerModel.Action.Tcp) {
      out.addFilters(IstioFilters.tcpStats());
    }
    return out.addFilters(NetworkFilters.filter(model, chain.action())).build();
  }

  /** Whether callers' sidecars are told who is here before the data of TCP. */
  private static boolean exchangesPeers(ListenerModel model, ListenerModel.Chain chain) {
    return model.tellsPeers()
        && model.direction() == ListenerModel.Direction.INBOUND
        && model.topology() == null
        && chain.tls() instanceof ServerTls.Mesh
        && chain.action() instanceof ListenerModel.Action.Tcp;
  }

  private static List<String> withExchange(List<String> alpn) {
    List<String> all = new ArrayList<>(alpn.size() + 1);
    all.add(PeerExchange.ALPN);
    all.addAll(alpn);
    return all;
  }

  private static FilterChainMatch match(ListenerModel.Match match) {
    FilterChainMatch.Builder out =
        FilterChainMatch.newBuilder()
            .addAllServerNames(match.serverNames())
            .setTransportProtocol(match.transportProtocol())
            .addAllApplicationProtocols(match.applicationProtocols());
    if (match.destinationPort() > 0) {
      out.setDestinationPort(Values.number(match.destinationPort()));
    }
    for (String range : match.prefixRanges()) {
      int slash = range.indexOf('/');
      String address = slash < 0 ? range : range.substring(0, slash);
      int bits =
          slash < 0
              ? (address.indexOf(':') >= 0 ? 128 : 32)
              : Integer.parseInt(range.substring(slash + 1));
      out.addPrefixRanges(
          CidrRange.newBuilder().setAddressPrefix(address).setPrefixLen(Values.number(bits)));
    }
    return out.build();
  }
}
