package io.outrigger.proxy.router;

import io.netty.buffer.ByteBuf;
import io.outrigger.config.filter.RouterConfig;
import io.outrigger.config.http.HeaderName;
import io.outrigger.config.http.Headers;
import io.outrigger.config.route.InternalRedirectPolicy;
import io.outrigger.proxy.cluster.ClusterStats;
import io.outrigger.proxy.cluster.ResponseGroup;
import io.outrigger.proxy.http.Exchange;
import io.outrigger.proxy.retry.RetryDecision;
import io.outrigger.proxy.retry.RetryState;
import io.outrigger.proxy.stream.ClientStream;
import io.outrigger.proxy.worker.Worker;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The way back: what an upstream answers is tried again, followed as a redirect, or passed to the
 * client as fast as it reads.
 */
final class UpstreamResponse {
  private final Router router;
  private final Exchange exchange;
  private final Worker worker;
  private final RouterConfig config;
  private @Nullable InternalRedirect redirect;
  private boolean paused;
  private boolean loadReported;

  UpstreamResponse(Router router, Exchange exchange, RouterConfig config) {
    this.router = router;
    this.exchange = exchange;
    this.worker = exchange.worker();
    this.config = config;
  }

  void onInformational(Headers headers) {
    exchange.response().sendInformational(headers);
  }

  void onHeaders(Attempt from, Headers headers, boolean endStream) {
    if (from == router.tries().newest()) {
      router.timers().tryAnswered();
    }
    exchange.upstream().responseBegun();
    int status = UpstreamStatus.of(headers);
    int cell = worker.index();
    if (!from.retried) { // else its time-out has been told to outlier detection
      router
          .cluster()
          .onResponse(
              from.host(),
              UpstreamStatus.forHealth(headers, status),
              exchange.upstream().firstSentNanos());
    }
    loadReported = router.cluster().onLoadReport(from.host(), headers);
    if (headers.contains(HeaderName.X_ENVOY_IMMEDIATE_HEALTH_CHECK_FAIL)) {
      router.cluster().onImmediateFailure(from.host());
    }
    ClusterStats stats = router.cluster().stats();
    RetryState retry = router.retry();
    if (retry != null) {
      boolean bad;
      if (from.retried) {
        bad = retry.wouldRetry(status, headers);
      } else {
        RetryDecision decision = retry.onHeaders(status, headers);
        if (decision == RetryDecision.RETRY) {
          stats.responses(ResponseGroup.RETRY).count(cell, status);
          worker.headers().give(headers);
          router.timers().tryEnded();
          router.tries().leave(from);
          router.tryAgain();
          return;
        }
        router.note(decision);
        bad = decision != RetryDecision.NO;
      }
      if (bad && router.tries().mayAnswerBeside(from)) {
        worker.headers().give(headers);
        router.tries().leave(from);
        return;
      }
    }
    router.tries().settleOn(from);
    router.giveUpRetries();
    router.stats().answered(router.cluster(), status);
    InternalRedirectPolicy redirects = router.forward().internalRedirectPolicy();
    if (redirects != null && redirects.covers(status) && follow(from, redirects, headers, status)) {
      return;
    }
    router.request().forgetBody();
    if (endStream) {
      router.timers().responseEnded();
    }
    if (exchange.isWebSocket() && status != 101 && status < 400) {
      worker.headers().give(headers);
      exchange.reply(status, "", "websocket_handshake_unsuccessful", null, -1);
      return;
    }
    exchange.details("via_upstream");
    ResponseHead.finish(
        exchange, config, router.picking(), headers, status, router.request().millisSinceEnd());
    if (endStream) {
      ended();
    }
    exchange.response().sendHeaders(headers, endStream);
  }

  /** Sends the request on to where the upstream says; false passes the redirect to the client. */
  private boolean follow(
      Attempt from, InternalRedirectPolicy policy, Headers response, int status) {
    InternalRedirect follower = redirect == null ? new InternalRedirect() : redirect;
    redirect = follower;
    ClusterStats stats = router.cluster().stats();
    String method = exchange.request().value(HeaderName.METHOD);
    if (!router.request().hasWholeBody() || !follower.prepare(exchange, policy, response, status)) {
      stats.upstreamInternalRedirectFailed.inc(worker.index());
      return false;
    }
    stats.upstreamInternalRedirectSucceeded.inc(worker.index());
    worker.headers().give(response);
    from.cancel();
    RequestBody sent = router.request().takeBody();
    router.cancel();
    if (!Objects.equals(exchange.request().value(HeaderName.METHOD), method)) {
      sent.forgetParts(); // what was a POST is a GET now
    }
    exchange.runAgain(sent.isHeadersOnly());
    sent.passTo(exchange);
    return true;
  }

  void onData(ByteBuf data, boolean endStream) {
    router.timers().active();
    if (endStream) {
      ended();
      exchange.response().sendData(data, true);
      return;
    }
    exchange.response().sendData(data, false);
    ClientStream stream = router.stream();
    if (stream != null && !paused && !exchange.response().isWritable()) {
      paused = true;
      router.cluster().stats().upstreamFlowControlPausedReadingTotal.inc(worker.index());
      stream.pauseResponse();
    }
  }

  void onTrailers(Attempt from, Headers trailers) {
    if (!loadReported) {
      router.cluster().onLoadReport(from.host(), trailers);
    }
    ended();
    exchange.response().sendTrailers(trailers);
  }

  private void ended() {
    router.timers().tryEnded();
    exchange.upstream().responseEnded();
    long millis = router.request().millisSinceEnd();
    if (millis >= 0) {
      router.stats().took(router.cluster(), millis);
    }
  }

  void onWritable(@Nullable ClientStream stream) {
    if (paused && stream != null) {
      paused = false;
      router.cluster().stats().upstreamFlowControlResumedReadingTotal.inc(worker.index());
      stream.resumeResponse();
    }
  }

  /** The way back of the next attempt or request begins open. */
  void clear() {
    paused = false;
  }

  /** The request has ended, and what redirects it followed. */
  void forget() {
    redirect = null;
  }
}
