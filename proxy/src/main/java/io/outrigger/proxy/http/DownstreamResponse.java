package io.outrigger.proxy.http;

import io.netty.buffer.ByteBuf;
import io.outrigger.config.http.HeaderName;
import io.outrigger.config.http.Headers;
import io.outrigger.proxy.accesslog.LogEntry;
import io.outrigger.proxy.overload.OverloadState;
import org.jspecify.annotations.Nullable;

/**
 * The response of one exchange, from the router or a local reply through the filters to the client.
 *
 * <p>Its last part ends the exchange: after it, the caller touches nothing of it any more.
 */
public final class DownstreamResponse {
  private static final HeaderName FORCE_TRACE = HeaderName.of("x-envoy-force-trace");

  private final Exchange exchange;
  private final HttpScope scope;
  private final ResponseFilters filters;
  private boolean begun;
  private boolean ended;

  DownstreamResponse(Exchange exchange, ResponseFilters filters) {
    this.exchange = exchange;
    this.scope = exchange.scope;
    this.filters = filters;
  }

  void begin() {
    begun = false;
    ended = false;
  }

  /** Whether there is a head, sent or held by a filter: no other can be sent. */
  public boolean begun() {
    return begun;
  }

  boolean ended() {
    return ended;
  }

  /** Another response goes out in place of this one, if a filter holds it. */
  boolean takeBack() {
    if (!filters.isPaused()) {
      return false;
    }
    filters.drop();
    exchange.giveBack(exchange.responseHeaders);
    exchange.responseHeaders = null;
    begun = false;
    return true;
  }

  public void sendInformational(Headers headers) {
    if (!exchange.isSettled() && !begun && scope.config.proxy100Continue()) {
      exchange.via().sendInformational(headers);
    }
  }

  /** The block is the exchange's from here. */
  public void sendHeaders(Headers headers, boolean endStream) {
    if (exchange.isSettled()) {
      scope.worker.headers().give(headers);
      return;
    }
    exchange.responseHeaders = headers;
    begun = true;
    exchange.responseFirstSentNanos = scope.worker.nanos();
    exchange.timers.active(exchange.responseFirstSentNanos);
    exchange.status = ResponseRules.apply(scope, headers, exchange.isUpgrade());
    if (exchange.trace != null) {
      exchange.trace.onResponseHeaders(headers);
    }
    tellRequestId(exchange.requestHeaders, headers);
    if (filters.headers(headers, endStream)) {
      passedHeaders(headers, endStream);
    }
  }

  private void tellRequestId(@Nullable Headers request, Headers headers) {
    if (request != null
        && (scope.config.requestId().alwaysSetInResponse()
            || (exchange.controlled && request.contains(FORCE_TRACE)))) {
      int id = request.find(HeaderName.X_REQUEST_ID);
      if (id >= 0) {
        headers.set(
            HeaderName.X_REQUEST_ID,
            request.data(),
            request.valueOffset(id),
            request.valueLength(id));
      }
    }
  }

  /** The head has passed the filters, of which one has held it, and may have changed it. */
  void passedLate(Headers headers, boolean endStream) {
    exchange.status = ResponseRules.status(headers);
    passedHeaders(headers, endStream);
  }

  private void passedHeaders(Headers headers, boolean endStream) {
    if (exchange.downstream().drain().drainClose(exchange.random())) {
      scope.stats.cxDrainClose.inc(scope.worker.index());
      exchange.drainConnection();
    }
    OverloadState overload = exchange.downstream().overload();
    if (overload != null && overload.endsKeepAlive(exchange.random())) {
      scope.stats.cxOverloadDisableKeepalive.inc(scope.worker.index());
      exchange.drainConnection();
    }
    if (scope.config.flushLogOnTunnelEstablished() && exchange.isTunnel()) {
      exchange.logEarly(LogEntry.Type.DownstreamTunnelSuccessfullyEstablished);
    }
    if (endStream) {
      ended = true;
      exchange.via().sendHeaders(headers, true);
      exchange.settle();
    } else if (!filters.holdsResponse()) {
      exchange.via().sendHeaders(headers, false);
    }
  }

  public void sendData(ByteBuf received, boolean endStream) {
    if (exchange.isSettled()) {
      received.release();
    } else if (filters.touchesBodies()) {
      filters.data(received, endStream);
    } else {
      send(received, endStream);
    }
  }

  /** A part of the body has passed the filters. */
  void passedData(ByteBuf data, boolean endStream) {
    if (filters.holdsResponse() || (!endStream && !data.isReadable())) {
      data.release();
      if (endStream) {
        sendHeld();
      }
    } else {
      send(data, endStream);
    }
  }

  private void send(ByteBuf data, boolean endStream) {
    exchange.bytesSent += data.readableBytes();
    if (endStream) {
      ended = true;
      exchange.via().sendData(data, true);
      exchange.settle();
    } else {
      exchange.timers.active(scope.worker.nanos());
      exchange.via().sendData(data, false);
    }
  }

  public void sendTrailers(Headers trailers) {
    if (exchange.isSettled()) {
      scope.worker.headers().give(trailers);
    } else if (filters.touchesBodies()) {
      filters.trailers(trailers);
    } else {
      passedTrailers(trailers);
    }
  }

  /** The trailers have passed the filters. */
  void passedTrailers(Headers trailers) {
    exchange.responseTrailers = trailers;
    ByteBuf last = filters.insteadOf(trailers);
    if (filters.holdsResponse()) {
      sendHeld();
      return;
    }
    ended = true;
    if (last == null) {
      exchange.via().sendTrailers(trailers);
    } else {
      exchange.bytesSent += last.readableBytes();
      exchange.via().sendData(last, true);
    }
    exchange.settle();
  }

  /** Sends the head that waited for a body which it has taken in. */
  private void sendHeld() {
    Headers head = exchange.responseHeaders;
    assert head != null;
    ended = true;
    exchange.via().sendHeaders(head, true);
    exchange.settle();
  }

  /** Whether the client takes more; else the upstream waits for a response that is writable. */
  public boolean isWritable() {
    return !filters.isFull() && exchange.via().isWritable();
  }
}
