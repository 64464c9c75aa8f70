package io.outrigger.proxy.cluster;

import io.outrigger.config.cluster.CircuitBreakers;
import io.outrigger.config.cluster.ClusterConfig;
import io.outrigger.config.cluster.ClusterConfig.TransportMatch;
import io.outrigger.config.cluster.UpstreamTransport;
import io.outrigger.config.metadata.Metadata;
import io.outrigger.config.tcp.TcpStatsConfig;
import io.outrigger.config.tls.UpstreamTls;
import io.outrigger.proxy.breaker.CircuitBreaker;
import io.outrigger.proxy.log.Log;
import io.outrigger.proxy.pool.Codecs;
import io.outrigger.proxy.pool.TlsSocket;
import io.outrigger.proxy.pool.TransportSocket;
import io.outrigger.proxy.pool.TransportSockets;
import io.outrigger.proxy.stats.StatStore;
import io.outrigger.proxy.tcpstats.TcpStats;
import io.outrigger.proxy.tls.ClientTls;
import io.outrigger.proxy.tls.SecretSource;
import io.outrigger.proxy.tls.TlsException;
import io.outrigger.proxy.tls.TlsStats;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a cluster needs once it carries traffic: statistics, breakers, codecs, TLS. Made when a
 * worker first uses the cluster, for most clusters of a mesh are never used by a given proxy.
 */
final class ClusterTraffic implements TransportSockets {
  private final ClusterStats stats;
  private final CircuitBreaker defaultBreaker;
  private final CircuitBreaker highBreaker;
  private final Codecs codecs;
  private final List<ClientTls> contexts = new ArrayList<>();
  private final List<Match> matches = new ArrayList<>();
  private final Layers layers;
  private final boolean prefaced;

  /** A transport; a null socket is plaintext. */
  private record Layers(
      UpstreamTransport config, @Nullable TransportSocket socket, @Nullable TcpStats tcpStats) {}

  /** A transport for endpoints with some metadata. */
  private record Match(TransportMatch config, Layers layers) {}

  ClusterTraffic(ClusterConfig config, StatStore store, String prefix) {
    this.stats = new ClusterStats(store, prefix);
    CircuitBreakers breakers = config.circuitBreakers();
    String breaker = prefix + "circuit_breakers.";
    this.defaultBreaker =
        new CircuitBreaker(breakers.defaultPriority(), store, breaker + "default.");
    this.highBreaker = new CircuitBreaker(breakers.highPriority(), store, breaker + "high.");
    this.codecs = new Codecs(config, store, prefix);
    String owner = prefix.substring(0, prefix.length() - 1);
    boolean sanOfSni = config.http().autoSanValidation();
    this.layers = layers(config.transport(), sanOfSni, store, owner);
    boolean header = config.transport().proxyProtocol() != null;
    for (TransportMatch match : config.transportMatches()) {
      matches.add(new Match(match, layers(match.transport(), sanOfSni, store, owner)));
      header |= match.transport().proxyProtocol() != null;
    }
    this.prefaced = header;
  }

  private Layers layers(
      UpstreamTransport transport, boolean sanOfSni, StatStore store, String owner) {
    TcpStatsConfig counted = transport.tcpStats();
    return new Layers(
        transport,
        socket(transport.tls(), sanOfSni, store, owner),
        counted == null ? null : new TcpStats(counted, store, owner));
  }

  private @Nullable TransportSocket socket(
      @Nullable UpstreamTls tls, boolean sanOfSni, StatStore store, String owner) {
    if (tls == null) {
      return null;
    }
    ClientTls context = new ClientTls(tls, sanOfSni, new TlsStats(store, owner));
    contexts.add(context);
    return new TlsSocket(context);
  }

  /** Takes over secrets that came or changed. One thread at a time. */
  void update(String cluster, SecretSource secrets) {
    for (ClientTls context : contexts) {
      try {
        context.update(secrets);
      } catch (TlsException e) {
        Log.SECRET.warning("cluster " + cluster + ": " + e.getMessage());
      }
    }
  }

  void close() {
    contexts.forEach(ClientTls::close);
  }

  ClusterStats stats() {
    return stats;
  }

  CircuitBreaker defaultBreaker() {
    return defaultBreaker;
  }

  CircuitBreaker highBreaker() {
    return highBreaker;
  }

  Codecs codecs() {
    return codecs;
  }

  @Override
  public boolean hasProxyProtocol() {
    return prefaced;
  }

  @Override
  public UpstreamTransport.@Nullable ProxyProtocol proxyProtocol(Host host) {
    return layers(host.metadata()).config.proxyProtocol();
  }

  @Override
  public boolean asksHttpProxy(Metadata metadata) {
    return layers(metadata).config.asksHttpProxy();
  }

  @Override
  public @Nullable TcpStats tcpStats(Metadata metadata) {
    return layers(metadata).tcpStats;
  }

  @Override
  public @Nullable TransportSocket of(Metadata metadata) {
    return layers(metadata).socket;
  }

  /** transport_socket_matches: the first whose metadata the endpoint has, else transport_socket. */
  private Layers layers(Metadata metadata) {
    for (Match match : matches) {
      if (metadata.containsAll("envoy.transport_socket_match", match.config.match())) {
        return match.layers;
      }
    }
    return layers;
  }
}
