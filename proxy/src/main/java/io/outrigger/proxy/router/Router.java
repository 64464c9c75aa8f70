package io.outrigger.proxy.router;

import io.netty.buffer.ByteBuf;
import io.outrigger.config.filter.RouterConfig;
import io.outrigger.config.http.HeaderName;
import io.outrigger.config.http.Headers;
import io.outrigger.config.route.ClusterChoice;
import io.outrigger.config.route.ForwardAction;
import io.outrigger.config.route.HeaderMutations;
import io.outrigger.config.route.RetryPolicy;
import io.outrigger.config.route.Rewrite;
import io.outrigger.config.route.Route;
import io.outrigger.proxy.accesslog.ResponseFlag;
import io.outrigger.proxy.cluster.Host;
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
import io.outrigger.proxy.tracing.RequestTrace;
import io.outrigger.proxy.worker.Worker;
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
  private final Picking picking;
  private final RouterTimers timers;
  private final RouterTimeouts limits;
  private final UpstreamRequest request;
  private final UpstreamResponse response;
  private final Shadows shadows;
  private final RouterStats stats;
  private final Attempts tries;
  private final TryTimeout tryTimeout;
  private @Nullable WorkerCluster cluster;
  private @Nullable RetryState retry;
  private int attempts;

  public Router(Exchange exchange, RouterConfig config, RouterStats.Factory stats) {
    this.stats = stats.create(exchange.worker().index());
    this.exchange = exchange;
    this.worker = exchange.worker();
    this.config = config;
    this.picking = new Picking(exchange);
    this.shadows = new Shadows(exchange);
    this.tries = new Attempts(this, exchange);
    this.tryTimeout = new TryTimeout(this, exchange);
    this.timers = new RouterTimers(this, exchange, tryTimeout);
    this.limits = timers.limits;
    this.request = new UpstreamRequest(this, exchange);
    this.response = new UpstreamResponse(this, exchange, config);
  }

  // ---- the request ----

  @Override
  public void onRequestHeaders(boolean endStream) {
    Route route = exchange.route();
    exchange.scope().stats().reachedRouter(worker.index());
    if (route == null) {
      exchange.scope().stats().noRoute(worker.index());
      exchange.fail(Failure.NO_ROUTE);
      return;
    }
    if (route.action() instanceof ForwardAction forward) {
      picking.action = forward;
      forward(route, forward, endStream);
    } else {
      Answers.answer(exchange, route, !config.suppressEnvoyHeaders());
    }
  }

  private void forward(Route route, ForwardAction forward, boolean endStream) {
    Headers headers = exchange.request();
    String name = picking.clusterName(forward.cluster(), headers);
    WorkerCluster to = name == null ? null : exchange.scope().clusters().get(name);
    if (to == null || name == null) {
      Answers.noCluster(exchange, forward);
      return;
    }
    if (!config.strictCheckHeaders().isEmpty() && StrictCheck.refuses(exchange, config)) {
      return;
    }
    cluster = to;
    stats.begin(exchange, route, config.dynamicStats());
    exchange.upstream().chosen(to.name(), null);
    int drop = to.dropPerMillion();
    if (drop > 0 && Math.unsignedMultiplyHigh(worker.randomLong(), 1_000_000) < drop) {
      to.dropped(true);
      stats.answered(to, 503);
      Answers.dropOverload(exchange, drop == 1_000_000, config.suppressEnvoyHeaders());
      return;
    }
    limits.read(
        exchange,
        forward,
        config.respectExpectedRqTimeout(),
        to.config().http().common().maxStreamDurationMillis());
    RetryPolicy policy = forward.retryPolicy();
    RetryHeaders asked = exchange.isControlled() ? RetryHeaders.take(headers) : RetryHeaders.NONE;
    if (policy != null || !asked.conditions().isEmpty()) {
      RetryState state =
          new RetryState(
              worker, to, picking.highPriority(), policy, asked, headers, worker::randomLong);
      retry = state.isIdle() ? null : state;
    }
    request.keep(retry != null || forward.internalRedirectPolicy() != null);
    timeLeft(headers, 0);
    ClusterChoice.ClusterWeight weight = picking.weight;
    HeaderMutations mutations = weight != null ? weight.requestHeaders() : route.requestHeaders();
    if (!mutations.isEmpty()) {
      exchange.scope().mutator().apply(mutations, headers, exchange);
    }
    Rewrite rewrite = forward.rewrite();
    String clusterHost = weight == null ? "" : weight.hostRewrite();
    if (rewrite.path() != null || rewrite.host() != null || !clusterHost.isEmpty()) {
      Rewriting.apply(route, rewrite, clusterHost, headers, !config.suppressEnvoyHeaders());
    }
    if (!forward.hashPolicies().isEmpty()) {
      picking.hash.compute(exchange, forward.hashPolicies());
    }
    shadows.start(forward.mirrorPolicies(), headers, endStream);
    if (endStream) {
      request.onEndOfHeaders();
    }
    startAttempt();
  }

  private void timeLeft(Headers headers, long elapsed) {
    long millis = limits.expectedMillis(elapsed);
    if (millis > 0 && !config.suppressEnvoyHeaders()) {
      exchange.scope().text().setNumber(headers, HeaderName.X_ENVOY_EXPECTED_RQ_TIMEOUT_MS, millis);
    }
  }

  @Override
  public void onRequestData(ByteBuf data, boolean endStream) {
    shadows.data(data, endStream);
    request.onData(data, endStream, stream());
  }

  @Override
  public void onRequestTrailers(Headers trailers) {
    shadows.trailers(trailers);
    request.onTrailers(trailers, stream());
  }

  // ---- attempts ----

  void startAttempt() {
    WorkerCluster to = cluster();
    Attempt attempt = tries.next();
    attempts++;
    exchange.upstream().attempt(attempts);
    Host host = to.pick(picking);
    if (host == null) {
      stats.answered(to, Failure.NO_HEALTHY_UPSTREAM.status());
      exchange.fail(Failure.NO_HEALTHY_UPSTREAM);
      return;
    }
    exchange.upstream().chosen(to.name(), host);
    if (retry != null) {
      picking.tried(host);
    }
    attempt.start(to, host);
  }

  void onStream(ClientStream stream, UpstreamInfo info) {
    exchange.upstream().connected(info);
    stats.sent();
    Headers headers = exchange.request();
    ForwardAction forward = forward();
    Route route = exchange.route();
    assert route != null;
    if (forward.rewrite().host() instanceof Rewrite.AutoHost && !info.host().hostname().isEmpty()) {
      boolean appends = forward.rewrite().appendXForwardedHost();
      Rewriting.host(headers, info.host().hostname(), appends, !config.suppressEnvoyHeaders());
    }
    if (exchange.scope().config().schemeMatchUpstream()) {
      headers.set(HeaderName.SCHEME, info.tls() == null ? "http" : "https");
    }
    if (route.virtualHost().includeRequestAttemptCount()) {
      exchange.scope().text().setNumber(headers, HeaderName.X_ENVOY_ATTEMPT_COUNT, attempts);
    }
    if (attempts > 1) {
      timeLeft(headers, Math.max(0, request.millisSinceEnd()));
    }
    if (attempts > 1 && route.virtualHost().includeIsTimeoutRetryHeader()) {
      headers.set(IS_TIMEOUT_RETRY, tryTimeout.isReason() ? "true" : "false");
    }
    RequestTrace trace = exchange.trace();
    if (trace != null) {
      trace.inject(headers);
    }
    request.sendTo(stream, headers);
  }

  void onAttemptFailed(
      Attempt failed, ResetReason reason, @Nullable String transportFailure, boolean hadStream) {
    if (failed == tries.newest()) {
      timers.tryEnded();
    }
    WorkerCluster to = cluster();
    int cell = worker.index();
    if (reason == ResetReason.NO_POOL) {
      stats.answered(to, Failure.NO_HEALTHY_UPSTREAM.status());
      exchange.fail(Failure.NO_HEALTHY_UPSTREAM);
      return;
    }
    exchange.upstream().failed(transportFailure);
    boolean remote =
        reason == ResetReason.REMOTE_RESET || reason == ResetReason.REMOTE_REFUSED_STREAM;
    if (remote) {
      to.stats().upstreamRqRxReset.inc(cell);
    }
    if (exchange.response().begun()) {
      exchange.addFlag(ResetFailure.flag(reason));
      exchange.details(ResetFailure.details(reason, transportFailure, true));
      exchange.scope().stats().resetAfterResponse(cell);
      exchange.resetDownstream();
      return;
    }
    if (reason != ResetReason.OVERFLOW) {
      to.onFailure(failed.host(), reason);
    }
    tries.leave(failed);
    RetryState state = failed.retried ? null : retry;
    RetryDecision decision = state == null ? RetryDecision.NO : state.onReset(reason, hadStream);
    if (decision == RetryDecision.RETRY) {
      tryAgain();
      return;
    }
    if (state != null) {
      note(decision);
    }
    stats.answered(to, ResetFailure.status(reason));
    if (tries.mayAnswer()) {
      return;
    }
    if (reason == ResetReason.OVERFLOW) {
      to.dropped(false);
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

  /** Flags a request that would be tried again, had it tries or the cluster room left. */
  void note(RetryDecision decision) {
    stats.decided(decision);
    if (decision == RetryDecision.LIMIT_EXCEEDED) {
      exchange.addFlag(ResponseFlag.URX);
    } else if (decision == RetryDecision.OVERFLOW) {
      exchange.addFlag(ResponseFlag.UO);
    } else if (retry != null && retry.hasRetried()) {
      stats.retrySucceeded(cluster());
    }
  }

  void tryAgain() {
    RetryState state = retry;
    assert state != null;
    stats.decided(RetryDecision.RETRY);
    timers.tryAgainIn(state.backOffMillis());
  }

  // ---- for the way back, and the timers ----

  UpstreamRequest request() {
    return request;
  }

  UpstreamResponse response() {
    return response;
  }

  RouterStats stats() {
    return stats;
  }

  RouterTimers timers() {
    return timers;
  }

  WorkerCluster cluster() {
    WorkerCluster chosen = cluster;
    assert chosen != null;
    return chosen;
  }

  ForwardAction forward() {
    ForwardAction forward = picking.action;
    assert forward != null;
    return forward;
  }

  @Nullable RetryState retry() {
    return retry;
  }

  Attempts tries() {
    return tries;
  }

  @Nullable ClientStream stream() {
    return tries.newest().stream();
  }

  int attempts() {
    return attempts;
  }

  @Override
  public void onResponseWritable() {
    response.onWritable(stream());
  }

  // ---- the end ----

  void giveUpRetries() {
    if (retry != null) {
      retry.release();
      retry = null;
    }
  }

  /** There is too much to keep for another try, or for a copy. */
  void abandonRetries() {
    if (retry != null) {
      cluster().stats().retryOrShadowAbandoned.inc(worker.index());
      giveUpRetries();
    }
  }

  @Override
  public void cancel() {
    timers.end();
    tries.giveUp();
    shadows.end();
    request.clear();
    giveUpRetries();
    cluster = null;
    stats.forget();
    picking.forget();
    response.clear();
    tryTimeout.forget();
    attempts = 0;
  }

  @Override
  public HeaderMutations responseHeaders(Route route) {
    // As in Envoy: on a route that answers itself, only its own answer has its headers
    return route.action() instanceof ForwardAction
        ? picking.responseHeaders(route)
        : HeaderMutations.NONE;
  }

  @Override
  public void forget() {
    response.forget();
  }

  @Override
  public void unlinkTimers() {
    timers.unlink();
  }

  @Nullable RequestTrace trace() {
    return exchange.trace();
  }

  Worker worker() {
    return worker;
  }

  void giveBack(Headers headers) {
    worker.headers().give(headers);
  }

  Picking picking() {
    return picking;
  }
}
