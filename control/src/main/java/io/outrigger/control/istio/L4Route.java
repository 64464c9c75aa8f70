package io.outrigger.control.istio;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One rule of a VirtualService's tls or tcp list: which connections, and where they go. */
public record L4Route(List<L4Match> match, List<HttpRoute.WeightedDestination> route) {

  /** Conditions on a connection, all of which must hold; sniHosts only in the tls list. */
  public record L4Match(
      List<String> sniHosts,
      List<String> destinationSubnets,
      @Nullable Integer port,
      Map<String, String> sourceLabels,
      @Nullable String sourceNamespace,
      List<String> gateways) {}
}
