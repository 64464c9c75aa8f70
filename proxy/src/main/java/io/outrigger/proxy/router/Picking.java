package io.outrigger.proxy.router;

import com.google.protobuf.Struct;
import io.outrigger.config.http.HeaderName;
import io.outrigger.config.http.Headers;
import io.outrigger.config.proxyprotocol.Tlv;
import io.outrigger.config.route.ClusterChoice;
import io.outrigger.config.route.ForwardAction;
import io.outrigger.config.route.HeaderMutations;
import io.outrigger.config.route.RetryPolicy;
import io.outrigger.config.route.Route;
import io.outrigger.proxy.cluster.Host;
import io.outrigger.proxy.cluster.LbContext;
import io.outrigger.proxy.cluster.OriginalSource;
import io.outrigger.proxy.http.Exchange;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What balancing asks of a request: its hash, its route's choices, the hosts it has tried. */
final class Picking implements LbContext {
  final RequestHash hash = new RequestHash();
  @Nullable ForwardAction action;
  ClusterChoice.@Nullable ClusterWeight weight;
  private final Exchange exchange;

  /** Null until a request was one that may be tried again. */
  private @Nullable ArrayList<Host> hosts;

  private int firstCounted;

  Picking(Exchange exchange) {
    this.exchange = exchange;
  }

  void forget() {
    if (hosts != null) {
      hosts.clear();
    }
    firstCounted = 0;
    action = null;
    weight = null;
    hash.present = false;
    hash.cookie = null;
  }

  /** The host of an attempt, before others may follow. */
  void tried(Host host) {
    if (hosts == null) {
      hosts = new ArrayList<>(2);
    }
    hosts.add(host);
  }

  private List<Host> tried() {
    return hosts == null ? List.of() : hosts;
  }

  /**
   * The cluster that the route names for this request, or null: the header that names it is not
   * there.
   */
  @Nullable String clusterName(ClusterChoice choice, Headers headers) {
    if (choice instanceof ClusterChoice.Weighted weighted) {
      ClusterChoice.ClusterWeight picked = weighted.pick(headers, exchange.random());
      weight = picked;
      return picked.name(headers);
    }
    return choice.name(headers, 0);
  }

  /** Whether the request is a CONNECT that ends here, or a POST that may be taken for one. */
  boolean tunnels() {
    ForwardAction.ConnectConfig config = action == null ? null : action.connectConfig();
    if (config == null) {
      return false;
    }
    String method = exchange.request().value(HeaderName.METHOD);
    return "CONNECT".equals(method) || (config.allowPost() && "POST".equals(method));
  }

  /** How the response's head is changed for the route and the cluster that was picked. */
  HeaderMutations responseHeaders(Route route) {
    ClusterChoice.ClusterWeight chosen = weight;
    return chosen != null ? chosen.responseHeaders() : route.responseHeaders();
  }

  @Override
  public boolean hasHash() {
    return hash.present;
  }

  @Override
  public long hash() {
    return hash.value;
  }

  @Override
  public boolean highPriority() {
    ForwardAction forward = action;
    return forward != null && forward.priority() == ForwardAction.Priority.HIGH;
  }

  @Override
  public Headers requestHeaders() {
    return exchange.request();
  }

  @Override
  public @Nullable Struct metadataMatch() {
    Struct configured = configuredMatch();
    Struct noted = exchange.noted("envoy.lb");
    if (noted == null || noted.getFieldsCount() == 0) {
      return configured;
    }
    return configured == null
        ? noted
        : configured.toBuilder().putAllFields(noted.getFieldsMap()).build();
  }

  private @Nullable Struct configuredMatch() {
    ClusterChoice.ClusterWeight chosen = weight;
    ForwardAction forward = action;
    if (chosen != null && !chosen.metadataMatch().namespaces().isEmpty()) {
      return chosen.metadataMatch().namespace("envoy.lb");
    }
    return forward == null ? null : forward.metadataMatch().namespace("envoy.lb");
  }

  /** Retries go where balancing sends them. */
  @Override
  public @Nullable String overrideHost() {
    return tried().isEmpty() ? exchange.overrideHost() : null;
  }

  @Override
  public boolean overrideIsStrict() {
    return exchange.overrideIsStrict();
  }

  @Override
  public boolean rejects(Host host) {
    RetryPolicy policy = action == null ? null : action.retryPolicy();
    return policy != null && !tried().isEmpty() && HostPredicates.reject(policy, host, tried());
  }

  @Override
  public int hostSelectionRetries() {
    RetryPolicy policy = action == null ? null : action.retryPolicy();
    return policy == null || tried().isEmpty() ? 0 : policy.hostSelectionMaxAttempts();
  }

  /** previous_priorities: those of all hosts tried, as of the last multiple of its frequency. */
  @Override
  public long excludedPriorities() {
    RetryPolicy policy = action == null ? null : action.retryPolicy();
    int frequency = policy == null ? 0 : policy.previousPrioritiesUpdateFrequency();
    if (frequency == 0) {
      return 0;
    }
    long excluded = 0;
    int counted = tried().size() - firstCounted;
    for (int i = 0; i < counted / frequency * frequency; i++) {
      excluded |= 1L << tried().get(firstCounted + i).priority();
    }
    return excluded;
  }

  @Override
  public void allPrioritiesTried() {
    firstCounted = tried().size();
  }

  @Override
  public @Nullable SocketAddress originalDestination() {
    return exchange.downstream().addresses().originalDestination();
  }

  @Override
  public @Nullable SocketAddress clientAddress() {
    return exchange.downstream().addresses().remote();
  }

  @Override
  public List<Tlv> tlvs() {
    return exchange.downstream().tlvs();
  }

  @Override
  public @Nullable OriginalSource originalSource() {
    return exchange.downstream().originalSource();
  }

  @Override
  public @Nullable SocketAddress localAddress() {
    return exchange.downstream().addresses().local();
  }

  @Override
  public boolean downstreamHttp2() {
    return exchange.isHttp2();
  }

  @Override
  public @Nullable String downstreamServerName() {
    return exchange.downstream().requestedServerName();
  }
}
