package io.outrigger.proxy.http;

import com.google.protobuf.Value;
import io.netty.buffer.ByteBuf;
import io.outrigger.config.http.HeaderName;
import io.outrigger.config.http.Headers;
import io.outrigger.config.route.Route;
import io.outrigger.config.route.RouteContext;
import io.outrigger.proxy.accesslog.LogEntry;
import io.outrigger.proxy.accesslog.ResponseFlag;
import io.outrigger.proxy.listener.DownstreamConnection;
import io.outrigger.proxy.stream.RequestSink;
import io.outrigger.proxy.stream.ResetReason;
import io.outrigger.proxy.stream.ServerStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One request and its response, from the first header to the access log. Owned by one worker.
 *
 * <p>Events come in from the codec and from the router; replies of the proxy's own begin here.
 * After a call that may end the exchange, its caller touches nothing of it any more: an exchange
 * that ended cleanly serves another request.
 */
public final class Exchange extends ExchangeFacts implements RequestSink, RouteContext {
  private final RequestTarget target;
  private final FilterChain filters;
  private final DownstreamResponse response;
  final ExchangeTimers timers;
  private @Nullable ServerStream stream;
  private boolean http2;
  private boolean requestEnded;
  private boolean settled;
  private boolean clean;
  private boolean upgrade;
  private boolean webSocket;
  private long random;
  private @Nullable String overrideHost;
  private boolean overrideStrict;

  boolean grpc;

  /** Whether the client is one of internal_address_config's. */
  boolean internal;

  boolean controlled;

  Exchange(HttpScope scope, RequestTarget.Factory targets) {
    super(scope);
    this.filters = new FilterChain(this, scope.filters);
    this.response = new DownstreamResponse(this, filters.response());
    this.timers = new ExchangeTimers(this);
    this.target = targets.create(this);
  }

  void begin(DownstreamHttpConnection from, ServerStream via, boolean isHttp2) {
    connection = from;
    stream = via;
    http2 = isHttp2;
    requestEnded = false;
    response.begin();
    settled = false;
    clean = true;
    grpc = false;
    upgrade = false;
    webSocket = false;
    internal = false;
    controlled = false;
    random = 0;
    overrideHost = null;
    startNanos = scope.worker.nanos();
    startEpochMillis = scope.worker.epochMillis();
    int cell = scope.worker.index();
    scope.stats.rqTotal.inc(cell);
    (http2 ? scope.stats.rqHttp2Total : scope.stats.rqHttp1Total).inc(cell);
    scope.stats.rqActive.inc(cell);
    timers.begin(startNanos);
  }

  // ---- the request ----

  @Override
  public void onRequestHeaders(Headers headers, boolean endStream) {
    requestHeaders = headers;
    protocol = via().protocol();
    if (endStream) {
      requestEnded();
    }
    if (RequestAdmission.admit(this, headers)) {
      if (scope.config.flushAccessLogOnNewRequest()) {
        logEarly(LogEntry.Type.DownstreamStart);
      }
      filters.run(endStream && !upgrade);
    }
  }

  /** Tells the client to send the body that it holds back. */
  void sendContinue() {
    Headers informational = scope.worker.headers().take();
    informational.add(HeaderName.STATUS, "100");
    via().sendInformational(informational);
    scope.worker.headers().give(informational);
  }

  /** No request follows on this connection: HTTP/1 closes it after the response. */
  void drainConnection() {
    via().drainConnection();
  }

  /** The upgrade is served, to this protocol; null for a CONNECT. */
  void upgrade(@Nullable String token) {
    if (token != null) {
      via().acceptUpgrade();
      webSocket = token.equalsIgnoreCase("websocket");
    }
    upgrade = true;
    requestEnded = false;
    scope.stats.cxUpgradesTotal.inc(scope.worker.index());
    scope.stats.cxUpgradesActive.inc(scope.worker.index());
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
      timers.active(scope.worker.nanos());
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

  /** A part of the body that has come before, for the request as it is now. */
  public void passData(ByteBuf data, boolean endStream) {
    filters.data(data, endStream);
  }

  public void passTrailers(Headers trailers) {
    if (settled) {
      scope.worker.headers().give(trailers);
    } else {
      filters.trailers(trailers);
    }
  }

  private void requestEnded() {
    requestEnded = true;
    requestEndNanos = scope.worker.nanos();
    timers.active(requestEndNanos);
    timers.requestEnded();
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
      (why.equals(Failure.REQUEST_TIMEOUT.details())
              ? scope.stats.rqTimeout
              : scope.stats.rqHeaderTimeout)
          .inc(scope.worker.index());
    } else {
      addFlag(ResponseFlag.DPE);
    }
    reply(code, body, why, null, -1);
  }

  @Override
  public void onResponseWritable() {
    if (!settled) {
      target.onResponseWritable();
    }
  }

  // ---- what filters and the router do ----

  /** Finds a route for the request as it is now. */
  public @Nullable Route routeAgain() {
    route = RequestRouting.route(this, request());
    return settled ? null : route;
  }

  public void route(Route known) {
    route = known;
  }

  /** Sends the request, which was changed, through the filters again; its body follows. */
  public void runAgain(boolean headersOnly) {
    filters.done();
    int cell = scope.worker.index();
    scope.stats.rqTotal.inc(cell);
    filters.run(headersOnly);
  }

  /** Goes on after a filter's {@link Verdict#PAUSE}. */
  public void resume() {
    if (!settled) {
      filters.resume();
    }
  }

  /** Lets the filters that come have the route that the request has by then. */
  public void clearRoute() {
    filters.clearRoute();
  }

  /** Goes on after a pause with the route that the request has now. */
  public void resumeRouted() {
    clearRoute();
    resume();
  }

  /** Asks for the host of this address. */
  public void overrideHost(String address, boolean strict) {
    overrideHost = address;
    overrideStrict = strict;
  }

  /** The address of the host that a filter asks for, or null. */
  public @Nullable String overrideHost() {
    return overrideHost;
  }

  public boolean overrideIsStrict() {
    return overrideStrict;
  }

  /** Ends the exchange by a local reply, or by a reset where the response has begun. */
  public void fail(Failure failure) {
    reply(
        failure.status(), failure.body(), failure.details(), failure.flag(), failure.grpcStatus());
  }

  /** As {@link #fail}; {@code grpcStatus} below 0 is mapped from the status. */
  public void reply(
      int code, String body, String why, @Nullable ResponseFlag flag, int grpcStatus) {
    scope.localReplies.reply(this, code, body, why, flag, grpcStatus, null);
  }

  /** A filter takes no body as long as this request's; HTTP/1 reads no further. */
  public void refuseBody() {
    if (!http2) {
      drainConnection();
    }
    scope.stats.countTooLarge(scope.worker.index());
    fail(Failure.REQUEST_TOO_LARGE);
  }

  /** As {@link #fail}; the head gets what {@code more} adds to it. */
  public void reply(
      int code, String body, String why, @Nullable ResponseFlag flag, Consumer<Headers> more) {
    scope.localReplies.reply(this, code, body, why, flag, -1, more);
  }

  /** As both. */
  public void reply(
      int code,
      String body,
      String why,
      @Nullable ResponseFlag flag,
      int grpcStatus,
      @Nullable Consumer<Headers> more) {
    scope.localReplies.reply(this, code, body, why, flag, grpcStatus, more);
  }

  /**
   * Sends a reply whose head the caller made (a redirect, a direct response); what a body needs
   * there is added.
   */
  public void replyWith(Headers headers, byte[] body, String why) {
    if (settled) {
      giveBack(headers);
    } else {
      scope.localReplies.send(this, headers, body, why, -1);
    }
  }

  /** What %LOCAL_REPLY_BODY% prints. */
  void localReply(byte[] body) {
    localReplyBody = body.length == 0 ? null : new String(body, StandardCharsets.UTF_8);
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

  void settle() {
    settled = true;
    endNanos = scope.worker.nanos();
    if (response.ended()) {
      responseLastSentNanos = endNanos;
    }
    timers.end();
    target.cancel();
    target.forget();
    filters.done();
    scope.stats.countEnd(this);
    if (status > 0) {
      scope.listenerStats.count(scope.worker.index(), status);
    }
    scope.accessLogger.log(this);
    if (trace != null) {
      trace.end();
    }
    from().onExchangeEnd(endNanos);
    giveBack(requestHeaders);
    giveBack(responseHeaders);
    giveBack(responseTrailers);
    boolean reusable = clean && requestEnded && response.ended();
    ServerStream ended = via();
    stream = null;
    forget();
    if (reusable) {
      ended.release();
      scope.give(this);
    } else {
      unlinkTimers();
    }
  }

  /** Timers are only disarmed at its end, for the next; where none follows they let go of it. */
  void unlinkTimers() {
    timers.unlink();
    target.unlinkTimers();
  }

  void giveBack(@Nullable Headers headers) {
    if (headers != null) {
      scope.worker.headers().give(headers);
    }
  }

  // ---- for filters and the router ----

  ServerStream via() {
    ServerStream open = stream;
    assert open != null;
    return open;
  }

  RequestTarget target() {
    return target;
  }

  /** The filters of this exchange, for those that hold up what passes. */
  public FilterChain filters() {
    return filters;
  }

  /** The response, on its way to the client. */
  public DownstreamResponse response() {
    return response;
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

  /** Whether an upgrade or a CONNECT was granted. */
  boolean isTunnel() {
    return upgrade && (status == 101 || status / 100 == 2);
  }

  boolean isUpgrade() {
    return upgrade;
  }

  public boolean isGrpc() {
    return grpc;
  }

  /** Whether it is a WebSocket's handshake, which is answered by 101, an error, or nothing. */
  public boolean isWebSocket() {
    return webSocket;
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

  @Override
  public long random() {
    if (random == 0) {
      random = scope.worker.randomLong() | 1L << 62;
    }
    return random & ~(1L << 62);
  }

  @Override
  public @Nullable Value dynamicMetadata(String namespace, List<String> path) {
    return noted(namespace, path);
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
