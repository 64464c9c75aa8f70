package io.outrigger.proxy.extproc;

import io.outrigger.config.filter.ExtProcConfig;
import io.outrigger.config.filter.ExtProcRoute;
import io.outrigger.config.filter.FilterConfig;
import io.outrigger.config.filter.HttpFilterConfig;
import io.outrigger.proxy.http.Exchange;
import io.outrigger.proxy.http.HttpFilter;
import io.outrigger.proxy.http.RouteFilters;
import io.outrigger.proxy.stats.StatStore;
import io.outrigger.proxy.worker.Worker;
import org.jspecify.annotations.Nullable;

/** Makes ext_proc filters: one a worker and chain. */
public final class ExtProcFilterFactory implements HttpFilter.Factory {
  private final HttpFilterConfig filter;
  private final ExtProcConfig config;
  private final Worker worker;
  private final ProcStats stats;

  public ExtProcFilterFactory(
      HttpFilterConfig filter,
      ExtProcConfig config,
      Worker worker,
      StatStore store,
      String prefix) {
    this.filter = filter;
    this.config = config;
    this.worker = worker;
    this.stats = new ProcStats(store, prefix, config.statPrefix());
  }

  @Override
  public @Nullable HttpFilter create(Exchange exchange) {
    FilterConfig own = RouteFilters.effective(filter, exchange, config);
    return own == null
        ? null
        : new ExtProcFilter(this, own instanceof ExtProcRoute route ? route : null, exchange);
  }

  ExtProcConfig config() {
    return config;
  }

  Worker worker() {
    return worker;
  }

  ProcStats stats() {
    return stats;
  }
}
