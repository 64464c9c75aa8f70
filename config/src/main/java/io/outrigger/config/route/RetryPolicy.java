package io.outrigger.config.route;

import io.outrigger.config.http.HeaderName;
import io.outrigger.config.match.HeaderMatcher;
import io.outrigger.config.metadata.Metadata;
import java.util.List;
import java.util.Set;

/**
 * When and how a request is tried again.
 *
 * @param numRetries retries after the first attempt
 * @param perTryTimeoutMillis 0: the route's timeout alone
 * @param perTryIdleTimeoutMillis 0: none
 * @param retriableHeaders response headers of which one must match, for retriable-headers
 * @param retriableRequestHeaders request headers of which one must match; empty: any request
 * @param hostSelectionMaxAttempts tries to find a host that the predicates accept
 * @param maxBackOffMillis upper bound; 10 times the base unless configured
 */
public record RetryPolicy(
    Set<RetryOn> retryOn,
    int numRetries,
    long perTryTimeoutMillis,
    long perTryIdleTimeoutMillis,
    Set<Integer> retriableStatusCodes,
    List<HeaderMatcher> retriableHeaders,
    List<HeaderMatcher> retriableRequestHeaders,
    long baseBackOffMillis,
    long maxBackOffMillis,
    List<ResetHeader> rateLimitedResetHeaders,
    long rateLimitedMaxBackOffMillis,
    List<HostPredicate> hostPredicates,
    int previousPrioritiesUpdateFrequency,
    int hostSelectionMaxAttempts) {
  public RetryPolicy {
    retryOn = Set.copyOf(retryOn);
    retriableStatusCodes = Set.copyOf(retriableStatusCodes);
    retriableHeaders = List.copyOf(retriableHeaders);
    retriableRequestHeaders = List.copyOf(retriableRequestHeaders);
    rateLimitedResetHeaders = List.copyOf(rateLimitedResetHeaders);
    hostPredicates = List.copyOf(hostPredicates);
  }

  public boolean retriesOn(RetryOn condition) {
    return retryOn.contains(condition);
  }

  /** A response header that says when to come back. */
  public record ResetHeader(HeaderName name, boolean unixTimestamp) {}

  /** Which hosts a retry avoids. */
  public sealed interface HostPredicate {}

  /** Hosts that were tried already. */
  public record PreviousHosts() implements HostPredicate {}

  /** Canary hosts. */
  public record OmitCanaryHosts() implements HostPredicate {}

  /** Hosts with this metadata. */
  public record OmitHostMetadata(Metadata metadata) implements HostPredicate {}
}
