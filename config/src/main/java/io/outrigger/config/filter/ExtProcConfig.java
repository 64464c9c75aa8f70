package io.outrigger.config.filter;

import io.outrigger.config.cel.Attribute;
import io.outrigger.config.match.StringMatcher;
import io.outrigger.config.route.HeaderMutationRules;
import io.outrigger.config.source.GrpcService;
import io.outrigger.config.source.TelemetryService;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * envoy.filters.http.ext_proc: a service sees requests and responses, and may change them or
 * answer.
 *
 * @param allowedHeaders those that the service sees; null: all
 * @param http the service where it speaks HTTP, in place of the other
 * @param bodyBeforeAnswer whether a streamed body doesn't wait for the answer about its head
 * @param allowOverride whether the service may ask to see more or less of an exchange
 * @param allowedOverrides none: whatever it wants
 * @param observes whether the service only looks on, and nothing waits for it
 * @param deferredCloseMillis how long the stream of one that looks on outlives the exchange
 * @param requestAttributes what the service is told with the first message about the request
 * @param responseAttributes and about the response
 * @param maxTimeoutMillis the longest that the service may ask for; 0: it may not
 */
public record ExtProcConfig(
    GrpcService service,
    TelemetryService.@Nullable Http http,
    String statPrefix,
    boolean failureModeAllow,
    ExtProcMode mode,
    long timeoutMillis,
    long maxTimeoutMillis,
    HeaderMutationRules rules,
    @Nullable List<StringMatcher> allowedHeaders,
    List<StringMatcher> disallowedHeaders,
    boolean disableImmediate,
    RouteCache routeCache,
    List<String> forwarded,
    List<String> received,
    boolean bodyBeforeAnswer,
    boolean allowOverride,
    List<ExtProcMode> allowedOverrides,
    boolean observes,
    long deferredCloseMillis,
    List<Attribute> requestAttributes,
    List<Attribute> responseAttributes)
    implements FilterConfig {
  /** When a request whose head was changed is routed anew. */
  public enum RouteCache {
    /** When the service says so. */
    DEFAULT,
    CLEAR,
    RETAIN
  }
}
