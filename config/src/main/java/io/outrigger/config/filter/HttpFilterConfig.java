package io.outrigger.config.filter;

/**
 * A filter in a chain.
 *
 * @param name key of the per-route configuration
 * @param disabled off, unless a route turns it on
 */
public record HttpFilterConfig(String name, FilterConfig config, boolean disabled) {}
