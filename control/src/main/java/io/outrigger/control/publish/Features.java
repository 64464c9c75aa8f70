package io.outrigger.control.publish;

import java.util.List;

/** The features of the Gateway API that its conformance suite was seen to pass with. */
final class Features {
  /** Sorted, as a GatewayClass must name them. */
  static final List<String> SUPPORTED =
      List.of("GRPCRoute", "Gateway", "HTTPRoute", "Mesh", "ReferenceGrant");

  private Features() {}
}
