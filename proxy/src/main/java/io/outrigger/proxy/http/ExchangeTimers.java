package io.outrigger.proxy.http;

import io.outrigger.config.http.Headers;
import io.outrigger.config.route.ForwardAction;
import io.outrigger.proxy.timeout.Timeout;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The time limits that the connection manager puts on an exchange. */
final class ExchangeTimers {
  private final Exchange exchange;
  private final HttpScope scope;
  private final Timeout idle;
  private final Timeout request;
  private final Timeout duration;
  private long idleNanos;
  private long lastActivity;

  ExchangeTimers(Exchange exchange) {
    this.exchange = exchange;
    this.scope = exchange.scope;
    this.idle = new Timeout(scope.worker.timers(), this::onIdle);
    this.request = new Timeout(scope.worker.timers(), this::onRequestTimeout);
    this.duration = new Timeout(scope.worker.timers(), this::onMaxDuration);
  }

  void begin(long now) {
    lastActivity = now;
    idleTimeout(scope.config.timeouts().streamIdleMillis());
    long whole = scope.config.timeouts().requestMillis();
    if (whole > 0) {
      request.arm(TimeUnit.MILLISECONDS.toNanos(whole), now);
    }
  }

  /** What the route says instead of the connection manager. */
  void route(ForwardAction forward, @Nullable Headers grpcHeaders) {
    if (forward.idleTimeoutMillis() != ForwardAction.UNSET) {
      idleTimeout(forward.idleTimeoutMillis());
    }
    ForwardAction.MaxStreamDuration own = forward.maxStreamDuration();
    if (own != null && own.grpcTimeoutHeaderMaxMillis() != ForwardAction.UNSET) {
      long asked = grpcHeaders == null ? -1 : GrpcTimeout.millis(grpcHeaders);
      if (grpcHeaders != null && asked >= 0) {
        long most = own.grpcTimeoutHeaderMaxMillis();
        asked = most > 0 ? Math.min(asked, most) : asked;
        long offset = Math.max(0, own.grpcTimeoutHeaderOffsetMillis());
        asked = offset < asked ? asked - offset : 0;
        GrpcTimeout.set(grpcHeaders, asked);
        duration.arm(TimeUnit.MILLISECONDS.toNanos(asked));
        return;
      }
    }
    long millis =
        own != null && own.maxMillis() != ForwardAction.UNSET
            ? own.maxMillis()
            : scope.config.common().maxStreamDurationMillis();
    if (millis > 0) {
      duration.arm(TimeUnit.MILLISECONDS.toNanos(millis));
    }
  }

  private void idleTimeout(long millis) {
    idleNanos = TimeUnit.MILLISECONDS.toNanos(millis);
    if (millis > 0) {
      idle.arm(idleNanos, lastActivity);
    } else {
      idle.cancel();
    }
  }

  /** Something has passed, either way. */
  void active(long now) {
    lastActivity = now;
  }

  void requestEnded() {
    request.cancel();
  }

  void cancel() {
    idle.cancel();
    request.cancel();
    duration.cancel();
  }

  private void onIdle() {
    long rest = idleNanos - (scope.worker.nanos() - lastActivity);
    if (rest > 0) {
      idle.arm(rest);
      return;
    }
    scope.stats.rqIdleTimeout.inc(scope.worker.index());
    exchange.fail(
        exchange.requestComplete() ? Failure.STREAM_IDLE_RESPONSE : Failure.STREAM_IDLE_REQUEST);
  }

  private void onRequestTimeout() {
    scope.stats.rqTimeout.inc(scope.worker.index());
    exchange.fail(Failure.REQUEST_TIMEOUT);
  }

  private void onMaxDuration() {
    scope.stats.rqMaxDurationReached.inc(scope.worker.index());
    exchange.fail(Failure.MAX_STREAM_DURATION);
  }
}
