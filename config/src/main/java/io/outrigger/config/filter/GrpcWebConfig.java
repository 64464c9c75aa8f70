package io.outrigger.config.filter;

/** envoy.filters.http.grpc_web: it has no options. */
public record GrpcWebConfig() implements FilterConfig {}
