package io.outrigger.proxy.router;

import io.netty.buffer.ByteBuf;
import io.outrigger.config.http.Headers;
import io.outrigger.config.http.SingleFields;
import io.outrigger.proxy.cluster.Host;
import io.outrigger.proxy.cluster.Pending;
import io.outrigger.proxy.cluster.StreamWaiter;
import io.outrigger.proxy.cluster.UpstreamInfo;
import io.outrigger.proxy.cluster.WorkerCluster;
import io.outrigger.proxy.stream.ClientStream;
import io.outrigger.proxy.stream.ResetReason;
import io.outrigger.proxy.stream.ResponseSink;
import io.outrigger.proxy.timeout.Timeout;
import io.outrigger.proxy.tracing.RequestTrace;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One try of a request on one host: waits for a stream, then passes what comes to the router.
 *
 * <p>Used again for the next try only after this one has ended by itself; one that was given up is
 * left behind, deaf.
 */
final class Attempt implements StreamWaiter, ResponseSink {
  private final Router router;
  private @Nullable Pending pending;
  private @Nullable ClientStream stream;
  private @Nullable Host host;
  private @Nullable UpstreamInfo info;
  private @Nullable RequestTrace trace;
  private @Nullable Timeout duration;
  private boolean active;

  /** Whether its stream has been given all of the request. */
  boolean requestSent;

  /** Whether its time was up and another was made beside it: what comes of it is no reason. */
  boolean retried;

  Attempt(Router router) {
    this.router = router;
  }

  /** Asks for a stream; the router hears of it, perhaps before this returns. */
  void start(WorkerCluster cluster, Host to) {
    host = to;
    active = true;
    info = null;
    requestSent = false;
    retried = false;
    trace = router.trace();
    if (trace != null) {
      trace.attemptBegun(to, router.attempts());
    }
    stream = null;
    pending = null;
    Pending wait =
        router.picking().tunnels()
            ? TcpStream.open(router.worker(), cluster, to, router.picking(), this)
            : cluster.newStream(to, router.picking(), this);
    if (active && stream == null) {
      pending = wait;
    }
  }

  /** Whether it goes on: a stream is awaited, or the response hasn't ended. */
  boolean isActive() {
    return active;
  }

  @Nullable ClientStream stream() {
    return stream;
  }

  Host host() {
    Host to = host;
    assert to != null;
    return to;
  }

  /** The connection that carries it; null: none yet. */
  @Nullable UpstreamInfo info() {
    return info;
  }

  /** Gives it up, whatever stage it is in; the router hears nothing more of it. */
  void cancel() {
    if (!active) {
      return;
    }
    active = false;
    Timeout.cancelIfMade(duration);
    if (trace != null) {
      trace.attemptEnded(true);
    }
    Pending wait = pending;
    ClientStream open = stream;
    pending = null;
    stream = null;
    if (open != null) {
      open.reset(ResetReason.LOCAL_RESET);
    } else if (wait != null) {
      wait.cancel();
    }
  }

  /** The response has ended; the stream is not this attempt's any more. */
  private void end() {
    active = false;
    Timeout.cancelIfMade(duration);
    if (trace != null) {
      trace.attemptEnded(false);
    }
    ClientStream open = stream;
    stream = null;
    if (open == null) {
      return;
    }
    if (requestSent) {
      open.release();
    } else {
      open.reset(ResetReason.LOCAL_RESET); // the upstream answered before it had all
    }
  }

  private void failed(ResetReason reason) {
    Timeout.cancelIfMade(duration);
    if (trace != null) {
      trace.attemptFailed(ResetFailure.flag(reason), ResetFailure.sentence(reason));
    }
  }

  // ---- StreamWaiter ----

  @Override
  public ResponseSink sink() {
    return this;
  }

  @Override
  public void onStream(ClientStream opened, UpstreamInfo about) {
    pending = null;
    stream = opened;
    info = about;
    if (trace != null) {
      trace.attemptConnected(about);
    }
    long millis = router.timers().limits.streamMillis;
    if (millis > 0) {
      if (duration == null) {
        duration = new Timeout(router.worker().timers(), () -> router.timers().streamLasted(this));
      }
      duration.arm(TimeUnit.MILLISECONDS.toNanos(millis));
    }
    router.onStream(opened, about);
  }

  @Override
  public void onFailure(ResetReason reason, @Nullable String transportFailure) {
    pending = null;
    active = false;
    failed(reason);
    router.onAttemptFailed(this, reason, transportFailure, false);
  }

  // ---- ResponseSink ----

  @Override
  public void onInformational(Headers headers) {
    if (active) {
      router.response().onInformational(headers);
    }
  }

  @Override
  public void onResponseHeaders(Headers headers, boolean endStream) {
    SingleFields.joinResponse(headers);
    if (!active) {
      router.giveBack(headers);
      return;
    }
    if (trace != null) {
      trace.attemptAnswered(UpstreamStatus.of(headers), headers);
    }
    if (endStream) {
      end();
    }
    router.response().onHeaders(this, headers, endStream);
  }

  @Override
  public void onResponseData(ByteBuf data, boolean endStream) {
    if (!active) {
      data.release();
      return;
    }
    if (endStream) {
      end();
    }
    router.response().onData(data, endStream);
  }

  @Override
  public void onResponseTrailers(Headers trailers) {
    if (!active) {
      router.giveBack(trailers);
      return;
    }
    if (trace != null) {
      trace.attemptTrailers(trailers);
    }
    end();
    router.response().onTrailers(this, trailers);
  }

  @Override
  public void onResponseReset(ResetReason reason, @Nullable String transportFailure) {
    if (active) {
      active = false;
      stream = null;
      failed(reason);
      router.onAttemptFailed(this, reason, transportFailure, true);
    }
  }

  @Override
  public void onRequestWritable() {
    if (active) {
      router.request().resume();
    }
  }
}
