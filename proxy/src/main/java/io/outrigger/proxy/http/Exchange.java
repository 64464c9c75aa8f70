package io.outrigger.proxy.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.outrigger.config.hcm.HttpConnectionManagerConfig;
import io.outrigger.config.http.HeaderName;
import io.outrigger.config.http.Headers;
import io.outrigger.config.route.ClusterChoice;
import io.outrigger.config.route.ForwardAction;
import io.outrigger.config.route.Route;
import io.outrigger.config.route.RouteContext;
import io.outrigger.proxy.accesslog.ResponseFlag;
import io.outrigger.proxy.cluster.Host;
import io.outrigger.proxy.cluster.UpstreamInfo;
import io.outrigger.proxy.listener.DownstreamConnection;
import io.outrigger.proxy.stream.RequestSink;
import io.outrigger.proxy.stream.ResetReason;
import io.outrigger.proxy.stream.ServerStream;
import io.outrigger.proxy.timeout.Timeout;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One request and its response, from the first header to the access log. Owned by one worker.
 *
 * <p>Events come in from the codec and from the router; replies of the proxy's own begin here.
 * After a call that may end the exchange, its caller touches nothing of it any more: an exchange
 * that ended cleanly serves another request.
 */
public final class Exchange extends ExchangeFacts implements RequestSink, RouteContext {
  private static final byte[] HEAD = {'H', 'E', 'A', 'D'};

  private final RequestTarget target;
  private final FilterChain filters;
  private final Timeout idleTimer;
  private final Timeout requestTimer;
  private final Timeout durationTimer;
  private @Nullable ServerStream stream;
  private boolean http2;
  private boolean requestEnded;
  private boolean responseStarted;
  private boolean responseEnded;
  private boolean settled;
  private boolean clean;
  private boolean grpc;
  private boolean upgrade;
  private boolean controlled;
  private long idleNanos;
  private long lastActivity;
  private long random;

  /** Whether the client is one of internal_address_config's. */
  boolean internal;

  Exchange(HttpScope scope, RequestTarget.Factory targets) {
    super(scope);
    this.filters = new FilterChain(this, scope.filters);
    this.idleTimer = new Timeout(scope.worker.timers(), this::onIdle);
    this.requestTimer = new Timeout(scope.worker.timers(), this::onRequestTimeout);
    this.durationTimer = new Timeout(scope.worker.timers(), this::onMaxDuration);
    this.target = targets.create(this);
  }

  void begin(DownstreamHttpConnection from, ServerStream via, boolean isHttp2) {
    connection = from;
    stream = via;
    http2 = isHttp2;
    requestEnded = false;
    responseStarted = false;
    responseEnded = false;
    settled = false;
    clean = true;
    grpc = false;
    upgrade = false;
    internal = false;
    controlled = false;
    random = 0;
    startNanos = scope.worker.nanos();
    startEpochMillis = scope.worker.epochMillis();
    lastActivity = startNanos;
    int cell = scope.worker.index();
    scope.stats.rqTotal.inc(cell);
    (http2 ? scope.stats.rqHttp2Total : scope.stats.rqHttp1Total).inc(cell);
    scope.stats.rqActive.inc(cell);
    setIdleTimeout(scope.config.timeouts().streamIdleMillis());
    long whole = scope.config.timeouts().requestMillis();
    if (whole > 0) {
      requestTimer.arm(TimeUnit.MILLISECONDS.toNanos(whole), startNanos);
    }
  }

  // ---- the request ----

  @Override
  public void onRequestHeaders(Headers headers, boolean endStream) {
    requestHeaders = headers;
    protocol = via().protocol();
    if (endStream) {
      requestEnded();
    }
    RequestFields fields = scope.fields;
    fields.scan(headers);
    Failure failure = RequestRules.check(this, headers, fields);
    if (failure != null) {
      if (!http2) {
        via().drainConnection(); // what sent this may send worse
      }
      fail(failure);
      return;
    }
    if (settled) {
      return; // a redirect to the normalized path has answered
    }
    grpc = fields.contentType >= 0 && LocalReplies.isGrpc(headers);
    boolean wantsUpgrade =
        fields.upgrade >= 0 && fields.connection >= 0 && !http2 && via().protocol().endsWith(".1");
    byte[] token = wantsUpgrade ? value(headers, fields.upgrade) : null;
    if (fields.connection >= 0 || fields.upgrade >= 0) {
      fields.removeConnection(headers);
    }
    if (fields.expect >= 0) {
      expect(headers, fields.expect);
    }
    ClientIdentity.apply(this, headers, fields);
    controlled = internal && fields.envoy;
    if (scope.via.length > 0) {
      ResponseRules.via(headers, scope.via);
    }
    route = RequestRouting.route(this, headers);
    if (settled) {
      return;
    }
    Route found = route;
    if (found != null && found.action() instanceof ForwardAction forward) {
      if (forward.cluster() instanceof ClusterChoice.Single single) {
        upstreamCluster = single.cluster();
      }
      if (forward.idleTimeoutMillis() != ForwardAction.UNSET) {
        setIdleTimeout(forward.idleTimeoutMillis());
      }
      maxDuration(forward);
      if (token != null) {
        upgrade(headers, token, forward);
      }
    }
    filters.run(endStream && !upgrade);
  }

  private static byte[] value(Headers headers, int slot) {
    return headers.value(slot).getBytes(StandardCharsets.ISO_8859_1);
  }

  private void expect(Headers headers, int slot) {
    if (scope.config.proxy100Continue()) {
      return;
    }
    if (headers.value(slot).equalsIgnoreCase("100-continue")) {
      Headers informational = scope.worker.headers().take();
      informational.add(HeaderName.STATUS, "100");
      via().sendInformational(informational);
      scope.worker.headers().give(informational);
      headers.removeSlot(slot);
    }
  }

  private void maxDuration(ForwardAction forward) {
    ForwardAction.MaxStreamDuration own = forward.maxStreamDuration();
    long millis =
        own != null && own.maxMillis() != ForwardAction.UNSET
            ? own.maxMillis()
            : scope.config.common().maxStreamDurationMillis();
    if (millis > 0) {
      durationTimer.arm(TimeUnit.MILLISECONDS.toNanos(millis));
    }
  }

  /** Serves an upgrade that is configured; any other is ignored, as RFC 9110 7.8 allows. */
  private void upgrade(Headers headers, byte[] token, ForwardAction forward) {
    String type = new String(token, StandardCharsets.ISO_8859_1).toLowerCase(java.util.Locale.ROOT);
    Boolean ofRoute = forward.upgrades().get(type);
    HttpConnectionManagerConfig.UpgradeConfig ofManager = scope.config.upgrades().get(type);
    boolean served = ofRoute != null ? ofRoute : ofManager != null && ofManager.enabled();
    if (served) {
      headers.add(HeaderName.CONNECTION, "upgrade");
      headers.add(HeaderName.UPGRADE, token);
      via().acceptUpgrade();
      upgrade = true;
      requestEnded = false;
      scope.stats.cxUpgradesTotal.inc(scope.worker.index());
      scope.stats.cxUpgradesActive.inc(scope.worker.index());
    }
  }

  @Override
  public void onRequestData(ByteBuf data, boolean endStream) {
    if (settled) {
      data.release();
      return;
    }
    bytesReceived += data.readableBytes();
    if (endStream) {
      requestEnded();
    } else {
      lastActivity = scope.worker.nanos();
    }
    filters.data(data, endStream);
  }

  @Override
  public void onRequestTrailers(Headers trailers) {
    if (settled) {
      scope.worker.headers().give(trailers);
      return;
    }
    requestEnded();
    filters.trailers(trailers);
  }

  private void requestEnded() {
    requestEnded = true;
    requestEndNanos = scope.worker.nanos();
    lastActivity = requestEndNanos;
    requestTimer.cancel();
  }

  @Override
  public void onRequestReset(ResetReason reason, String why) {
    if (settled) {
      return;
    }
    int cell = scope.worker.index();
    scope.stats.rqRxReset.inc(cell);
    boolean protocolError = reason == ResetReason.PROTOCOL_ERROR;
    addFlag(
        protocolError
            ? ResponseFlag.DPE
            : reason == ResetReason.REMOTE_RESET ? ResponseFlag.DR : ResponseFlag.DC);
    details = why;
    if (reason == ResetReason.CONNECTION_TERMINATION) {
      scope.stats.cxDestroyActiveRq.inc(cell);
      scope.stats.cxDestroyRemoteActiveRq.inc(cell);
    }
    abandon();
  }

  @Override
  public void onRequestRejected(int code, String body, String why) {
    clean = false;
    protocol = via().protocol();
    if (code == 408) {
      scope.stats.rqHeaderTimeout.inc(scope.worker.index());
    } else {
      addFlag(ResponseFlag.DPE);
      if (code == 431) {
        scope.stats.rqTooLarge.inc(scope.worker.index());
      }
    }
    reply(code, body, why, null, -1);
  }

  @Override
  public void onResponseWritable() {
    if (!settled) {
      target.onResponseWritable();
    }
  }

  // ---- times ----

  private void setIdleTimeout(long millis) {
    idleNanos = TimeUnit.MILLISECONDS.toNanos(millis);
    if (millis > 0) {
      idleTimer.arm(idleNanos, lastActivity);
    } else {
      idleTimer.cancel();
    }
  }

  private void onIdle() {
    long rest = idleNanos - (scope.worker.nanos() - lastActivity);
    if (rest > 0) {
      idleTimer.arm(rest);
      return;
    }
    scope.stats.rqIdleTimeout.inc(scope.worker.index());
    fail(requestEnded ? Failure.STREAM_IDLE_RESPONSE : Failure.STREAM_IDLE_REQUEST);
  }

  private void onRequestTimeout() {
    scope.stats.rqTimeout.inc(scope.worker.index());
    fail(Failure.REQUEST_TIMEOUT);
  }

  private void onMaxDuration() {
    scope.stats.rqMaxDurationReached.inc(scope.worker.index());
    fail(Failure.MAX_STREAM_DURATION);
  }

  // ---- what filters and the router do ----

  /** Goes on after a filter's {@link Verdict#PAUSE}. */
  public void resume() {
    if (!settled) {
      filters.resume();
    }
  }

  /** Ends the exchange by a local reply, or by a reset where the response has begun. */
  public void fail(Failure failure) {
    reply(failure.status(), failure.body(), failure.details(), failure.flag(), -1);
  }

  /** As {@link #fail}; {@code grpcStatus} below 0 is mapped from the status. */
  public void reply(
      int code, String body, String why, @Nullable ResponseFlag flag, int grpcStatus) {
    if (settled) {
      return;
    }
    if (flag != null) {
      addFlag(flag);
    }
    if (responseStarted) {
      details = why;
      resetDownstream();
      return;
    }
    target.cancel();
    boolean trailersOnly = grpc;
    Headers headers =
        trailersOnly
            ? scope.localReplies.grpc(code, grpcStatus, body)
            : scope.localReplies.plain(code, body.length());
    replyWith(headers, trailersOnly ? "" : body, why);
  }

  /** The head of a reply of our own, to be added to; gRPC's has no body. */
  public Headers localReply(int code, String body) {
    return grpc
        ? scope.localReplies.grpc(code, -1, body)
        : scope.localReplies.plain(code, body.length());
  }

  /** Sends a reply whose head the caller made (a redirect, a direct response). */
  public void replyWith(Headers headers, String body, String why) {
    if (settled) {
      scope.worker.headers().give(headers);
      return;
    }
    target.cancel();
    countAttempts(headers);
    details = why;
    localReplyBody = body.isEmpty() ? null : body;
    boolean headersOnly = body.isEmpty() || isHead();
    sendHeaders(headers, headersOnly);
    if (!headersOnly) {
      byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
      sendData(Unpooled.wrappedBuffer(bytes), true);
    }
  }

  /** Tells the attempts that were made before this reply, where the virtual host wants it. */
  private void countAttempts(Headers headers) {
    Route found = route;
    if (found != null
        && upstreamAttempts() > 0
        && found.virtualHost().includeAttemptCountInResponse()) {
      scope.text().setNumber(headers, HeaderName.X_ENVOY_ATTEMPT_COUNT, upstreamAttempts());
    }
  }

  /** The upstream's status, known before the head is sent: what header formats print. */
  public void upstreamStatus(int code) {
    status = code;
  }

  private boolean isHead() {
    Headers request = requestHeaders;
    int slot = request == null ? -1 : request.find(HeaderName.METHOD);
    return request != null && slot >= 0 && request.valueEquals(slot, HEAD);
  }

  /** Sends the response's head; from the router or a local reply. The block is the exchange's. */
  public void sendHeaders(Headers headers, boolean endStream) {
    if (settled) {
      scope.worker.headers().give(headers);
      return;
    }
    responseHeaders = headers;
    responseStarted = true;
    responseFirstSentNanos = scope.worker.nanos();
    lastActivity = responseFirstSentNanos;
    status = ResponseRules.apply(scope, headers, upgrade);
    Headers request = requestHeaders;
    if (request != null && scope.config.requestId().alwaysSetInResponse()) {
      int id = request.find(HeaderName.X_REQUEST_ID);
      if (id >= 0) {
        headers.set(
            HeaderName.X_REQUEST_ID,
            request.data(),
            request.valueOffset(id),
            request.valueLength(id));
      }
    }
    filters.responseHeaders(headers, endStream);
    if (from().facts.drain().drainClose(random())) {
      scope.stats.cxDrainClose.inc(scope.worker.index());
      via().drainConnection();
    }
    if (endStream) {
      responseEnded = true;
      via().sendHeaders(headers, true);
      settle();
    } else {
      via().sendHeaders(headers, false);
    }
  }

  public void sendInformational(Headers headers) {
    if (!settled && !responseStarted && scope.config.proxy100Continue()) {
      via().sendInformational(headers);
    }
  }

  public void sendData(ByteBuf data, boolean endStream) {
    if (settled) {
      data.release();
      return;
    }
    bytesSent += data.readableBytes();
    if (endStream) {
      responseEnded = true;
      via().sendData(data, true);
      settle();
    } else {
      lastActivity = scope.worker.nanos();
      via().sendData(data, false);
    }
  }

  public void sendTrailers(Headers trailers) {
    if (settled) {
      scope.worker.headers().give(trailers);
      return;
    }
    responseTrailers = trailers;
    responseEnded = true;
    via().sendTrailers(trailers);
    settle();
  }

  /** The response broke off after its head: the client must see that it isn't whole. */
  public void resetDownstream() {
    if (settled) {
      return;
    }
    scope.stats.rqTxReset.inc(scope.worker.index());
    via().reset(ResetReason.LOCAL_RESET);
    abandon();
  }

  private void abandon() {
    clean = false;
    settle();
  }

  private void settle() {
    settled = true;
    endNanos = scope.worker.nanos();
    if (responseEnded) {
      responseLastSentNanos = endNanos;
    }
    idleTimer.cancel();
    requestTimer.cancel();
    durationTimer.cancel();
    target.cancel();
    filters.done();
    int cell = scope.worker.index();
    scope.stats.rqActive.dec(cell);
    if (upgrade) {
      scope.stats.cxUpgradesActive.dec(cell);
    }
    if (status > 0) {
      scope.stats.rqCompleted.inc(cell);
      int family = status / 100;
      if (family < scope.stats.rqClasses.length) {
        scope.stats.rqClasses[family].inc(cell);
      }
      scope.listenerStats.count(cell, status);
    }
    if (!requestEnded && responseEnded) {
      scope.stats.rqResponseBeforeRqComplete.inc(cell);
    }
    scope.stats.rqTime.record(cell, (endNanos - startNanos) / 1_000_000);
    scope.accessLogger.log(this);
    from().onExchangeEnd(endNanos);
    giveBack(requestHeaders);
    giveBack(responseHeaders);
    giveBack(responseTrailers);
    boolean reusable = clean && requestEnded && responseEnded;
    ServerStream ended = via();
    stream = null;
    forget();
    if (reusable) {
      ended.release();
      scope.give(this);
    }
  }

  private void giveBack(@Nullable Headers headers) {
    if (headers != null) {
      scope.worker.headers().give(headers);
    }
  }

  // ---- for filters and the router ----

  private ServerStream via() {
    ServerStream open = stream;
    assert open != null;
    return open;
  }

  RequestTarget target() {
    return target;
  }

  public HttpScope scope() {
    return scope;
  }

  public @Nullable Route route() {
    return route;
  }

  /** The request's headers; only while the exchange goes on. */
  public Headers request() {
    Headers headers = requestHeaders;
    assert headers != null;
    return headers;
  }

  public DownstreamConnection downstream() {
    return from().facts;
  }

  public boolean isHttp2() {
    return http2;
  }

  public boolean isGrpc() {
    return grpc;
  }

  public boolean isUpgrade() {
    return upgrade;
  }

  /** Whether an internal client may have sent x-envoy headers that steer time-outs and retries. */
  public boolean isControlled() {
    return controlled;
  }

  public boolean isInternal() {
    return internal;
  }

  public boolean requestComplete() {
    return requestEnded;
  }

  public boolean responseBegun() {
    return responseStarted;
  }

  public boolean isSettled() {
    return settled;
  }

  /** Pauses the request's body; counted. */
  public void pauseRequest() {
    scope.stats.flowControlPausedReading.inc(scope.worker.index());
    via().pauseRequest();
  }

  public void resumeRequest() {
    if (!settled) {
      scope.stats.flowControlResumedReading.inc(scope.worker.index());
      via().resumeRequest();
    }
  }

  public boolean isDownstreamWritable() {
    return via().isWritable();
  }

  /** Called by the router as it learns of the upstream; null leaves a fact as it is. */
  public void upstreamHost(String cluster, @Nullable Host host) {
    upstreamCluster = cluster;
    if (host != null) {
      upstreamHost = host;
    }
  }

  public void upstreamConnected(UpstreamInfo info) {
    upstream = info;
    upstreamHost = info.host();
    upstreamReadyNanos = scope.worker.nanos();
    upstreamFirstSentNanos = upstreamReadyNanos;
  }

  public void upstreamRequestSent() {
    upstreamLastSentNanos = scope.worker.nanos();
  }

  public void upstreamResponseBegun() {
    upstreamFirstReceivedNanos = scope.worker.nanos();
  }

  public void upstreamResponseEnded() {
    upstreamLastReceivedNanos = scope.worker.nanos();
  }

  public void transportFailure(@Nullable String sentence) {
    transportFailure = sentence;
  }

  public void attempt(int number) {
    attempts = number;
  }

  public void details(String text) {
    details = text;
  }

  public void markHealthCheck() {
    healthCheck = true;
  }

  @Override
  public long random() {
    if (random == 0) {
      random = scope.worker.randomLong() | 1L << 62;
    }
    return random & ~(1L << 62);
  }

  @Override
  public boolean peerCertificatePresented() {
    return from().facts.peer() != null;
  }

  @Override
  public boolean peerCertificateValidated() {
    var tls = from().facts.tls();
    return tls != null && tls.peer() != null && tls.peerValidated();
  }
}
