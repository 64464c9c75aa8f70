package io.outrigger.proxy.retry;

import io.outrigger.config.cluster.CircuitBreakers;
import io.outrigger.config.http.HeaderName;
import io.outrigger.config.http.Headers;
import io.outrigger.config.match.HeaderMatcher;
import io.outrigger.config.route.RetryOn;
import io.outrigger.config.route.RetryPolicy;
import io.outrigger.proxy.breaker.CircuitBreaker;
import io.outrigger.proxy.cluster.ClusterStats;
import io.outrigger.proxy.cluster.WorkerCluster;
import io.outrigger.proxy.stream.ResetReason;
import io.outrigger.proxy.worker.Worker;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Decides, after each attempt of a request, whether there is another and when.
 *
 * <p>Made only for requests that a policy or the x-envoy-retry-on header asks retries for.
 */
public final class RetryState {
  private static final HeaderName RATE_LIMITED = HeaderName.of("x-envoy-ratelimited");

  private final Worker worker;
  private final WorkerCluster cluster;
  private final boolean highPriority;
  private final @Nullable RetryPolicy policy;
  private final Set<RetryOn> conditions;
  private final Set<Integer> askedCodes;
  private final List<HeaderName> askedHeaders;
  private final long baseMillis;
  private final long maxMillis;
  private final LongSupplier random;
  private final boolean safe;
  private int remaining;
  private int made;
  private boolean anyStarted;
  private boolean holdsBudget;
  private long rateLimitedMillis;

  /** {@code policy} is the route's, or null; the request's own headers, if trusted, change it. */
  public RetryState(
      Worker worker,
      WorkerCluster cluster,
      boolean highPriority,
      @Nullable RetryPolicy policy,
      RetryHeaders headers,
      Headers request,
      LongSupplier random) {
    this.worker = worker;
    this.cluster = cluster;
    this.highPriority = highPriority;
    this.policy = policy;
    this.random = random;
    Set<RetryOn> asked = headers.conditions();
    Set<RetryOn> configured = policy == null ? Set.of() : policy.retryOn();
    if (policy != null && !admits(policy, request)) {
      this.conditions = Set.of();
    } else if (asked.isEmpty()) {
      this.conditions = configured;
    } else {
      EnumSet<RetryOn> all = EnumSet.copyOf(asked);
      all.addAll(configured);
      this.conditions = all;
    }
    this.safe = conditions.contains(RetryOn.RESET_OF_SAFE_REQUEST) && isSafe(request);
    this.askedCodes = headers.statusCodes();
    this.askedHeaders = headers.headerNames();
    int configuredRetries = policy == null ? 1 : policy.numRetries();
    this.remaining = headers.maxRetries() >= 0 ? headers.maxRetries() : configuredRetries;
    this.baseMillis = policy == null ? 25 : policy.baseBackOffMillis();
    this.maxMillis = policy == null ? 250 : policy.maxBackOffMillis();
  }

  /** retriable_request_headers: one of them must match, if there are any. */
  private static boolean admits(RetryPolicy policy, Headers request) {
    List<HeaderMatcher> matchers = policy.retriableRequestHeaders();
    return matchers.isEmpty() || matchesAny(matchers, request);
  }

  /** Safe methods (RFC 9110 section 9.2.1) whose repetition nobody notices. */
  private static boolean isSafe(Headers request) {
    String method = request.value(HeaderName.METHOD);
    return "GET".equals(method) || "HEAD".equals(method);
  }

  /** Whether no outcome is a reason to try this request again: its body needn't be kept. */
  public boolean isIdle() {
    return conditions.isEmpty();
  }

  /** Whether an attempt was tried again before: what isn't any more has succeeded. */
  public boolean hasRetried() {
    return made > 0;
  }

  /** After response headers. */
  public RetryDecision onHeaders(int status, Headers headers) {
    release();
    rateLimitedMillis = 0;
    if (!wouldRetry(status, headers)) {
      return RetryDecision.NO;
    }
    readResetHeaders(headers);
    return spend();
  }

  /** After a reset, a failure to connect, or a per-try time-out (which is a LOCAL_RESET). */
  public RetryDecision onReset(ResetReason reason, boolean requestStarted) {
    release();
    rateLimitedMillis = 0;
    anyStarted |= requestStarted;
    return wantsRetry(reason) ? spend() : RetryDecision.NO;
  }

  /** After a time-out that leaves the attempt going: always a reason for another beside it. */
  public RetryDecision onHedge() {
    release();
    rateLimitedMillis = 0;
    return spend();
  }

  /** Whether such a response is a reason to try again, were there tries left. */
  public boolean wouldRetry(int status, Headers headers) {
    if (headers.contains(RATE_LIMITED)) {
      return has(RetryOn.ENVOY_RATELIMITED);
    }
    return (has(RetryOn.HTTP_5XX) && status >= 500 && status < 600)
        || (has(RetryOn.GATEWAY_ERROR) && status >= 502 && status <= 504)
        || (has(RetryOn.RETRIABLE_4XX) && status == 409)
        || (has(RetryOn.RETRIABLE_STATUS_CODES) && isRetriable(status))
        || (has(RetryOn.RETRIABLE_HEADERS) && matchesHeader(headers))
        || wantsGrpc(headers);
  }

  private boolean isRetriable(int status) {
    return askedCodes.contains(status)
        || (policy != null && policy.retriableStatusCodes().contains(status));
  }

  private boolean wantsGrpc(Headers headers) {
    int slot = headers.find(HeaderName.GRPC_STATUS);
    if (slot < 0) {
      return false;
    }
    return switch (headers.value(slot)) {
      case "1" -> has(RetryOn.GRPC_CANCELLED);
      case "4" -> has(RetryOn.GRPC_DEADLINE_EXCEEDED);
      case "8" -> has(RetryOn.GRPC_RESOURCE_EXHAUSTED);
      case "13" -> has(RetryOn.GRPC_INTERNAL);
      case "14" -> has(RetryOn.GRPC_UNAVAILABLE);
      default -> false;
    };
  }

  private boolean matchesHeader(Headers headers) {
    for (int i = 0; i < askedHeaders.size(); i++) {
      if (headers.contains(askedHeaders.get(i))) {
        return true;
      }
    }
    return policy != null && matchesAny(policy.retriableHeaders(), headers);
  }

  private static boolean matchesAny(List<HeaderMatcher> matchers, Headers headers) {
    for (int i = 0; i < matchers.size(); i++) {
      if (matchers.get(i).matches(headers)) {
        return true;
      }
    }
    return false;
  }

  private boolean wantsRetry(ResetReason reason) {
    if (reason == ResetReason.OVERFLOW) {
      return false; // more of the same would only make it worse
    }
    if (has(RetryOn.RESET) || has(RetryOn.HTTP_5XX) || has(RetryOn.GATEWAY_ERROR)) {
      return true;
    }
    if (has(RetryOn.RESET_BEFORE_REQUEST) && !anyStarted) {
      return true;
    }
    return switch (reason) {
      case REMOTE_REFUSED_STREAM -> has(RetryOn.REFUSED_STREAM);
      case REMOTE_CONNECTION_FAILURE, LOCAL_CONNECTION_FAILURE, CONNECTION_TIMEOUT ->
          has(RetryOn.CONNECT_FAILURE);
      case CONNECTION_TERMINATION, REMOTE_RESET -> safe;
      default -> false;
    };
  }

  private boolean has(RetryOn condition) {
    return conditions.contains(condition);
  }

  private RetryDecision spend() {
    ClusterStats stats = cluster.stats();
    int cell = worker.index();
    if (remaining == 0) {
      stats.upstreamRqRetryLimitExceeded.inc(cell);
      return RetryDecision.LIMIT_EXCEEDED;
    }
    remaining--;
    CircuitBreaker breaker = cluster.breaker(highPriority);
    CircuitBreakers limits = cluster.config().circuitBreakers();
    CircuitBreakers.Thresholds thresholds =
        highPriority ? limits.highPriority() : limits.defaultPriority();
    if (!RetryBudget.tryAcquire(breaker, thresholds.retryBudget())) {
      stats.upstreamRqRetryOverflow.inc(cell);
      return RetryDecision.OVERFLOW;
    }
    holdsBudget = true;
    stats.upstreamRqRetry.inc(cell);
    return RetryDecision.RETRY;
  }

  /** Milliseconds until the retry that was just decided on. */
  public long backOffMillis() {
    int cell = worker.index();
    made++;
    if (rateLimitedMillis > 0) {
      cluster.stats().upstreamRqRetryBackoffRatelimited.inc(cell);
      long jitter = Long.remainderUnsigned(random.getAsLong(), rateLimitedMillis / 2);
      return rateLimitedMillis + jitter;
    }
    cluster.stats().upstreamRqRetryBackoffExponential.inc(cell);
    long bound = Math.min(maxMillis, baseMillis * ((1L << Math.min(made, 30)) - 1));
    return bound <= 0 ? 0 : Long.remainderUnsigned(random.getAsLong(), bound);
  }

  private void readResetHeaders(Headers headers) {
    if (policy == null) {
      return;
    }
    for (RetryPolicy.ResetHeader header : policy.rateLimitedResetHeaders()) {
      String value = headers.value(header.name());
      if (value == null) {
        continue;
      }
      try {
        long number = Long.parseLong(value.strip());
        long seconds = header.unixTimestamp() ? number - worker.epochMillis() / 1000 : number;
        if (seconds >= 0 && seconds <= policy.rateLimitedMaxBackOffMillis() / 1000) {
          rateLimitedMillis = seconds * 1000;
          return;
        }
      } catch (NumberFormatException notANumber) {
        // the next header may say it
      }
    }
  }

  /** Gives back what the last retry holds of the cluster's budget; at the request's end too. */
  public void release() {
    if (holdsBudget) {
      holdsBudget = false;
      cluster.breaker(highPriority).retries().release();
    }
  }
}
