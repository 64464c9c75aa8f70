package io.outrigger.proxy.retry;

import io.outrigger.config.http.HeaderName;
import io.outrigger.config.http.Headers;
import io.outrigger.config.route.RetryOn;
import java.util.HashSet;
import java.util.Set;

/**
 * What an internal client asks for in x-envoy headers: more conditions, another number of retries.
 *
 * @param maxRetries below 0: not said
 */
public record RetryHeaders(Set<RetryOn> conditions, int maxRetries, Set<Integer> statusCodes) {
  public static final RetryHeaders NONE = new RetryHeaders(Set.of(), -1, Set.of());

  private static final HeaderName RETRY_ON = HeaderName.of("x-envoy-retry-on");
  private static final HeaderName RETRY_GRPC_ON = HeaderName.of("x-envoy-retry-grpc-on");
  private static final HeaderName MAX_RETRIES = HeaderName.of("x-envoy-max-retries");
  private static final HeaderName STATUS_CODES = HeaderName.of("x-envoy-retriable-status-codes");

  /** Reads them, and takes them out of the request. */
  public static RetryHeaders take(Headers request) {
    Set<RetryOn> conditions = new HashSet<>();
    addConditions(request, RETRY_ON, conditions);
    addConditions(request, RETRY_GRPC_ON, conditions);
    int maxRetries = -1;
    String max = request.value(MAX_RETRIES);
    if (max != null) {
      maxRetries = number(max);
    }
    Set<Integer> codes = new HashSet<>();
    String listed = request.value(STATUS_CODES);
    if (listed != null) {
      for (String code : listed.split(",", -1)) {
        int status = number(code.strip());
        if (status >= 100 && status <= 599) {
          codes.add(status);
        }
      }
    }
    request.remove(RETRY_ON);
    request.remove(RETRY_GRPC_ON);
    request.remove(MAX_RETRIES);
    request.remove(STATUS_CODES);
    return new RetryHeaders(conditions, maxRetries, codes);
  }

  private static void addConditions(Headers request, HeaderName name, Set<RetryOn> to) {
    String value = request.value(name);
    if (value != null) {
      to.addAll(RetryOn.parse(value));
    }
  }

  private static int number(String text) {
    try {
      return Math.max(-1, Integer.parseInt(text));
    } catch (NumberFormatException notANumber) {
      return -1;
    }
  }
}
