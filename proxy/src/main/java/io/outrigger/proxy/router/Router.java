package io.outrigger.proxy.router;

import io.netty.buffer.ByteBuf;
import io.outrigger.config.filter.RouterConfig;
import io.outrigger.config.http.HeaderName;
import io.outrigger.config.http.Headers;
import io.outrigger.config.route.ClusterChoice;
import io.outrigger.config.route.ForwardAction;
import io.outrigger.config.route.HeaderMutations;
import io.outrigger.config.route.InternalRedirectPolicy;
import io.outrigger.config.route.RetryPolicy;
import io.outrigger.config.route.Rewrite;
import io.outrigger.config.route.Route;
import io.outrigger.proxy.accesslog.ResponseFlag;
import io.outrigger.proxy.cluster.ClusterStats;
import io.outrigger.proxy.cluster.Host;
import io.outrigger.proxy.cluster.LbContext;
import io.outrigger.proxy.cluster.UpstreamInfo;
import io.outrigger.proxy.cluster.WorkerCluster;
import io.outrigger.proxy.http.Exchange;
import io.outrigger.proxy.http.Failure;
import io.outrigger.proxy.http.RequestTarget;
import io.outrigger.proxy.retry.RetryDecision;
import io.outrigger.proxy.retry.RetryHeaders;
import io.outrigger.proxy.retry.RetryState;
import io.outrigger.proxy.stream.ClientStream;
import io.outrigger.proxy.stream.ResetReason;
import io.outrigger.proxy.timeout.Timeout;
import io.outrigger.proxy.worker.Worker;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Answers a request by its route: forwards it to an upstream, redirects, or replies directly.
 *
 * <p>Pick and Attempt, again while the retry state says so; then the response back. Belongs to one
 * exchange and is reused with it; on its worker.
 */
@SuppressWarnings("ReferenceEquality") // whether it is still the same stream is the question
public final class Router implements RequestTarget {
  private static final HeaderName IS_TIMEOUT_RETRY = HeaderName.of("x-envoy-is-timeout-retry");

  private final Exchange exchange;
  private final Worker worker;
  private final RouterConfig config;
  private final Attempt attempt;
  private RequestBody body = new RequestBody();
  private @Nullable InternalRedirect redirect;
  private final Picking picking;
  private final RouterTimeouts timeouts = new RouterTimeouts();
  private final Timeout responseTimer;
  private final Timeout perTryTimer;
  private final Timeout backOffTimer;
  private final Shadows shadows;
  private @Nullable WorkerCluster cluster;
  private @Nullable RetryState retry;
  private boolean requestEnded;
  private boolean requestSent;
  private boolean requestPaused;
  private boolean responsePaused;
  private boolean keepBody;
  private boolean perTryIdle;
  private boolean timeoutRetry;
  private int attempts;
  private long requestEndNanos;

  public Router(Exchange exchange, RouterConfig config) {
    this.exchange = exchange;
    this.worker = exchange.worker();
    this.config = config;
    this.attempt = new Attempt(this);
    this.picking = new Picking(exchange);
    this.shadows = new Shadows(exchange);
    this.responseTimer = new Timeout(worker.timers(), this::onResponseTimeout);
    this.perTryTimer = new Timeout(worker.timers(), this::onPerTryTimeout);
    this.backOffTimer = new Timeout(worker.timers(), this::startAttempt);
  }

  // ---- the request ----

  @Override
  public void onRequestHeaders(boolean endStream) {
    Route route = exchange.route();
    if (route == null) {
      exchange.scope().stats().noRoute(worker.index());
      exchange.fail(Failure.NO_ROUTE);
      return;
    }
    if (route.action() instanceof ForwardAction forward) {
      picking.action = forward;
      forward(route, forward, endStream);
    } else {
      Answers.answer(exchange, route);
    }
  }

  private void forward(Route route, ForwardAction forward, boolean endStream) {
    Headers headers = exchange.request();
    int cell = worker.index();
    exchange.scope().stats().routed(cell);
    String name = picking.clusterName(forward.cluster(), headers);
    WorkerCluster to = name == null ? null : exchange.scope().clusters().get(name);
    if (to == null || name == null) {
      exchange.scope().stats().noCluster(cell);
      exchange.upstreamHost(name == null ? "" : name, null);
      exchange.reply(
          forward.clusterNotFoundStatus(),
          Failure.NO_CLUSTER.body(),
          Failure.NO_CLUSTER.details(),
          ResponseFlag.NC,
          -1);
      return;
    }
    if (!config.strictCheckHeaders().isEmpty() && StrictCheck.refuses(exchange, config)) {
      return;
    }
    cluster = to;
    exchange.upstreamHost(to.name(), null);
    int drop = to.dropPerMillion();
    if (drop > 0 && Math.unsignedMultiplyHigh(worker.randomLong(), 1_000_000) < drop) {
      to.stats().responses().count(cell, 503);
      Answers.dropOverload(exchange, drop == 1_000_000, config.suppressEnvoyHeaders());
      return;
    }
    timeouts.read(exchange, forward, config.respectExpectedRqTimeout());
    RetryPolicy policy = forward.retryPolicy();
    RetryHeaders asked = exchange.isControlled() ? RetryHeaders.take(headers) : RetryHeaders.NONE;
    if (policy != null || !asked.conditions().isEmpty()) {
      RetryState state =
          new RetryState(worker, to, picking.highPriority(), policy, asked, worker::randomLong);
      retry = state.isIdle() ? null : state;
    }
    keepBody = retry != null || forward.internalRedirectPolicy() != null;
    if (timeouts.responseMillis > 0) {
      timeLeft(headers, timeouts.responseMillis);
    }
    ClusterChoice.ClusterWeight weight = picking.weight;
    HeaderMutations mutations = weight != null ? weight.requestHeaders() : route.requestHeaders();
    if (!mutations.isEmpty()) {
      exchange.scope().mutator().apply(mutations, headers, exchange);
    }
    Rewrite rewrite = forward.rewrite();
    String clusterHost = weight == null ? "" : weight.hostRewrite();
    if (rewrite.path() != null || rewrite.host() != null || !clusterHost.isEmpty()) {
      Rewriting.apply(route, rewrite, clusterHost, headers);
    }
    if (!forward.hashPolicies().isEmpty()) {
      picking.hash.compute(exchange, forward.hashPolicies());
    }
    shadows.start(forward.mirrorPolicies(), headers, endStream);
    if (endStream) {
      requestEnded();
      body.end();
    }
    startAttempt();
  }

  private void timeLeft(Headers headers, long millis) {
    if (!config.suppressEnvoyHeaders()) {
      exchange.scope().text().setNumber(headers, HeaderName.X_ENVOY_EXPECTED_RQ_TIMEOUT_MS, millis);
    }
  }

  private void requestEnded() {
    requestEnded = true;
    requestEndNanos = worker.nanos();
    if (timeouts.responseMillis > 0) {
      responseTimer.arm(TimeUnit.MILLISECONDS.toNanos(timeouts.responseMillis), requestEndNanos);
    }
  }

  @Override
  public void onRequestData(ByteBuf data, boolean endStream) {
    shadows.data(data, endStream);
    if (endStream) {
      requestEnded();
      body.end();
    }
    ClientStream stream = attempt.stream();
    if (stream == null) {
      body.add(data);
      pauseRequest();
      return;
    }
    if (keepBody) {
      if (body.bytes() + data.readableBytes() > bodyLimit()) {
        keepBody = false; // too much to keep: what has begun to be sent isn't sent again
        retry = releaseRetry();
        body.forgetParts();
      } else {
        body.add(data.retainedDuplicate());
      }
    }
    if (endStream) {
      sent();
    }
    stream.sendData(data, endStream);
    if (!endStream && attempt.stream() == stream && !stream.isWritable()) {
      pauseRequest();
    }
  }

  private long bodyLimit() {
    Route route = exchange.route();
    long own = route == null ? -1 : route.requestBodyBufferLimit();
    return own >= 0 ? own : exchange.downstream().bufferLimit();
  }

  @Override
  public void onRequestTrailers(Headers trailers) {
    shadows.trailers(trailers);
    requestEnded();
    body.end(trailers);
    ClientStream stream = attempt.stream();
    if (stream != null) {
      sent();
      stream.sendTrailers(trailers);
    }
  }

  private void sent() {
    requestSent = true;
    exchange.upstreamRequestSent();
    if (timeouts.perTryMillis > 0) {
      perTryIdle = false;
      perTryTimer.arm(TimeUnit.MILLISECONDS.toNanos(timeouts.perTryMillis));
    } else if (timeouts.perTryIdleMillis > 0) {
      perTryIdle = true;
      perTryTimer.arm(TimeUnit.MILLISECONDS.toNanos(timeouts.perTryIdleMillis));
    }
  }

  private void pauseRequest() {
    if (!requestPaused && !requestEnded) {
      requestPaused = true;
      exchange.pauseRequest();
    }
  }

  private void resumeRequest() {
    if (requestPaused) {
      requestPaused = false;
      exchange.resumeRequest();
    }
  }

  void onRequestWritable() {
    resumeRequest();
  }

  boolean requestSent() {
    return requestSent;
  }

  // ---- attempts ----

  private WorkerCluster to() {
    WorkerCluster chosen = cluster;
    assert chosen != null;
    return chosen;
  }

  private void startAttempt() {
    WorkerCluster to = to();
    requestSent = false;
    attempts++;
    exchange.attempt(attempts);
    Host host = to.pick(picking);
    if (host == null) {
      to.stats().responses().count(worker.index(), Failure.NO_HEALTHY_UPSTREAM.status());
      exchange.fail(Failure.NO_HEALTHY_UPSTREAM);
      return;
    }
    exchange.upstreamHost(to.name(), host);
    if (retry != null) {
      picking.tried.add(host);
    }
    attempt.start(to, host);
  }

  void onStream(ClientStream stream, UpstreamInfo info) {
    exchange.upstreamConnected(info);
    Headers headers = exchange.request();
    ForwardAction forward = picking.action;
    Route route = exchange.route();
    assert forward != null && route != null;
    if (forward.rewrite().host() instanceof Rewrite.AutoHost) {
      Rewriting.host(headers, info.host().hostname(), forward.rewrite().appendXForwardedHost());
    }
    if (route.virtualHost().includeRequestAttemptCount()) {
      exchange.scope().text().setNumber(headers, HeaderName.X_ENVOY_ATTEMPT_COUNT, attempts);
    }
    if (attempts > 1 && timeouts.responseMillis > 0 && timeouts.perTryMillis == 0) {
      long elapsed = requestEnded ? (worker.nanos() - requestEndNanos) / 1_000_000 : 0;
      timeLeft(headers, Math.max(1, timeouts.responseMillis - elapsed));
    }
    if (attempts > 1 && route.virtualHost().includeIsTimeoutRetryHeader()) {
      headers.set(IS_TIMEOUT_RETRY, timeoutRetry ? "true" : "false");
    }
    boolean headersOnly = body.isHeadersOnly();
    boolean whole = body.isEnded();
    if (whole) {
      sent();
    }
    stream.sendHeaders(headers, headersOnly);
    if (!headersOnly && attempt.stream() == stream) {
      body.sendTo(stream, keepBody);
      if (!whole && attempt.stream() == stream && stream.isWritable()) {
        resumeRequest();
      }
    }
  }

  void onAttemptFailed(
      Attempt failed, ResetReason reason, @Nullable String transportFailure, boolean hadStream) {
    perTryTimer.cancel();
    WorkerCluster to = to();
    int cell = worker.index();
    exchange.transportFailure(transportFailure);
    boolean remote =
        reason == ResetReason.REMOTE_RESET || reason == ResetReason.REMOTE_REFUSED_STREAM;
    if (remote) {
      to.stats().upstreamRqRxReset.inc(cell);
    }
    if (exchange.responseBegun()) {
      exchange.addFlag(ResetFailure.flag(reason));
      exchange.details(ResetFailure.details(reason, transportFailure, true));
      exchange.scope().stats().resetAfterResponse(cell);
      exchange.resetDownstream();
      return;
    }
    if (reason != ResetReason.OVERFLOW) {
      to.onFailure(failed.host(), reason);
    }
    RetryDecision decision = retry == null ? RetryDecision.NO : retry.onReset(reason, hadStream);
    if (decision == RetryDecision.RETRY) {
      tryAgain();
      return;
    }
    note(decision);
    to.stats().responses().count(cell, ResetFailure.status(reason));
    if (reason == ResetReason.OVERFLOW) {
      Answers.overflow(exchange, ResetFailure.body(reason, attempts > 1));
      return;
    }
    exchange.reply(
        ResetFailure.status(reason),
        ResetFailure.body(reason, attempts > 1),
        ResetFailure.details(reason, transportFailure, false),
        ResetFailure.flag(reason),
        -1);
  }

  /** Flags a request that would be tried again, had it tries left. */
  private void note(RetryDecision decision) {
    if (decision == RetryDecision.LIMIT_EXCEEDED) {
      exchange.addFlag(ResponseFlag.URX);
    }
  }

  private void tryAgain() {
    RetryState state = retry;
    assert state != null;
    backOffTimer.arm(TimeUnit.MILLISECONDS.toNanos(state.backOffMillis()));
  }

  // ---- the response ----

  void onInformational(Headers headers) {
    exchange.sendInformational(headers);
  }

  void onResponseHeaders(Attempt from, Headers headers, boolean endStream) {
    perTryTimer.cancel();
    exchange.upstreamResponseBegun();
    int status = UpstreamStatus.of(headers);
    WorkerCluster to = to();
    int cell = worker.index();
    to.onResponse(from.host(), UpstreamStatus.forHealth(headers, status));
    RetryState state = retry;
    if (state != null) {
      RetryDecision decision = state.onHeaders(status, headers);
      if (decision == RetryDecision.RETRY) {
        to.stats().responses(io.outrigger.proxy.cluster.ResponseGroup.RETRY).count(cell, status);
        worker.headers().give(headers);
        from.cancel();
        tryAgain();
        return;
      }
      note(decision);
      if (decision == RetryDecision.NO && attempts > 1) {
        to.stats().upstreamRqRetrySuccess.inc(cell);
      }
    }
    to.stats().responses().count(cell, status);
    InternalRedirectPolicy redirects = redirects();
    if (redirects != null && redirects.covers(status) && follow(from, redirects, headers, status)) {
      return;
    }
    body.forgetParts();
    keepBody = false;
    if (endStream) {
      responseTimer.cancel();
    }
    if (exchange.isWebSocket() && status != 101 && status < 400) {
      worker.headers().give(headers);
      exchange.reply(status, "", "websocket_handshake_unsuccessful", null, -1);
      return;
    }
    exchange.details("via_upstream");
    long service = requestEnded ? Math.max(0, worker.nanos() - requestEndNanos) : -1;
    ResponseHead.finish(exchange, config, picking, headers, status, service);
    if (endStream) {
      ended();
    }
    exchange.sendHeaders(headers, endStream);
  }

  private @Nullable InternalRedirectPolicy redirects() {
    ForwardAction forward = picking.action;
    return forward == null ? null : forward.internalRedirectPolicy();
  }

  /** Sends the request on to where the upstream says; false passes the redirect to the client. */
  private boolean follow(
      Attempt from, InternalRedirectPolicy policy, Headers response, int status) {
    InternalRedirect follower = redirect == null ? new InternalRedirect() : redirect;
    redirect = follower;
    ClusterStats stats = to().stats();
    boolean whole = requestEnded && (keepBody || body.isHeadersOnly());
    String method = exchange.request().value(HeaderName.METHOD);
    if (!whole || !follower.prepare(exchange, policy, response, status)) {
      stats.upstreamInternalRedirectFailed.inc(worker.index());
      return false;
    }
    stats.upstreamInternalRedirectSucceeded.inc(worker.index());
    worker.headers().give(response);
    from.cancel();
    RequestBody sent = body;
    body = new RequestBody();
    cancel();
    if (!Objects.equals(exchange.request().value(HeaderName.METHOD), method)) {
      sent.forgetParts(); // what was a POST is a GET now
    }
    exchange.runAgain(sent.isHeadersOnly());
    sent.passTo(exchange);
    return true;
  }

  private void ended() {
    exchange.upstreamResponseEnded();
    WorkerCluster to = to();
    if (requestEnded) {
      to.stats()
          .upstreamRqTime
          .record(worker.index(), (worker.nanos() - requestEndNanos) / 1_000_000);
    }
  }

  void onResponseData(ByteBuf data, boolean endStream) {
    if (endStream) {
      ended();
      exchange.sendData(data, true);
      return;
    }
    exchange.sendData(data, false);
    ClientStream stream = attempt.stream();
    if (stream != null && !responsePaused && !exchange.isDownstreamWritable()) {
      responsePaused = true;
      to().stats().upstreamFlowControlPausedReadingTotal.inc(worker.index());
      stream.pauseResponse();
    }
  }

  void onResponseTrailers(Headers trailers) {
    ended();
    exchange.sendTrailers(trailers);
  }

  @Override
  public void onResponseWritable() {
    ClientStream stream = attempt.stream();
    if (responsePaused && stream != null) {
      responsePaused = false;
      to().stats().upstreamFlowControlResumedReadingTotal.inc(worker.index());
      stream.resumeResponse();
    }
  }

  // ---- time ----

  private void onResponseTimeout() {
    WorkerCluster to = to();
    int cell = worker.index();
    to.stats().upstreamRqTimeout.inc(cell);
    if (attempt.isActive()) {
      to.onTimeout(attempt.host());
    }
    if (!exchange.responseBegun()) {
      to.stats().responses().count(cell, Failure.RESPONSE_TIMEOUT.status());
    }
    if (timeouts.alternative) {
      exchange.reply(
          204, "", Failure.RESPONSE_TIMEOUT.details(), Failure.RESPONSE_TIMEOUT.flag(), -1);
    } else {
      exchange.fail(Failure.RESPONSE_TIMEOUT);
    }
  }

  private void onPerTryTimeout() {
    WorkerCluster to = to();
    int cell = worker.index();
    (perTryIdle ? to.stats().upstreamRqPerTryIdleTimeout : to.stats().upstreamRqPerTryTimeout)
        .inc(cell);
    to.onTimeout(attempt.host());
    attempt.cancel();
    to.stats().upstreamRqTxReset.inc(cell);
    Failure failure = perTryIdle ? Failure.PER_TRY_IDLE_TIMEOUT : Failure.PER_TRY_TIMEOUT;
    RetryDecision decision =
        retry == null ? RetryDecision.NO : retry.onReset(ResetReason.LOCAL_RESET, true);
    if (decision == RetryDecision.RETRY) {
      timeoutRetry = true;
      tryAgain();
      return;
    }
    note(decision);
    to.stats().responses().count(cell, failure.status());
    exchange.fail(failure);
  }

  // ---- the end ----

  private @Nullable RetryState releaseRetry() {
    if (retry != null) {
      retry.release();
    }
    return null;
  }

  @Override
  public void cancel() {
    responseTimer.cancel();
    perTryTimer.cancel();
    backOffTimer.cancel();
    if (attempt.isActive()) {
      int cell = worker.index();
      if (attempt.stream() == null) {
        to().stats().upstreamRqCancelled.inc(cell);
      } else {
        to().stats().upstreamRqTxReset.inc(cell);
      }
      attempt.cancel();
    }
    shadows.end();
    Headers trailers = body.clear();
    if (trailers != null) {
      worker.headers().give(trailers);
    }
    retry = releaseRetry();
    cluster = null;
    picking.forget();
    requestEnded = false;
    requestSent = false;
    requestPaused = false;
    responsePaused = false;
    keepBody = false;
    timeoutRetry = false;
    attempts = 0;
  }

  @Override
  public void forget() {
    redirect = null;
  }

  /** Whether the request is a CONNECT that ends here, or a POST that may be taken for one. */
  boolean tunnels() {
    ForwardAction forward = picking.action;
    ForwardAction.ConnectConfig config = forward == null ? null : forward.connectConfig();
    if (config == null) {
      return false;
    }
    String method = exchange.request().value(HeaderName.METHOD);
    return "CONNECT".equals(method) || (config.allowPost() && "POST".equals(method));
  }

  Worker worker() {
    return worker;
  }

  void giveBack(Headers headers) {
    worker.headers().give(headers);
  }

  LbContext picking() {
    return picking;
  }
}
