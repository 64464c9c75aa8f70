package io.outrigger.config.hcm;

import io.outrigger.config.route.RouteTable;
import org.jspecify.annotations.Nullable;

/**
 * A scope that SRDS delivered: the route table of requests that have its key.
 *
 * @param key as {@link ScopeKey#of} makes it
 * @param table what the scope has in it; null: RDS delivers the one of this name
 * @param onDemand the table is asked for when the first request needs it
 */
public record ScopedRoute(
    String name, String key, @Nullable RouteTable table, String tableName, boolean onDemand) {}
