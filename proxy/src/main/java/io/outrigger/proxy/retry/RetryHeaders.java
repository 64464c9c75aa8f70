package io.outrigger.proxy.retry;

import io.outrigger.config.http.HeaderName;
import io.outrigger.config.http.Headers;
import io.outrigger.config.route.RetryOn;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What an internal client asks for in x-envoy headers: more conditions, another number of retries.
 *
 * @param maxRetries below 0: not said
 * @param headerNames response headers whose presence is a reason for retriable-headers
 */
public record RetryHeaders(
    Set<RetryOn> conditions,
    int maxRetries,
    Set<Integer> statusCodes,
    List<HeaderName> headerNames) {
  public static final RetryHeaders NONE = new RetryHeaders(Set.of(), -1, Set.of(), List.of());

  private static final HeaderName RETRY_ON = HeaderName.of("x-envoy-retry-on");
  private static final HeaderName RETRY_GRPC_ON = HeaderName.of("x-envoy-retry-grpc-on");
  private static final HeaderName MAX_RETRIES = HeaderName.of("x-envoy-max-retries");
  private static final HeaderName STATUS_CODES = HeaderName.of("x-envoy-retriable-status-codes");
  private static final HeaderName HEADER_NAMES = HeaderName.of("x-envoy-retriable-header-names");

  /** Reads them, and takes them out of the request. */
  public static RetryHeaders take(Headers request) {
    String on = taken(request, RETRY_ON);
    String grpcOn = taken(request, RETRY_GRPC_ON);
    String max = taken(request, MAX_RETRIES);
    String codes = taken(request, STATUS_CODES);
    String names = taken(request, HEADER_NAMES);
    if (on == null && grpcOn == null && max == null && codes == null && names == null) {
      return NONE;
    }
    Set<RetryOn> conditions = EnumSet.noneOf(RetryOn.class);
    addConditions(on, false, conditions);
    addConditions(grpcOn, true, conditions);
    return new RetryHeaders(
        conditions, max == null ? -1 : number(max.strip()), numbers(codes), names(names));
  }

  private static @Nullable String taken(Headers request, HeaderName name) {
    String value = request.value(name);
    if (value != null) {
      request.remove(name);
    }
    return value;
  }

  /** Each of the two headers takes its own kind of words. */
  private static void addConditions(@Nullable String value, boolean grpc, Set<RetryOn> to) {
    if (value != null) {
      for (RetryOn condition : RetryOn.parse(value)) {
        if (condition.isGrpc() == grpc) {
          to.add(condition);
        }
      }
    }
  }

  private static Set<Integer> numbers(@Nullable String list) {
    if (list == null) {
      return Set.of();
    }
    Set<Integer> found = new HashSet<>();
    for (String word : list.split(",", -1)) {
      int number = number(word.strip());
      if (number >= 0) {
        found.add(number);
      }
    }
    return found;
  }

  private static List<HeaderName> names(@Nullable String list) {
    if (list == null) {
      return List.of();
    }
    List<HeaderName> found = new ArrayList<>();
    for (String word : list.split(",", -1)) {
      if (!word.isBlank()) {
        found.add(HeaderName.of(word.strip()));
      }
    }
    return found;
  }

  private static int number(String text) {
    try {
      return Math.max(-1, Integer.parseInt(text));
    } catch (NumberFormatException notANumber) {
      return -1;
    }
  }
}
