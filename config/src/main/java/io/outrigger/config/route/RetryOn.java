package io.outrigger.config.route;

import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The conditions of retry_on and x-envoy-retry-on, gRPC's included. */
public enum RetryOn {
  HTTP_5XX("5xx"),
  GATEWAY_ERROR("gateway-error"),
  RESET("reset"),
  RESET_BEFORE_REQUEST("reset-before-request"),
  CONNECT_FAILURE("connect-failure"),
  ENVOY_RATELIMITED("envoy-ratelimited"),
  RETRIABLE_4XX("retriable-4xx"),
  REFUSED_STREAM("refused-stream"),
  RETRIABLE_STATUS_CODES("retriable-status-codes"),
  RETRIABLE_HEADERS("retriable-headers"),
  HTTP3_POST_CONNECT_FAILURE("http3-post-connect-failure"),

  /**
   * Not a word of Envoy's, which passes over it: a GET or HEAD that was reset before its response.
   */
  RESET_OF_SAFE_REQUEST("reset-of-safe-request"),
  GRPC_CANCELLED("cancelled"),
  GRPC_DEADLINE_EXCEEDED("deadline-exceeded"),
  GRPC_INTERNAL("internal"),
  GRPC_RESOURCE_EXHAUSTED("resource-exhausted"),
  GRPC_UNAVAILABLE("unavailable");

  private static final RetryOn[] ALL = values();

  private final String word;

  RetryOn(String word) {
    this.word = word;
  }

  /** As it is written in retry_on. */
  public String word() {
    return word;
  }

  /** Whether it looks at gRPC statuses: x-envoy-retry-grpc-on takes these, and no others. */
  public boolean isGrpc() {
    return compareTo(GRPC_CANCELLED) >= 0;
  }

  /** The condition of this word, or null. */
  public static @Nullable RetryOn of(String word) {
    for (RetryOn condition : ALL) {
      if (condition.word.equals(word)) {
        return condition;
      }
    }
    return null;
  }

  /** The conditions in a comma-separated list; unknown words are left out, as Envoy does. */
  public static Set<RetryOn> parse(String list) {
    Set<RetryOn> found = EnumSet.noneOf(RetryOn.class);
    for (int from = 0; from <= list.length(); ) {
      int comma = list.indexOf(',', from);
      int to = comma < 0 ? list.length() : comma;
      RetryOn condition = of(list.substring(from, to).strip());
      if (condition != null) {
        found.add(condition);
      }
      from = to + 1;
    }
    return found;
  }
}
