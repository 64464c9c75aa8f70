package io.outrigger.control.istio;

import io.outrigger.control.resource.Spec;
import java.util.List;
import java.util.Map;

/**
 * Who may do what with workloads; without labels, with all of its namespace, or of the mesh.
 *
 * @param provider whom CUSTOM asks, by its name in the mesh's settings; else empty
 * @param rules a request matches the policy if it matches one of them; none: it never does
 */
public record AuthorizationPolicy(
    Map<String, String> selector, Action action, String provider, List<Rule> rules)
    implements Spec {

  /** What becomes of requests that match. */
  public enum Action {
    ALLOW,
    DENY,
    AUDIT,
    CUSTOM
  }

  /** One source, one operation and all conditions match; what is empty matches all. */
  public record Rule(List<Source> from, List<Operation> to, List<Condition> when) {}

  /** One of the values must match where there are some, and none of those that are excluded. */
  public record Values(List<String> allowed, List<String> excluded) {
    public static final Values ANY = new Values(List.of(), List.of());

    public boolean isEmpty() {
      return allowed.isEmpty() && excluded.isEmpty();
    }
  }

  /** Who asks: all that is given must match. */
  public record Source(
      Values principals,
      Values requestPrincipals,
      Values namespaces,
      Values serviceAccounts,
      Values ipBlocks,
      Values remoteIpBlocks) {}

  /** What is asked for: all that is given must match. */
  public record Operation(Values hosts, Values ports, Values methods, Values paths) {}

  /**
   * Something else of the request; of a header {@code name} is that, of a claim its path, divided
   * by {@code ][}.
   */
  public record Condition(Attribute attribute, String name, Values values) {}

  /** What a condition can ask about. */
  public enum Attribute {
    REQUEST_HEADER("request.headers"),
    REQUEST_PRINCIPAL("request.auth.principal"),
    REQUEST_AUDIENCES("request.auth.audiences"),
    REQUEST_PRESENTER("request.auth.presenter"),
    REQUEST_CLAIM("request.auth.claims"),
    SOURCE_IP("source.ip"),
    REMOTE_IP("remote.ip"),
    SOURCE_NAMESPACE("source.namespace"),
    SOURCE_PRINCIPAL("source.principal"),
    SOURCE_SERVICE_ACCOUNT("source.serviceAccount"),
    DESTINATION_IP("destination.ip"),
    DESTINATION_PORT("destination.port"),
    SNI("connection.sni");

    private final String key;

    Attribute(String key) {
      this.key = key;
    }

    /** Whether only a token tells it. */
    public boolean isOfToken() {
      return this == REQUEST_PRINCIPAL
          || this == REQUEST_AUDIENCES
          || this == REQUEST_PRESENTER
          || this == REQUEST_CLAIM;
    }

    /** The key; of a header without its name, of a claim without its path. */
    public String key() {
      return key;
    }
  }
}
