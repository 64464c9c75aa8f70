package io.outrigger.proxy.rbac;

import com.google.protobuf.Value;
import io.outrigger.config.cel.Attribute;
import io.outrigger.config.cel.AttributeSource;
import io.outrigger.config.http.HeaderName;
import io.outrigger.config.http.Headers;
import io.outrigger.config.listener.ConnectionFacts;
import io.outrigger.config.match.RequestPath;
import io.outrigger.config.rbac.OpenPolicies;
import io.outrigger.config.rbac.RbacEngine;
import io.outrigger.config.rbac.RbacMatcher;
import io.outrigger.config.rbac.RbacRequest;
import io.outrigger.config.rbac.RbacRules;
import io.outrigger.config.route.Route;
import io.outrigger.config.tls.SanMatcher;
import io.outrigger.proxy.address.SocketAddresses;
import io.outrigger.proxy.attributes.EntryAttributes;
import io.outrigger.proxy.http.Exchange;
import io.outrigger.proxy.listener.ConnectionLogEntry;
import io.outrigger.proxy.listener.DownstreamConnection;
import io.outrigger.proxy.tls.PeerIdentity;
import io.outrigger.proxy.tls.SubjectNames;
import io.outrigger.proxy.tls.TlsInfo;
import java.net.InetAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A request or a connection as policies see it: one of a filter and worker, used again. */
public final class RbacSubject implements RbacRequest {
  private final ConnectionFacts facts = new Facts();
  private @Nullable DownstreamConnection connection;
  private @Nullable Exchange exchange;
  private @Nullable Headers headers;
  private boolean whole;
  private int pathOffset;
  private int pathLength;

  /** A TCP connection, of which all is known. */
  public void of(DownstreamConnection tcp) {
    connection = tcp;
    whole = true;
  }

  /** A request. */
  public void of(Exchange request) {
    exchange = request;
    connection = request.downstream();
    Headers head = request.request();
    headers = head;
    whole = true;
    int slot = head.find(HeaderName.PATH);
    pathLength = -1;
    if (slot >= 0) {
      pathOffset = head.valueOffset(slot);
      pathLength = RequestPath.length(head.data(), pathOffset, head.valueLength(slot));
    }
  }

  public void forget() {
    connection = null;
    exchange = null;
    headers = null;
  }

  /** The index of what it matches, or -1. */
  int match(RbacEngine engine) {
    return engine instanceof RbacRules rules
        ? rules.match(open(rules), this)
        : ((RbacMatcher) engine).match(this);
  }

  /** The policies that the connection leaves open, found with its first request. */
  private int[] open(RbacRules rules) {
    OpenPolicies known = downstream().openPolicies();
    Headers head = headers;
    headers = null;
    whole = false;
    int[] open = known.of(rules, this);
    headers = head;
    whole = true;
    return open;
  }

  /** Who it is, for logs. */
  String who() {
    TlsInfo tls = downstream().tls();
    PeerIdentity peer = tls == null ? null : tls.peer();
    String name =
        peer == null
            ? "nobody that a certificate names"
            : peer.uriSans().isEmpty() ? peer.subject() : String.join(",", peer.uriSans());
    return name + " from " + downstream().addresses().remoteText();
  }

  private DownstreamConnection downstream() {
    DownstreamConnection own = connection;
    assert own != null;
    return own;
  }

  private @Nullable PeerIdentity peer() {
    return downstream().peer();
  }

  @Override
  public boolean isWhole() {
    return whole;
  }

  @Override
  public @Nullable Headers headers() {
    return headers;
  }

  @Override
  public int pathOffset() {
    return pathOffset;
  }

  @Override
  public int pathLength() {
    return pathLength;
  }

  @Override
  public @Nullable InetAddress destinationAddress() {
    return SocketAddresses.ip(downstream().addresses().local());
  }

  @Override
  public int destinationPort() {
    return SocketAddresses.port(downstream().addresses().local());
  }

  @Override
  public @Nullable InetAddress sourceAddress() {
    return SocketAddresses.ip(downstream().addresses().remote());
  }

  @Override
  public @Nullable InetAddress directRemoteAddress() {
    return SocketAddresses.ip(downstream().addresses().directRemote());
  }

  @Override
  public @Nullable InetAddress remoteAddress() {
    Exchange request = exchange;
    return request == null ? sourceAddress() : request.remoteInet();
  }

  @Override
  public String serverName() {
    String name = downstream().requestedServerName();
    return name == null ? "" : name;
  }

  @Override
  public boolean isTls() {
    return downstream().tls() != null;
  }

  @Override
  public boolean isPeerValidated() {
    TlsInfo tls = downstream().tls();
    return tls != null && tls.peer() != null && tls.peerValidated();
  }

  @Override
  public List<String> uriSans() {
    PeerIdentity peer = peer();
    return peer == null ? List.of() : peer.uriSans();
  }

  @Override
  public List<String> dnsSans() {
    PeerIdentity peer = peer();
    return peer == null ? List.of() : peer.dnsSans();
  }

  @Override
  public String subject() {
    PeerIdentity peer = peer();
    return peer == null ? "" : peer.subject();
  }

  @Override
  public boolean hasSan(SanMatcher matcher) {
    PeerIdentity peer = peer();
    return peer != null && SubjectNames.matches(matcher, peer);
  }

  @Override
  public @Nullable Value dynamicMetadata(String namespace, List<String> path) {
    return exchange == null ? null : exchange.dynamicMetadata(namespace, path);
  }

  @Override
  public @Nullable Value routeMetadata(String namespace, List<String> path) {
    Route route = exchange == null ? null : exchange.route();
    return route == null ? null : route.metadata().value(namespace, path);
  }

  @Override
  public @Nullable Value filterState(String key) {
    return exchange == null ? downstream().filterState(key) : exchange.filterState(key);
  }

  @Override
  public AttributeSource attributes() {
    Exchange request = exchange;
    return new EntryAttributes(request == null ? new ConnectionLogEntry(downstream()) : request);
  }

  @Override
  public ConnectionFacts connection() {
    return facts;
  }

  /** Of a request the source is the client that its headers name. */
  private final class Facts implements ConnectionFacts {
    @Override
    public @Nullable InetAddress destinationAddress() {
      return RbacSubject.this.destinationAddress();
    }

    @Override
    public int destinationPort() {
      return RbacSubject.this.destinationPort();
    }

    @Override
    public String serverName() {
      return RbacSubject.this.serverName();
    }

    @Override
    public String transportProtocol() {
      return downstream().transportProtocol();
    }

    @Override
    public List<String> applicationProtocols() {
      return downstream().requestedApplicationProtocols();
    }

    @Override
    public @Nullable InetAddress directSourceAddress() {
      return directRemoteAddress();
    }

    @Override
    public @Nullable InetAddress sourceAddress() {
      return remoteAddress();
    }

    @Override
    public int sourcePort() {
      return attributes().value(Attribute.SOURCE_PORT) instanceof Long port ? (int) (long) port : 0;
    }
  }
}
