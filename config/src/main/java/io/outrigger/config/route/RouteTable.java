package io.outrigger.config.route;

import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.outrigger.config.http.HeaderName;
import io.outrigger.config.http.Headers;
import io.outrigger.config.source.ConfigSource;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A route table: finds a request's virtual host by its authority, then its route. Immutable. */
public final class RouteTable {
  private final String name;
  private final List<VirtualHost> virtualHosts;
  private final VirtualHostIndex index;
  private final boolean ignorePortInHostMatching;
  private final boolean validateClusters;
  private final List<HeaderName> internalOnlyHeaders;
  private final RouteConfiguration proto;
  private final @Nullable ConfigSource vhds;

  /** What the table hands down to virtual hosts that VHDS adds. */
  final RouteLevel level;

  private final @Nullable RouteTable base;
  private final List<io.envoyproxy.envoy.config.route.v3.VirtualHost> added;

  RouteTable(
      List<VirtualHost> virtualHosts,
      boolean validateClusters,
      List<HeaderName> internalOnlyHeaders,
      RouteConfiguration proto,
      RouteLevel level,
      @Nullable ConfigSource vhds) {
    this(virtualHosts, validateClusters, internalOnlyHeaders, proto, level, vhds, null, List.of());
  }

  private RouteTable(
      List<VirtualHost> virtualHosts,
      boolean validateClusters,
      List<HeaderName> internalOnlyHeaders,
      RouteConfiguration proto,
      RouteLevel level,
      @Nullable ConfigSource vhds,
      @Nullable RouteTable base,
      List<io.envoyproxy.envoy.config.route.v3.VirtualHost> added) {
    this.level = level;
    this.vhds = vhds;
    this.base = base;
    this.added = List.copyOf(added);
    this.name = proto.getName();
    this.virtualHosts = List.copyOf(virtualHosts);
    this.index = new VirtualHostIndex(this.virtualHosts);
    this.ignorePortInHostMatching = proto.getIgnorePortInHostMatching();
    this.validateClusters = validateClusters;
    this.internalOnlyHeaders = List.copyOf(internalOnlyHeaders);
    this.proto = proto;
  }

  /** This table with virtual hosts that VHDS delivered behind its own. */
  RouteTable with(
      List<VirtualHost> more, List<io.envoyproxy.envoy.config.route.v3.VirtualHost> protos) {
    List<VirtualHost> all = new ArrayList<>(virtualHosts);
    all.addAll(more);
    return new RouteTable(
        all, validateClusters, internalOnlyHeaders, proto, level, vhds, this, protos);
  }

  /** Whether this is that table with just these virtual hosts added. */
  @SuppressWarnings("ReferenceEquality") // what didn't change is the same object
  public boolean isOf(
      RouteTable plain, List<io.envoyproxy.envoy.config.route.v3.VirtualHost> protos) {
    boolean same = base == plain && added.size() == protos.size();
    for (int i = 0; same && i < protos.size(); i++) {
      same = added.get(i) == protos.get(i);
    }
    return same;
  }

  /** Where more virtual hosts come from; null: there are no others. */
  public @Nullable ConfigSource vhds() {
    return vhds;
  }

  /** What VHDS calls the virtual host of a request's authority. */
  public String virtualHostName(Headers headers) {
    int slot = headers.find(HeaderName.AUTHORITY);
    String host = slot < 0 ? "" : headers.value(slot);
    byte[] bytes = host.getBytes(StandardCharsets.ISO_8859_1);
    int length =
        ignorePortInHostMatching ? HostPort.withoutPort(bytes, 0, bytes.length) : bytes.length;
    return name + "/" + host.substring(0, length).toLowerCase(Locale.ROOT);
  }

  public String name() {
    return name;
  }

  public List<VirtualHost> virtualHosts() {
    return virtualHosts;
  }

  /** Headers that are removed from requests that are not internal. */
  public List<HeaderName> internalOnlyHeaders() {
    return internalOnlyHeaders;
  }

  /** The message that this was compiled from. */
  public RouteConfiguration proto() {
    return proto;
  }

  /** The virtual host of a request's authority, or null. Allocates nothing. */
  public @Nullable VirtualHost virtualHost(Headers headers) {
    int slot = headers.find(HeaderName.AUTHORITY);
    if (slot < 0) {
      return index.find(headers.data(), 0, 0);
    }
    int length = headers.valueLength(slot);
    int offset = headers.valueOffset(slot);
    if (ignorePortInHostMatching) {
      length = HostPort.withoutPort(headers.data(), offset, length);
    }
    return index.find(headers.data(), offset, length);
  }

  /** The route of a request, or null: no virtual host, or none of its routes matches. */
  public @Nullable Route route(Headers headers, RouteContext context) {
    VirtualHost host = virtualHost(headers);
    return host == null ? null : host.route(headers, context);
  }

  /** Names of the clusters that routes refer to by name, mirrors included. */
  public Set<String> referencedClusters() {
    Set<String> names = new LinkedHashSet<>();
    for (VirtualHost host : virtualHosts) {
      for (Route route : host.routes()) {
        if (route.action() instanceof ForwardAction forward) {
          ClusterReferences.collect(forward, names);
        }
      }
    }
    return names;
  }

  /** Whether a reference to a cluster that is not there refuses the table (validate_clusters). */
  public boolean validateClusters() {
    return validateClusters;
  }
}
