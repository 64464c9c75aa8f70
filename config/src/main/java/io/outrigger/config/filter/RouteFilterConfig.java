package io.outrigger.config.filter;

import org.jspecify.annotations.Nullable;

/**
 * What a route says of a filter: turned off, or on with this configuration.
 *
 * @param config null: the chain's
 */
public record RouteFilterConfig(boolean disabled, @Nullable FilterConfig config) {}
