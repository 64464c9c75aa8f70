package io.outrigger.control.translate.plan;

import io.outrigger.control.istio.HttpMatch;
import io.outrigger.control.istio.L4Route.L4Match;
import io.outrigger.control.istio.VirtualService;
import io.outrigger.control.world.Gateways;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Whose rules of VirtualServices are looked for: a sidecar's, or a proxy's for one of its gateways.
 *
 * @param gateway {@code mesh}, or a gateway's full name
 */
public record Caller(Scope scope, String gateway) {
  /** A sidecar. */
  static Caller sidecar(Scope scope) {
    return new Caller(scope, VirtualService.MESH);
  }

  /** Whether a match may hold for it on a port; what remains of the match is up to the request. */
  boolean heeds(HttpMatch match, String namespace, int port) {
    return heeds(
        match.gateways(),
        namespace,
        match.port(),
        port,
        match.sourceLabels(),
        match.sourceNamespace());
  }

  /** Likewise for a match of connections. */
  public boolean heeds(L4Match match, String namespace, int port) {
    return heeds(
        match.gateways(),
        namespace,
        match.port(),
        port,
        match.sourceLabels(),
        match.sourceNamespace());
  }

  private boolean heeds(
      List<String> gateways,
      String namespace,
      @Nullable Integer wanted,
      int port,
      Map<String, String> sourceLabels,
      @Nullable String sourceNamespace) {
    return (wanted == null || wanted == port)
        && (gateways.isEmpty() || gateways.stream().anyMatch(name -> isOurs(name, namespace)))
        && scope.labels().entrySet().containsAll(sourceLabels.entrySet())
        && (sourceNamespace == null
            || sourceNamespace.isEmpty()
            || sourceNamespace.equals(scope.namespace()));
  }

  private boolean isOurs(String name, String namespace) {
    return name.equals(VirtualService.MESH)
        ? gateway.equals(VirtualService.MESH)
        : Gateways.resolve(name, namespace).equals(gateway);
  }
}
