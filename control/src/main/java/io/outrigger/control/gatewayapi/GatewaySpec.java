package io.outrigger.control.gatewayapi;

import io.outrigger.control.resource.LabelSelector;
import io.outrigger.control.resource.Spec;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A Gateway of the Gateway API: what it listens on.
 *
 * @param className the GatewayClass that serves it
 * @param labels for everything that is made for it
 * @param annotations likewise
 */
public record GatewaySpec(
    long generation,
    String className,
    List<Listener> listeners,
    List<Address> addresses,
    Map<String, String> labels,
    Map<String, String> annotations,
    @Nullable ObjectRef parametersRef)
    implements Spec {

  /** An address that is asked for; an empty value is for any. */
  public record Address(String type, String value) {}

  /**
   * A port, perhaps for some host names alone.
   *
   * @param protocol as written: one that isn't known is told in the listener's status
   * @param tlsMode Terminate or Passthrough
   * @param kinds of routes that may attach; empty for all that fit the protocol
   */
  public record Listener(
      String name,
      @Nullable String hostname,
      int port,
      String protocol,
      TlsMode tlsMode,
      List<ObjectRef> certificates,
      From from,
      LabelSelector selector,
      List<RouteKind> kinds) {}

  /** What becomes of TLS. */
  public enum TlsMode {
    Terminate,
    Passthrough
  }

  /** The namespaces whose routes may attach. */
  public enum From {
    All,
    Selector,
    Same
  }

  /** A kind of route. */
  public record RouteKind(String group, String kind) {}
}
