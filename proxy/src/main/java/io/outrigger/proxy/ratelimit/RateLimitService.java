package io.outrigger.proxy.ratelimit;

import com.google.protobuf.InvalidProtocolBufferException;
import io.envoyproxy.envoy.service.ratelimit.v3.RateLimitRequest;
import io.envoyproxy.envoy.service.ratelimit.v3.RateLimitResponse;
import io.outrigger.config.source.GrpcService;
import io.outrigger.proxy.cluster.Clusters;
import io.outrigger.proxy.grpc.GrpcRequest;
import io.outrigger.proxy.grpc.PooledCall;
import io.outrigger.proxy.timeout.Timeout;
import io.outrigger.proxy.worker.Worker;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One question to a rate limit service, answered or given up in time. On its worker. */
public final class RateLimitService {
  private static final String METHOD =
      "/envoy.service.ratelimit.v3.RateLimitService/ShouldRateLimit";

  private final Answer answer;
  private final Timeout timeout;
  private @Nullable PooledCall call;
  private boolean done;

  private RateLimitService(Worker worker, Answer answer) {
    this.answer = answer;
    this.timeout = new Timeout(worker.timers(), this::giveUp);
  }

  /** Takes the outcome, exactly once unless the question was taken back. */
  @FunctionalInterface
  public interface Answer {
    /** Null where the service failed, wasn't there or took too long. */
    void onAnswer(@Nullable RateLimitResponse response);
  }

  /** Asks. The answer may come before this returns. */
  public static RateLimitService ask(
      Worker worker,
      Clusters clusters,
      GrpcService service,
      long timeoutMillis,
      RateLimitRequest request,
      Answer answer) {
    RateLimitService asked = new RateLimitService(worker, answer);
    // the time covers the wait for a connection too, which a call's own deadline doesn't
    if (timeoutMillis > 0) {
      asked.timeout.arm(TimeUnit.MILLISECONDS.toNanos(timeoutMillis));
    }
    asked.call =
        PooledCall.startUnary(
            worker,
            clusters,
            service,
            GrpcRequest.to(service, METHOD, timeoutMillis),
            request.toByteArray(),
            (status, bytes) -> asked.finish(status.isOk() ? parse(bytes) : null));
    if (asked.call == null) {
      asked.finish(null);
    }
    return asked;
  }

  private static @Nullable RateLimitResponse parse(byte[] bytes) {
    try {
      return RateLimitResponse.parseFrom(bytes);
    } catch (InvalidProtocolBufferException e) {
      return null;
    }
  }

  private void giveUp() {
    PooledCall open = call;
    if (open != null) {
      open.cancel();
    }
    finish(null);
  }

  /** Takes the question back: no answer comes any more. */
  public void cancel() {
    if (!done) {
      done = true;
      timeout.cancel();
      if (call != null) {
        call.cancel();
      }
    }
  }

  private void finish(@Nullable RateLimitResponse response) {
    if (!done) {
      done = true;
      timeout.cancel();
      answer.onAnswer(response);
    }
  }
}
