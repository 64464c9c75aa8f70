package io.outrigger.proxy.filter;

import io.outrigger.config.filter.HttpFilterConfig;
import io.outrigger.config.filter.PeerMetadataConfig;
import io.outrigger.config.http.HeaderName;
import io.outrigger.config.http.Headers;
import io.outrigger.config.metadata.Metadata;
import io.outrigger.config.route.ForwardAction;
import io.outrigger.config.route.Route;
import io.outrigger.proxy.cluster.WorkerCluster;
import io.outrigger.proxy.http.Exchange;
import io.outrigger.proxy.http.HttpFilter;
import io.outrigger.proxy.http.Verdict;
import io.outrigger.proxy.istio.IstioMetrics;
import io.outrigger.proxy.istio.PeerHeader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** io.istio.http.peer_metadata: callers and those who answer tell each other which they are. */
final class PeerMetadataFilter implements HttpFilter {
  private static final HeaderName METADATA = HeaderName.X_ENVOY_PEER_METADATA;
  private static final HeaderName ID = HeaderName.X_ENVOY_PEER_METADATA_ID;

  private final Factory factory;
  private boolean toldId;
  private boolean told;

  private PeerMetadataFilter(Factory factory) {
    this.factory = factory;
  }

  @Override
  public Verdict onRequestHeaders(Exchange exchange, Headers headers, boolean endStream) {
    PeerMetadataConfig config = factory.config;
    toldId = false;
    told = false;
    if (config.fromClient()) {
      toldId = headers.contains(ID);
      int slot = headers.find(METADATA);
      told = slot >= 0;
      if (told) {
        exchange.caller(factory.peers.read(headers, slot));
      }
      headers.remove(ID);
      headers.remove(METADATA);
    }
    if (config.toUpstream() && !isOutside(exchange, headers)) {
      headers.set(ID, factory.id);
      headers.set(METADATA, factory.self);
    }
    return Verdict.CONTINUE;
  }

  /** Whether the request leaves the mesh, or goes where metadata isn't wanted. */
  private boolean isOutside(Exchange exchange, Headers headers) {
    Route route = exchange.route();
    if (route == null || !(route.action() instanceof ForwardAction forward)) {
      return false;
    }
    String name = forward.cluster().name(headers, exchange.random());
    boolean skips = factory.config.skipExternal();
    if (name == null || (skips && name.equals("PassthroughCluster"))) {
      return name != null;
    }
    WorkerCluster cluster = exchange.scope().clusters().get(name);
    Metadata metadata = cluster == null ? Metadata.EMPTY : cluster.config().metadata();
    return metadata.namespace("istio") != null
        && ((skips && says(metadata, "external")) || says(metadata, "disable_mx"));
  }

  private static boolean says(Metadata metadata, String key) {
    var value = metadata.value("istio", key);
    return value != null && value.getBoolValue();
  }

  @Override
  public void onResponseHeaders(Exchange exchange, Headers headers, boolean endStream) {
    PeerMetadataConfig config = factory.config;
    if (config.fromUpstream()) {
      int slot = headers.find(METADATA);
      if (slot >= 0) {
        exchange.called(factory.peers.read(headers, slot));
      }
      headers.remove(ID);
      headers.remove(METADATA);
    }
    if (config.toClient()) {
      if (toldId) {
        headers.set(ID, factory.id);
      }
      if (told) {
        headers.set(METADATA, factory.self);
      }
    }
  }

  @Override
  public void onDone(Exchange exchange) {
    factory.free.push(this);
  }

  /** One a worker and chain. */
  static final class Factory implements HttpFilter.Factory {
    private final HttpFilterConfig filter;
    private final PeerMetadataConfig config;
    private final byte[] id;
    private final byte[] self;
    private final PeerHeader peers = new PeerHeader();
    private final ArrayDeque<PeerMetadataFilter> free = new ArrayDeque<>();

    Factory(HttpFilterConfig filter, PeerMetadataConfig config, IstioMetrics metrics) {
      this.filter = filter;
      this.config = config;
      this.id = metrics.id().getBytes(StandardCharsets.ISO_8859_1);
      this.self = PeerHeader.write(metrics.self());
    }

    @Override
    public @Nullable HttpFilter create(Exchange exchange) {
      if (HttpFilters.effective(filter, exchange, config) == null) {
        return null;
      }
      return free.isEmpty() ? new PeerMetadataFilter(this) : free.pop();
    }
  }
}
