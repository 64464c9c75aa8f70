package io.outrigger.proxy.router;

import io.outrigger.config.http.HeaderName;
import io.outrigger.config.http.Headers;
import io.outrigger.config.route.ForwardAction;
import io.outrigger.config.route.RetryPolicy;
import io.outrigger.proxy.http.Exchange;
import org.jspecify.annotations.Nullable;

/** The time-outs of one request, from its route, its policy, and headers that may change them. */
final class RouterTimeouts {
  private static final HeaderName TIMEOUT = HeaderName.of("x-envoy-upstream-rq-timeout-ms");
  private static final HeaderName PER_TRY = HeaderName.of("x-envoy-upstream-rq-per-try-timeout-ms");

  long responseMillis;
  long perTryMillis;
  long perTryIdleMillis;

  void read(Exchange exchange, ForwardAction action, boolean respectExpected) {
    Headers headers = exchange.request();
    RetryPolicy policy = action.retryPolicy();
    responseMillis = action.timeoutMillis();
    perTryMillis = policy == null ? 0 : policy.perTryTimeoutMillis();
    perTryIdleMillis = policy == null ? 0 : policy.perTryIdleTimeoutMillis();
    if (exchange.isGrpc()) {
      grpc(headers, action);
    }
    if (exchange.isControlled()) {
      responseMillis = header(headers, TIMEOUT, responseMillis);
      perTryMillis = header(headers, PER_TRY, perTryMillis);
      if (respectExpected) {
        responseMillis = header(headers, HeaderName.X_ENVOY_EXPECTED_RQ_TIMEOUT_MS, responseMillis);
      }
    }
    if (responseMillis > 0 && perTryMillis >= responseMillis) {
      perTryMillis = 0; // the whole request's time is up first
    }
  }

  private static long header(Headers headers, HeaderName name, long otherwise) {
    String value = headers.value(name);
    if (value == null) {
      return otherwise;
    }
    headers.remove(name);
    try {
      long millis = Long.parseLong(value);
      return millis < 0 ? otherwise : millis;
    } catch (NumberFormatException notANumber) {
      return otherwise;
    }
  }

  /** grpc-timeout instead of the route's, as far as the route lets it (max_stream_duration). */
  private void grpc(Headers headers, ForwardAction action) {
    ForwardAction.MaxStreamDuration duration = action.maxStreamDuration();
    long most;
    long offset;
    if (duration != null && duration.grpcTimeoutHeaderMaxMillis() != ForwardAction.UNSET) {
      most = duration.grpcTimeoutHeaderMaxMillis();
      offset = Math.max(0, duration.grpcTimeoutHeaderOffsetMillis());
    } else if (action.maxGrpcTimeoutMillis() != ForwardAction.UNSET) {
      most = action.maxGrpcTimeoutMillis();
      offset = Math.max(0, action.grpcTimeoutOffsetMillis());
    } else {
      return;
    }
    long asked = grpcTimeout(headers.value(HeaderName.GRPC_TIMEOUT));
    if (asked > offset && offset > 0) {
      asked -= offset;
    }
    responseMillis = most > 0 && (asked == 0 || asked > most) ? most : asked;
  }

  /** Milliseconds of a grpc-timeout such as 100m or 5S; 0 where it is missing or malformed. */
  private static long grpcTimeout(@Nullable String value) {
    if (value == null || value.length() < 2 || value.length() > 9) {
      return 0;
    }
    long number;
    try {
      number = Long.parseLong(value.substring(0, value.length() - 1));
    } catch (NumberFormatException malformed) {
      return 0;
    }
    return switch (value.charAt(value.length() - 1)) {
      case 'H' -> number * 3_600_000;
      case 'M' -> number * 60_000;
      case 'S' -> number * 1000;
      case 'm' -> number;
      case 'u' -> (number + 999) / 1000;
      case 'n' -> (number + 999_999) / 1_000_000;
      default -> 0;
    };
  }
}
