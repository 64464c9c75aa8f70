package io.outrigger.proxy.filter;

import io.outrigger.config.filter.HttpFilterConfig;
import io.outrigger.config.filter.SetFilterStateConfig;
import io.outrigger.config.http.Headers;
import io.outrigger.proxy.http.Exchange;
import io.outrigger.proxy.http.HttpFilter;
import io.outrigger.proxy.http.Verdict;
import org.jspecify.annotations.Nullable;

/** envoy.filters.http.set_filter_state: notes what the configuration says of each request. */
final class SetFilterStateFilter implements HttpFilter {
  private final SetFilterStateConfig config;

  private SetFilterStateFilter(SetFilterStateConfig config) {
    this.config = config;
  }

  @Override
  public Verdict onRequestHeaders(Exchange exchange, Headers headers, boolean endStream) {
    exchange.filterState().note(config, exchange.scope().values(), exchange);
    return Verdict.CONTINUE;
  }

  /** One a worker and chain. */
  record Factory(HttpFilterConfig filter, SetFilterStateConfig config)
      implements HttpFilter.Factory {
    @Override
    public @Nullable HttpFilter create(Exchange exchange) {
      return HttpFilters.effective(filter, exchange, config) instanceof SetFilterStateConfig held
          ? new SetFilterStateFilter(held)
          : null;
    }
  }
}
