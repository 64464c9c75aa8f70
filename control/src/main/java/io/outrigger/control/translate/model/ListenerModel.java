package io.outrigger.control.translate.model;

import io.outrigger.control.istio.Gateway;
import io.outrigger.control.istio.MeshConfig.AccessLogEncoding;
import io.outrigger.control.translate.SecretSource;
import io.outrigger.control.translate.Topology;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A listener to be made.
 *
 * @param bound whether it has a socket of its own, not only connections handed over by another
 * @param handsOver whether connections go to the listener of their original destination
 * @param transparent whether connections have the addresses that client and application gave them
 * @param authorization of what comes in
 * @param topology what stands before a gateway; null: it isn't one's
 * @param tellsPeers whether workloads tell each other who they are, and count it in Istio's metrics
 * @param traceSampling the percentage of requests that begin a trace; null: nothing is traced
 */
public record ListenerModel(
    String name,
    String address,
    int port,
    boolean bound,
    boolean handsOver,
    boolean transparent,
    Direction direction,
    Set<Inspector> inspectors,
    Duration inspectTimeout,
    List<Chain> chains,
    @Nullable Chain defaultChain,
    boolean tellsPeers,
    AccessLog accessLog,
    @Nullable Double traceSampling,
    SecretSource secrets,
    String trustDomain,
    AuthorizationModel authorization,
    @Nullable Topology topology) {

  /** The same listener, which hands connections to the listeners of their destinations. */
  public ListenerModel handingOver(boolean tproxy) {
    return with(true, tproxy);
  }

  /** The same listener, whose connections keep both their addresses. */
  public ListenerModel keepingAddresses() {
    return with(handsOver, true);
  }

  private ListenerModel with(boolean handingOver, boolean tproxy) {
    return new ListenerModel(
        name,
        address,
        port,
        bound,
        handingOver,
        tproxy,
        direction,
        inspectors,
        inspectTimeout,
        chains,
        defaultChain,
        tellsPeers,
        accessLog,
        traceSampling,
        secrets,
        trustDomain,
        authorization,
        topology);
  }

  /** Whether the application is called or calls. */
  public enum Direction {
    INBOUND,
    OUTBOUND
  }

  /** What is learnt of a connection before a chain is chosen. */
  public enum Inspector {
    ORIGINAL_DESTINATION,
    TLS,
    HTTP
  }

  /** Where connections are logged; a null file is nowhere, a null format Istio's. */
  public record AccessLog(
      @Nullable String file, @Nullable String format, AccessLogEncoding encoding) {}

  /** What is done with connections that match; TLS is ended first when asked. */
  public record Chain(String name, Match match, @Nullable ServerTls tls, Action action) {}

  /** Conditions on a connection; empty ones hold for any. */
  public record Match(
      int destinationPort,
      List<String> prefixRanges,
      List<String> serverNames,
      String transportProtocol,
      List<String> applicationProtocols) {
    public static final Match ANY = new Match(0, List.of(), List.of(), "", List.of());

    public static Match transport(int destinationPort, String protocol, List<String> alpn) {
      return new Match(destinationPort, List.of(), List.of(), protocol, alpn);
    }
  }

  /** How TLS is ended, and what the handshake may agree on. */
  public sealed interface ServerTls {
    /**
     * The mesh's mutual TLS.
     *
     * @param identities one of which a caller must have; empty for any of the trust domain
     */
    record Mesh(List<String> alpn, List<String> identities) implements ServerTls {
      public Mesh(List<String> alpn) {
        this(alpn, List.of());
      }
    }

    /**
     * With certificates of a gateway's own.
     *
     * @param certificates the names under which they are served as secrets; empty: files
     * @param authorities the name of those that clients are certified by; null: a file, or none
     */
    record Own(
        List<String> alpn,
        Gateway.ServerTls settings,
        List<String> certificates,
        @Nullable String authorities)
        implements ServerTls {}
  }

  /** What becomes of the bytes. */
  public sealed interface Action {
    /** HTTP, routed by a table that is asked for by name. */
    record HttpByName(String statPrefix, String routes) implements Action {}

    /** HTTP, routed by a table of its own. */
    record HttpInline(String statPrefix, RouteTableModel routes) implements Action {}

    /** Bytes to one of some clusters. */
    record Tcp(String statPrefix, List<RouteModel.WeightedCluster> clusters) implements Action {}
  }
}
