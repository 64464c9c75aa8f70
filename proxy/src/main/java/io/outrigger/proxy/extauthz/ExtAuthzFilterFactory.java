package io.outrigger.proxy.extauthz;

import io.outrigger.config.filter.ExtAuthzConfig;
import io.outrigger.config.filter.ExtAuthzRoute;
import io.outrigger.config.filter.FilterConfig;
import io.outrigger.config.filter.HttpFilterConfig;
import io.outrigger.proxy.http.Exchange;
import io.outrigger.proxy.http.HttpFilter;
import io.outrigger.proxy.http.RouteFilters;
import io.outrigger.proxy.stats.StatStore;
import io.outrigger.proxy.worker.Worker;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Makes ext_authz filters: one a worker and chain. */
public final class ExtAuthzFilterFactory implements HttpFilter.Factory {
  private final HttpFilterConfig filter;
  private final ExtAuthzConfig config;
  private final Worker worker;
  private final AuthStats stats;
  private @Nullable Map<String, String> labels;

  public ExtAuthzFilterFactory(
      HttpFilterConfig filter,
      ExtAuthzConfig config,
      Worker worker,
      StatStore store,
      String prefix) {
    this.filter = filter;
    this.config = config;
    this.worker = worker;
    this.stats = new AuthStats(store, prefix, config.statPrefix());
  }

  @Override
  public @Nullable HttpFilter create(Exchange exchange) {
    FilterConfig own = RouteFilters.effective(filter, exchange, config);
    if (own == null || exchange.route() == null) {
      return null;
    }
    return new ExtAuthzFilter(this, own instanceof ExtAuthzRoute route ? route : null, exchange);
  }

  ExtAuthzConfig config() {
    return config;
  }

  Worker worker() {
    return worker;
  }

  AuthStats stats() {
    return stats;
  }

  Map<String, String> labels(Exchange exchange) {
    Map<String, String> known = labels;
    if (known == null) {
      known = CheckQuestion.labels(exchange.scope().node(), config.labelsKey());
      labels = known;
    }
    return known;
  }
}
