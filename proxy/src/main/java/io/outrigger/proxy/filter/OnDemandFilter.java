package io.outrigger.proxy.filter;

import io.outrigger.config.filter.HttpFilterConfig;
import io.outrigger.config.filter.OnDemandConfig;
import io.outrigger.config.http.Headers;
import io.outrigger.proxy.http.Exchange;
import io.outrigger.proxy.http.HttpFilter;
import io.outrigger.proxy.http.Verdict;
import io.outrigger.proxy.snapshot.Reference;
import org.jspecify.annotations.Nullable;

/**
 * envoy.filters.http.on_demand: a request without a route asks for the scope or virtual host that
 * it lacks, and waits until the server has said what it knows of it.
 */
final class OnDemandFilter implements HttpFilter {
  private @Nullable Runnable endWait;

  @Override
  public Verdict onRequestHeaders(Exchange exchange, Headers headers, boolean endStream) {
    if (exchange.route() != null) {
      return Verdict.CONTINUE;
    }
    Reference.Key lacking = exchange.scope().onDemand(headers);
    if (lacking == null) {
      return Verdict.CONTINUE;
    }
    endWait = exchange.scope().snapshots().demand(lacking, () -> answered(exchange));
    return Verdict.PAUSE;
  }

  private void answered(Exchange exchange) {
    if (endWait != null) {
      endWait = null;
      exchange.resumeRouted();
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
      boolean needed = exchange.route() == null; // most have one, and cost nothing then
      return needed && HttpFilters.effective(filter, exchange, config) != null
          ? new OnDemandFilter()
          : null;
    }
  }
}
