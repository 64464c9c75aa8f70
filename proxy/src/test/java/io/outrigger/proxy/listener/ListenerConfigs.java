package io.outrigger.proxy.listener;

import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.outrigger.config.address.Address;
import io.outrigger.config.listener.FilterChain;
import io.outrigger.config.listener.FilterChainMatch;
import io.outrigger.config.listener.FilterChainMatcher;
import io.outrigger.config.listener.ListenerConfig;
import io.outrigger.config.listener.ListenerFilter;
import io.outrigger.config.listener.ListenerFilterConfig;
import io.outrigger.config.listener.NetworkFilterConfig;
import io.outrigger.config.metadata.Metadata;
import io.outrigger.config.tls.DownstreamTls;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes listener configurations for tests; chains are the same if their names are. */
final class ListenerConfigs {
  private String name = "test";
  private List<Address> addresses = List.of(new Address.Ip(InetAddress.getLoopbackAddress(), 0));
  private final List<FilterChain> chains = new ArrayList<>();
  private final List<ListenerFilter> filters = new ArrayList<>();
  private @Nullable FilterChain defaultChain;
  private long timeoutMillis = 15_000;
  private boolean continueOnTimeout;
  private boolean useOriginalDst;
  private boolean bind = true;

  ListenerConfigs named(String newName) {
    name = newName;
    return this;
  }

  ListenerConfigs on(Address... where) {
    addresses = List.of(where);
    return this;
  }

  ListenerConfigs on(int port) {
    return on(new Address.Ip(InetAddress.getLoopbackAddress(), port));
  }

  ListenerConfigs chain(String chainName) {
    return chain(chainName, FilterChainMatch.ANY, null);
  }

  ListenerConfigs chain(String chainName, FilterChainMatch match, @Nullable DownstreamTls tls) {
    chains.add(make(chainName, match, tls));
    return this;
  }

  ListenerConfigs fallback(String chainName) {
    defaultChain = make(chainName, FilterChainMatch.ANY, null);
    return this;
  }

  private static FilterChain make(
      String name, FilterChainMatch match, @Nullable DownstreamTls tls) {
    return new FilterChain(
        name,
        match,
        tls,
        null,
        0,
        List.of(new FilterChain.NetworkFilter("echo", new NetworkFilterConfig.Echo())),
        Metadata.EMPTY);
  }

  ListenerConfigs filter(ListenerFilterConfig filter) {
    filters.add(new ListenerFilter("filter", filter, null));
    return this;
  }

  ListenerConfigs timeout(long millis, boolean goOn) {
    timeoutMillis = millis;
    continueOnTimeout = goOn;
    return this;
  }

  ListenerConfigs useOriginalDst() {
    useOriginalDst = true;
    return this;
  }

  ListenerConfigs unbound() {
    bind = false;
    return this;
  }

  static FilterChainMatch protocols(String transport, List<String> names, String... alpn) {
    return new FilterChainMatch(
        0,
        List.of(),
        names,
        transport,
        List.of(alpn),
        List.of(),
        FilterChainMatch.SourceType.ANY,
        List.of(),
        List.of());
  }

  ListenerConfig build() {
    Listener.Builder proto = Listener.newBuilder().setName(name);
    for (FilterChain chain : chains) {
      proto.addFilterChains(
          io.envoyproxy.envoy.config.listener.v3.FilterChain.newBuilder().setName(chain.name()));
    }
    return new ListenerConfig(
        name,
        "",
        addresses,
        chains,
        defaultChain,
        new FilterChainMatcher(chains, defaultChain),
        filters,
        timeoutMillis,
        continueOnTimeout,
        useOriginalDst,
        bind,
        false,
        false,
        true,
        1 << 20,
        ListenerConfig.TrafficDirection.UNSPECIFIED,
        ListenerConfig.DrainType.DEFAULT,
        List.of(),
        0,
        List.of(),
        false,
        false,
        Metadata.EMPTY,
        proto.build());
  }
}
