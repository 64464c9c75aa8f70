package io.outrigger.control.translate.route;

import io.envoyproxy.envoy.config.route.v3.RetryPolicy;
import io.envoyproxy.envoy.config.route.v3.RouteAction;
import io.envoyproxy.envoy.extensions.retry.host.previous_hosts.v3.PreviousHostsPredicate;
import io.envoyproxy.envoy.extensions.retry.priority.previous_priorities.v3.PreviousPrioritiesConfig;
import io.outrigger.control.istio.HttpRoute.HttpRetry;
import io.outrigger.control.istio.RetryOn;
import io.outrigger.control.translate.Values;
import org.jspecify.annotations.Nullable;

/** Makes retry policies: the mesh's own where nothing is said, else Istio's. */
final class RetryPolicies {
  /**
   * What no application can have seen; and a GET or HEAD that was reset before its response, a word
   * that Envoy passes over.
   */
  private static final String MESH_RETRY_ON =
      "connect-failure,refused-stream,reset-before-request,reset-of-safe-request";

  private static final int MESH_RETRIES = 3;

  /** Istio's, of a retry that says how often and not when. */
  private static final String DEFAULT_RETRY_ON =
      "connect-failure,refused-stream,unavailable,cancelled,retriable-status-codes";

  private static final String PREVIOUS_HOSTS = "envoy.retry_host_predicates.previous_hosts";
  private static final String PREVIOUS_PRIORITIES = "envoy.retry_priorities.previous_priorities";

  private RetryPolicies() {}

  /**
   * @param hashed whether the load balancer sends equal requests to one host: then a retry goes
   *     there again
   */
  static void apply(RouteAction.Builder action, @Nullable HttpRetry retry, boolean hashed) {
    if (retry != null && retry.attempts() <= 0) {
      return;
    }
    RetryPolicy.Builder out =
        RetryPolicy.newBuilder()
            .setRetryOn(retry == null ? MESH_RETRY_ON : DEFAULT_RETRY_ON)
            .setNumRetries(Values.number(retry == null ? MESH_RETRIES : retry.attempts()))
            .setHostSelectionRetryMaxAttempts(5);
    boolean avoidPrevious = !hashed;
    if (retry != null) {
      given(out, retry);
      if (retry.retryIgnorePreviousHosts() != null) {
        avoidPrevious = retry.retryIgnorePreviousHosts();
      }
    }
    if (avoidPrevious) {
      out.addRetryHostPredicate(
          RetryPolicy.RetryHostPredicate.newBuilder()
              .setName(PREVIOUS_HOSTS)
              .setTypedConfig(
                  Values.any(
                      "extensions.retry.host.previous_hosts.v3.PreviousHostsPredicate",
                      PreviousHostsPredicate.getDefaultInstance())));
    }
    action.setRetryPolicy(out);
  }

  private static void given(RetryPolicy.Builder out, HttpRetry retry) {
    if (retry.retryOn() != null && !retry.retryOn().isEmpty()) {
      RetryOn on = RetryOn.parse(retry.retryOn());
      out.setRetryOn(on.words()).addAllRetriableStatusCodes(on.statusCodes());
    }
    if (retry.perTryTimeout() != null) {
      out.setPerTryTimeout(Values.duration(retry.perTryTimeout()));
    }
    if (Boolean.TRUE.equals(retry.retryRemoteLocalities())) {
      out.setRetryPriority(
          RetryPolicy.RetryPriority.newBuilder()
              .setName(PREVIOUS_PRIORITIES)
              .setTypedConfig(
                  Values.any(
                      "extensions.retry.priority.previous_priorities.v3.PreviousPrioritiesConfig",
                      PreviousPrioritiesConfig.newBuilder().setUpdateFrequency(2).build())));
    }
    if (retry.backoff() != null) {
      out.setRetryBackOff(
          RetryPolicy.RetryBackOff.newBuilder().setBaseInterval(Values.duration(retry.backoff())));
    }
  }

  /** Towards the application: only what was reset before a byte of it was sent. */
  static void inbound(RouteAction.Builder action, boolean grpc) {
    if (!grpc) {
      action.setRetryPolicy(
          RetryPolicy.newBuilder()
              .setRetryOn("reset-before-request")
              .setNumRetries(Values.number(2)));
    }
  }
}
