package io.outrigger.proxy.router;

import io.outrigger.config.http.HeaderName;
import io.outrigger.config.http.Headers;
import io.outrigger.config.route.ForwardAction;
import io.outrigger.config.route.RetryPolicy;
import io.outrigger.proxy.http.Exchange;
import io.outrigger.proxy.http.GrpcTimeout;

/** The time-outs of one request, from its route, its policy, and headers that may change them. */
final class RouterTimeouts {
  private static final HeaderName TIMEOUT = HeaderName.of("x-envoy-upstream-rq-timeout-ms");
  private static final HeaderName PER_TRY = HeaderName.of("x-envoy-upstream-rq-per-try-timeout-ms");

  private static final HeaderName ALTERNATIVE =
      HeaderName.of("x-envoy-upstream-rq-timeout-alt-response");
  private static final HeaderName ALT_STAT_NAME = HeaderName.of("x-envoy-upstream-alt-stat-name");

  private static final HeaderName HEDGE = HeaderName.of("x-envoy-hedge-on-per-try-timeout");

  private static final HeaderName STREAM_DURATION =
      HeaderName.of("x-envoy-upstream-stream-duration-ms");

  /** A try whose time is up goes on, and another is made beside it. */
  boolean hedge;

  /** A time-out is answered by 204 instead of 504. */
  boolean alternative;

  long responseMillis;
  long perTryMillis;
  long perTryIdleMillis;

  /** How long an attempt's stream may last, its answer with it; 0: as long as it wants. */
  long streamMillis;

  /**
   * @param streamMillis max_stream_duration of the cluster, which a header of the request may
   *     change
   */
  void read(Exchange exchange, ForwardAction action, boolean respectExpected, long streamMillis) {
    Headers headers = exchange.request();
    RetryPolicy policy = action.retryPolicy();
    responseMillis = action.timeoutMillis();
    perTryMillis = policy == null ? 0 : policy.perTryTimeoutMillis();
    perTryIdleMillis = policy == null ? 0 : policy.perTryIdleTimeoutMillis();
    if (action.maxStreamDuration() != null) {
      responseMillis = 0; // a route that limits streams does not limit responses
    } else if (exchange.isGrpc() && action.maxGrpcTimeoutMillis() != ForwardAction.UNSET) {
      grpc(headers, action);
    }
    this.streamMillis = streamMillis;
    headers.remove(STREAM_DURATION); // Envoy takes it out, and nothing else
    alternative = false;
    ForwardAction.HedgePolicy hedging = action.hedgePolicy();
    hedge = hedging != null && hedging.hedgeOnPerTryTimeout();
    if (exchange.isControlled()) {
      alternative = headers.remove(ALTERNATIVE);
      headers.remove(ALT_STAT_NAME);
      readHedge(headers);
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

  private void readHedge(Headers headers) {
    String asked = headers.value(HEDGE);
    if (asked != null) {
      headers.remove(HEDGE);
      hedge = asked.equals("true") || (hedge && !asked.equals("false"));
    }
  }

  /** What an attempt is told of the time that it has; 0: nothing. */
  long expectedMillis(long elapsed) {
    long expected = hedge || perTryMillis == 0 ? responseMillis : perTryMillis;
    if (expected == 0 || responseMillis == 0) {
      return expected;
    }
    return elapsed >= responseMillis ? 1 : Math.min(expected, responseMillis - elapsed);
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

  /** grpc-timeout instead of the route's time-out, as far as max_grpc_timeout lets it. */
  private void grpc(Headers headers, ForwardAction action) {
    long most = action.maxGrpcTimeoutMillis();
    long offset = Math.max(0, action.grpcTimeoutOffsetMillis());
    long asked = Math.max(0, GrpcTimeout.millis(headers));
    if (offset < asked) {
      asked -= offset;
    }
    responseMillis = most > 0 && (asked == 0 || asked > most) ? most : asked;
    if (responseMillis > 0) {
      GrpcTimeout.set(headers, responseMillis);
    }
  }
}
