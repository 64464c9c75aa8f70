package io.outrigger.control.translate.plan;

import io.outrigger.control.istio.InterceptionMode;
import io.outrigger.control.translate.NodeType;
import io.outrigger.control.translate.ProxyNode;
import io.outrigger.control.translate.SecretSource;
import io.outrigger.control.world.Locality;
import java.util.Map;

/** What of a proxy decides its outbound configuration: those of equal scope share it. */
public record Scope(
    NodeType type,
    String namespace,
    Map<String, String> labels,
    boolean captured,
    Locality locality,
    SecretSource secrets,
    boolean tellsPeers) {
  public static Scope of(ProxyNode node) {
    return new Scope(
        node.type(),
        node.namespace(),
        node.labels(),
        node.type() == NodeType.SIDECAR && node.interceptionMode() != InterceptionMode.NONE,
        node.locality(),
        node.secrets(),
        node.tellsPeers());
  }
}
