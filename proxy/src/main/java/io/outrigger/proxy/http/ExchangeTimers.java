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

  /** Made when they are asked for first, as most exchanges know one of them only. */
  private @Nullable Timeout idle;

  private @Nullable Timeout request;
  private @Nullable Timeout duration;

  /** 0: there is no limit, or no exchange. */
  private long idleNanos;

  private long lastActivity;

  /** What {@link #idle} was armed for when it was last; 0: it isn't. */
  private long idleArmed;

  ExchangeTimers(Exchange exchange) {
    this.exchange = exchange;
    this.scope = exchange.scope;
  }

  void begin(long now) {
    lastActivity = now;
    idleTimeout(scope.config.timeouts().streamIdleMillis());
    long whole = scope.config.timeouts().requestMillis();
    if (whole > 0) {
      if (request == null) {
        request = timeout(this::onRequestTimeout);
      }
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
        armDuration(asked);
        return;
      }
    }
    long millis =
        own != null && own.maxMillis() != ForwardAction.UNSET
            ? own.maxMillis()
            : scope.config.common().maxStreamDurationMillis();
    if (millis > 0) {
      armDuration(millis);
    }
  }

  private Timeout timeout(Runnable action) {
    return new Timeout(scope.worker.timers(), action);
  }

  private void armDuration(long millis) {
    if (duration == null) {
      duration = timeout(this::onMaxDuration);
    }
    duration.arm(TimeUnit.MILLISECONDS.toNanos(millis));
  }

  private void idleTimeout(long millis) {
    idleNanos = TimeUnit.MILLISECONDS.toNanos(millis);
    if (idleNanos > 0 && (idleArmed == 0 || idleArmed > idleNanos)) {
      armIdle(idleNanos, lastActivity);
    }
  }

  /** It runs on from one exchange to the next, and looks then how long nothing has passed. */
  private void armIdle(long nanos, long now) {
    if (idle == null) {
      idle = timeout(this::onIdle);
    }
    idle.arm(nanos, now);
    idleArmed = idleNanos;
  }

  /** Something has passed, either way. */
  void active(long now) {
    lastActivity = now;
  }

  void requestEnded() {
    Timeout.disarmIfMade(request);
  }

  /** The exchange has ended; another may follow. */
  void end() {
    idleNanos = 0;
    Timeout.disarmIfMade(request);
    Timeout.disarmIfMade(duration);
  }

  /** No other follows soon: the wheel lets go of the exchange. */
  void unlink() {
    Timeout.cancelIfMade(idle);
    idleArmed = 0;
    Timeout.cancelIfMade(request);
    Timeout.cancelIfMade(duration);
  }

  private void onIdle() {
    idleArmed = 0;
    if (idleNanos == 0) {
      return;
    }
    long now = scope.worker.nanos();
    long rest = idleNanos - (now - lastActivity);
    if (rest > 0) {
      armIdle(rest, now);
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
