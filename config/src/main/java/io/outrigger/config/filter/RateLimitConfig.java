package io.outrigger.config.filter;

import io.outrigger.config.match.RuntimeFraction;
import io.outrigger.config.route.HeaderMutations;
import io.outrigger.config.source.GrpcService;

/**
 * envoy.filters.http.ratelimit: asks a service whether a request is within its limits.
 *
 * @param stage of the policies of virtual hosts and routes that it goes by
 * @param failureModeDeny a request is refused when the service can't be asked
 * @param limitHeaders whether responses carry x-ratelimit-limit, -remaining and -reset
 * @param ratelimitedHeader whether responses over the limit carry x-envoy-ratelimited
 * @param status of the reply to a request over the limit
 * @param grpcStatus of the reply to a gRPC request over the limit, or -1 for what status maps to
 * @param statusOnError of the reply where the service can't be asked
 * @param statPrefix between {@code ratelimit.} and the counter's name; empty: nothing is
 */
public record RateLimitConfig(
    String domain,
    int stage,
    Requests requests,
    GrpcService service,
    long timeoutMillis,
    boolean failureModeDeny,
    boolean limitHeaders,
    boolean ratelimitedHeader,
    int status,
    int grpcStatus,
    HeaderMutations responseHeaders,
    int statusOnError,
    String statPrefix,
    RuntimeFraction enabled,
    RuntimeFraction enforced)
    implements FilterConfig {

  /** Which requests are asked about, by x-envoy-internal. */
  public enum Requests {
    BOTH,
    INTERNAL,
    EXTERNAL
  }
}
