package io.outrigger.proxy.filter;

import io.netty.buffer.ByteBuf;
import io.outrigger.config.filter.HttpFilterConfig;
import io.outrigger.config.filter.OnDemandConfig;
import io.outrigger.config.http.Headers;
import io.outrigger.config.route.ForwardAction;
import io.outrigger.config.route.Route;
import io.outrigger.config.source.OnDemandClusters;
import io.outrigger.proxy.http.Exchange;
import io.outrigger.proxy.http.HttpFilter;
import io.outrigger.proxy.http.Verdict;
import io.outrigger.proxy.snapshot.Reference;
import org.jspecify.annotations.Nullable;

/**
 * envoy.filters.http.on_demand: a request without a route asks for the scope or virtual host that
 * it lacks, and waits until the server has said what it knows of it; one whose cluster isn't known
 * asks for the cluster, and waits for a time.
 */
final class OnDemandFilter implements HttpFilter {
  private final @Nullable OnDemandClusters clusters;
  private @Nullable Runnable endWait;
  private long held;

  private OnDemandFilter(@Nullable OnDemandClusters clusters) {
    this.clusters = clusters;
  }

  @Override
  public Verdict onRequestHeaders(Exchange exchange, Headers headers, boolean endStream) {
    Route route = exchange.route();
    if (route != null) {
      return cluster(exchange, route, headers);
    }
    Reference.Key lacking = exchange.scope().onDemand(headers);
    if (lacking == null) {
      return Verdict.CONTINUE;
    }
    endWait = exchange.scope().snapshots().demand(lacking, () -> answered(exchange));
    return Verdict.PAUSE;
  }

  private Verdict cluster(Exchange exchange, Route route, Headers headers) {
    OnDemandClusters asked = clusters;
    if (asked == null || !(route.action() instanceof ForwardAction forward)) {
      return Verdict.CONTINUE;
    }
    String name = forward.cluster().name(headers, exchange.random());
    if (name == null || name.isEmpty() || exchange.scope().clusters().get(name) != null) {
      return Verdict.CONTINUE;
    }
    endWait =
        exchange
            .scope()
            .snapshots()
            .demandCluster(name, asked, answer -> clusterAnswered(exchange));
    return Verdict.COLLECT;
  }

  @Override
  public boolean touchesBodies() {
    return clusters != null; // what comes meanwhile is held, up to a bound
  }

  @Override
  public ByteBuf onRequestData(Exchange exchange, ByteBuf data, boolean endStream) {
    held += endWait == null ? 0 : data.readableBytes();
    if (held > exchange.downstream().bufferLimit()) {
      exchange.filters().pauseClient();
    }
    return data;
  }

  private void answered(Exchange exchange) {
    if (endWait != null) {
      endWait = null;
      exchange.resumeRouted();
    }
  }

  /** There or not: the router looks for it. */
  private void clusterAnswered(Exchange exchange) {
    if (endWait != null) {
      endWait = null;
      exchange.resume();
    }
  }

  @Override
  public void onDone(Exchange exchange) {
    Runnable waits = endWait;
    if (waits != null) {
      endWait = null;
      waits.run();
    }
  }

  /** One a worker and chain. */
  record Factory(HttpFilterConfig filter, OnDemandConfig config) implements HttpFilter.Factory {
    @Override
    public @Nullable HttpFilter create(Exchange exchange) {
      if (!(HttpFilters.effective(filter, exchange, config) instanceof OnDemandConfig own)) {
        return null;
      }
      // most have a route and a cluster, and cost nothing more then
      boolean needed = exchange.route() == null || own.clusters() != null;
      return needed ? new OnDemandFilter(own.clusters()) : null;
    }
  }
}
