package io.outrigger.config.listener;

import com.google.protobuf.BoolValue;
import io.envoyproxy.envoy.config.core.v3.SocketOption;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.outrigger.config.accesslog.AccessLogCompiler;
import io.outrigger.config.address.Address;
import io.outrigger.config.address.AddressCompiler;
import io.outrigger.config.compile.Compiled;
import io.outrigger.config.compile.Millis;
import io.outrigger.config.compile.Problems;
import io.outrigger.config.compile.Unsigned;
import io.outrigger.config.listener.ListenerConfig.DrainType;
import io.outrigger.config.listener.ListenerConfig.TrafficDirection;
import io.outrigger.config.match.tree.MatchTree;
import io.outrigger.config.match.tree.MatchTreeCompiler;
import io.outrigger.config.metadata.Metadata;
import java.util.ArrayList;
import java.util.List;

/** Compiles Listener messages. */
public final class ListenerCompiler {
  private static final String MESSAGE = "envoy.config.listener.v3.Listener";
  private static final long DEFAULT_FILTERS_TIMEOUT_MILLIS = 15_000;
  private static final int DEFAULT_BUFFER_LIMIT = 1 << 20;

  private ListenerCompiler() {}

  /** A listener that LDS delivered. */
  public static Compiled<ListenerConfig> compile(Listener proto) {
    Problems problems = new Problems();
    problems.checkRules(MESSAGE, proto);
    return Compiled.of(compile(proto, problems), problems);
  }

  /** A listener of a larger configuration, whose rules have been checked with it. */
  public static ListenerConfig compile(Listener proto, Problems problems) {
    tellUnsupported(proto, problems);
    List<Address> addresses = addresses(proto, problems);
    List<FilterChain> chains = filterChains(proto, problems);
    FilterChain defaultChain =
        proto.hasDefaultFilterChain()
            ? FilterChainCompiler.compile(
                proto.getDefaultFilterChain(), problems.at("default_filter_chain"))
            : null;
    if (chains.isEmpty() && defaultChain == null && !proto.hasFilterChainMatcher()) {
      problems.error("filter_chains", "no filter chains specified; one is required");
    }
    MatchTree<ConnectionFacts, String> tree = null;
    if (proto.hasFilterChainMatcher()) {
      FilterChainOverlap.checkNames(chains, problems);
      tree =
          new MatchTreeCompiler<>(new NetworkMatching())
              .compile(proto.getFilterChainMatcher(), problems.at("filter_chain_matcher"));
    } else {
      FilterChainOverlap.check(chains, problems);
    }
    return new ListenerConfig(
        proto.getName().isEmpty() ? addresses.getFirst().toString() : proto.getName(),
        proto.getStatPrefix(),
        addresses,
        chains,
        defaultChain,
        new FilterChainMatcher(chains, defaultChain, tree),
        ListenerFilterCompiler.compile(proto, chains, problems),
        Millis.orElse(
            proto.hasListenerFiltersTimeout(),
            proto.getListenerFiltersTimeout(),
            DEFAULT_FILTERS_TIMEOUT_MILLIS,
            problems.at("listener_filters_timeout")),
        proto.getContinueOnListenerFiltersTimeout(),
        proto.getUseOriginalDst().getValue(),
        bindToPort(proto),
        proto.getTransparent().getValue(),
        proto.getFreebind().getValue(),
        orTrue(proto.hasEnableReusePort(), proto.getEnableReusePort()),
        Unsigned.orElse(
            proto.hasPerConnectionBufferLimitBytes(),
            proto.getPerConnectionBufferLimitBytes(),
            DEFAULT_BUFFER_LIMIT),
        switch (proto.getTrafficDirection()) {
          case INBOUND -> TrafficDirection.INBOUND;
          case OUTBOUND -> TrafficDirection.OUTBOUND;
          case UNSPECIFIED, UNRECOGNIZED -> TrafficDirection.UNSPECIFIED;
        },
        proto.getDrainType() == Listener.DrainType.MODIFY_ONLY
            ? DrainType.MODIFY_ONLY
            : DrainType.DEFAULT,
        AccessLogCompiler.compileAll(proto.getAccessLogList(), "access_log", problems),
        Unsigned.orElse(proto.hasTcpBacklogSize(), proto.getTcpBacklogSize(), 0),
        socketOptions(proto.getSocketOptionsList()),
        proto.getConnectionBalanceConfig().hasExactBalance(),
        proto.hasInternalListener(),
        Metadata.of(proto.getMetadata()),
        proto);
  }

  private static void tellUnsupported(Listener proto, Problems problems) {
    if (proto.hasUdpListenerConfig()) {
      problems.unsupported("udp_listener_config");
    }
    if (proto.hasApiListener()) {
      problems.unsupported("api_listener");
    }
    if (proto.getConnectionBalanceConfig().hasExtendBalance()) {
      problems.at("connection_balance_config").unsupported("extend_balance");
    }
    if (proto.getConnectionBalanceConfig().hasExactBalance()) {
      problems.at("connection_balance_config").ignored("exact_balance");
    }
    if (proto.hasTcpFastOpenQueueLength()) {
      problems.ignored("tcp_fast_open_queue_length");
    }
    if (proto.hasMaxConnectionsToAcceptPerSocketEvent()) {
      problems.ignored("max_connections_to_accept_per_socket_event");
    }
    if (proto.getEnableMptcp()) {
      problems.unsupported("enable_mptcp");
    }
  }

  @SuppressWarnings("deprecation") // deprecated_v1, which Istio used for years
  private static boolean bindToPort(Listener proto) {
    if (proto.hasBindToPort()) {
      return proto.getBindToPort().getValue();
    }
    return orTrue(proto.getDeprecatedV1().hasBindToPort(), proto.getDeprecatedV1().getBindToPort());
  }

  private static boolean orTrue(boolean has, BoolValue value) {
    return !has || value.getValue();
  }

  private static List<Address> addresses(Listener proto, Problems problems) {
    List<Address> addresses = new ArrayList<>();
    if (proto.hasInternalListener()) {
      if (proto.hasAddress()) {
        problems.error("address", "an internal listener has no address");
      }
      addresses.add(new Address.Internal(proto.getName(), ""));
      return addresses;
    }
    if (!proto.hasAddress()) {
      problems.error("address", "is required");
      addresses.add(new Address.Name("", 0));
      return addresses;
    }
    addresses.add(listenAddress(proto.getAddress(), problems.at("address")));
    for (int i = 0; i < proto.getAdditionalAddressesCount(); i++) {
      Problems here = problems.at("additional_addresses", i);
      addresses.add(
          listenAddress(proto.getAdditionalAddresses(i).getAddress(), here.at("address")));
      if (proto.getAdditionalAddresses(i).hasSocketOptions()) {
        here.ignored("socket_options");
      }
    }
    return addresses;
  }

  private static Address listenAddress(
      io.envoyproxy.envoy.config.core.v3.Address proto, Problems problems) {
    if (proto.hasEnvoyInternalAddress()) {
      problems.error(
          "envoy_internal_address", "is not a listening address; internal_listener is used");
    }
    if (proto.hasSocketAddress()
        && !proto.getSocketAddress().getNetworkNamespaceFilepath().isEmpty()) {
      problems.at("socket_address").unsupported("network_namespace_filepath");
    }
    return AddressCompiler.compile(proto, false, problems);
  }

  private static List<FilterChain> filterChains(Listener proto, Problems problems) {
    List<FilterChain> chains = new ArrayList<>(proto.getFilterChainsCount());
    for (int i = 0; i < proto.getFilterChainsCount(); i++) {
      chains.add(
          FilterChainCompiler.compile(proto.getFilterChains(i), problems.at("filter_chains", i)));
    }
    return chains;
  }

  private static List<ListenerConfig.SocketOption> socketOptions(List<SocketOption> protos) {
    List<ListenerConfig.SocketOption> options = new ArrayList<>(protos.size());
    for (SocketOption proto : protos) {
      options.add(
          new ListenerConfig.SocketOption(
              proto.getLevel(), proto.getName(), proto.getIntValue(), proto.getBufValue()));
    }
    return options;
  }
}
