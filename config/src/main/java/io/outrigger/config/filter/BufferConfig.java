package io.outrigger.config.filter;

/**
 * envoy.filters.http.buffer: requests go on when they are whole.
 *
 * @param maxRequestBytes what a request's body may have
 */
public record BufferConfig(long maxRequestBytes) implements FilterConfig {}
