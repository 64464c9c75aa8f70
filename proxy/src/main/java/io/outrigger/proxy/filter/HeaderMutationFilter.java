package io.outrigger.proxy.filter;

import io.outrigger.config.filter.HeaderMutationConfig;
import io.outrigger.config.filter.HttpFilterConfig;
import io.outrigger.config.http.Headers;
import io.outrigger.proxy.http.Exchange;
import io.outrigger.proxy.http.HttpFilter;
import io.outrigger.proxy.http.Verdict;
import org.jspecify.annotations.Nullable;

/**
 * envoy.filters.http.header_mutation: changes headers, by the chain's and then the route's list.
 */
final class HeaderMutationFilter implements HttpFilter {
  private final HeaderMutationConfig first;
  private final @Nullable HeaderMutationConfig second;

  private HeaderMutationFilter(HeaderMutationConfig first, @Nullable HeaderMutationConfig second) {
    this.first = first;
    this.second = second;
  }

  @Override
  public Verdict onRequestHeaders(Exchange exchange, Headers headers, boolean endStream) {
    exchange.scope().mutator().apply(first.request(), headers, exchange);
    request(exchange, headers, second);
    return Verdict.CONTINUE;
  }

  private void request(Exchange exchange, Headers headers, @Nullable HeaderMutationConfig level) {
    if (level == null) {
      return;
    }
    if (first.mostSpecificWins()) {
      request(exchange, headers, level.lessSpecific());
    }
    exchange.scope().mutator().apply(level.request(), headers, exchange);
    if (!first.mostSpecificWins()) {
      request(exchange, headers, level.lessSpecific());
    }
  }

  @Override
  public void onResponseHeaders(Exchange exchange, Headers headers, boolean endStream) {
    exchange.scope().mutator().apply(first.response(), headers, exchange);
    response(exchange, headers, second);
  }

  private void response(Exchange exchange, Headers headers, @Nullable HeaderMutationConfig level) {
    if (level == null) {
      return;
    }
    if (first.mostSpecificWins()) {
      response(exchange, headers, level.lessSpecific());
    }
    exchange.scope().mutator().apply(level.response(), headers, exchange);
    if (!first.mostSpecificWins()) {
      response(exchange, headers, level.lessSpecific());
    }
  }

  /** One a worker and chain. */
  record Factory(HttpFilterConfig filter, HeaderMutationConfig config)
      implements HttpFilter.Factory {
    @Override
    @SuppressWarnings("ReferenceEquality") // the chain's own configuration is one object
    public @Nullable HttpFilter create(Exchange exchange) {
      if (!(HttpFilters.effective(filter, exchange, config) instanceof HeaderMutationConfig own)) {
        return null;
      }
      return own == config
          ? new HeaderMutationFilter(config, null)
          : new HeaderMutationFilter(config, own);
    }
  }
}
