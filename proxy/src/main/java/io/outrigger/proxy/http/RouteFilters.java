package io.outrigger.proxy.http;

import io.outrigger.config.filter.FilterConfig;
import io.outrigger.config.filter.HttpFilterConfig;
import io.outrigger.config.filter.RouteFilterConfig;
import io.outrigger.config.route.Route;
import org.jspecify.annotations.Nullable;

/** What routes say of the filters before them. */
public final class RouteFilters {
  private RouteFilters() {}

  /**
   * The configuration that holds for this exchange: the route's, else the chain's; null where the
   * filter is off.
   */
  public static @Nullable FilterConfig effective(
      HttpFilterConfig filter, Exchange exchange, @Nullable FilterConfig ofChain) {
    Route route = exchange.route();
    RouteFilterConfig own = route == null ? null : route.filterConfig(filter.name());
    if (own == null) {
      return filter.disabled() ? null : ofChain;
    }
    if (own.disabled()) {
      return null;
    }
    return own.config() != null ? own.config() : ofChain;
  }
}
