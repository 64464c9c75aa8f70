package io.outrigger.config.filter;

/** envoy.filters.http.cors in the chain; what it does is in routes' {@link CorsPolicy}. */
public record CorsConfig() implements FilterConfig {}
