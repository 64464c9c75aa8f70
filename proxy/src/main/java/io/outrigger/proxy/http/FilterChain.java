package io.outrigger.proxy.http;

import io.netty.buffer.ByteBuf;
import io.outrigger.config.http.Headers;
import java.util.ArrayDeque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The filters of one exchange in their order, and its target behind them. While a filter pauses,
 * what comes of the body is held and the client is paused.
 */
final class FilterChain {
  private final Exchange exchange;
  private final List<HttpFilter.Factory> factories;
  private final @Nullable HttpFilter[] filters;
  private final ArrayDeque<ByteBuf> held = new ArrayDeque<>(4);
  private @Nullable Headers heldTrailers;
  private boolean heldEnd;
  private boolean paused;
  private boolean endStream;
  private int next;
  private int made;
  private boolean bodies;

  FilterChain(Exchange exchange, List<HttpFilter.Factory> factories) {
    this.exchange = exchange;
    this.factories = factories;
    this.filters = new @Nullable HttpFilter[factories.size()];
  }

  /** Runs the request's headers through the filters to the target. */
  void run(boolean end) {
    endStream = end;
    next = 0;
    for (made = 0; made < filters.length; made++) {
      HttpFilter filter = factories.get(made).create(exchange);
      filters[made] = filter;
      bodies |= filter != null && filter.touchesBodies();
    }
    proceed();
  }

  void resume() {
    if (!paused) {
      return;
    }
    paused = false;
    exchange.resumeRequest();
    proceed();
  }

  /** As resume, with another route: what follows the filter that paused is made anew for it. */
  void resumeRouted() {
    for (int i = next; paused && i < made; i++) {
      HttpFilter before = filters[i];
      if (before != null) {
        before.onDone(exchange);
      }
      HttpFilter filter = factories.get(i).create(exchange);
      filters[i] = filter;
      bodies |= filter != null && filter.touchesBodies();
    }
    resume();
  }

  private void proceed() {
    while (next < made) {
      HttpFilter filter = filters[next++];
      if (filter == null) {
        continue;
      }
      Verdict verdict = filter.onRequestHeaders(exchange, exchange.request(), endStream);
      if (exchange.isSettled()) {
        return; // the filter has sent a reply of its own
      }
      if (verdict instanceof Verdict.Pause) {
        paused = true;
        exchange.pauseRequest();
        return;
      }
      if (verdict instanceof Verdict.Reply reply) {
        exchange.reply(
            reply.status(), reply.body(), reply.details(), reply.flag(), reply.grpcStatus());
        return;
      }
    }
    if (held.isEmpty() && heldTrailers == null && !heldEnd) {
      exchange.target().onRequestHeaders(endStream);
    } else {
      releaseHeld();
    }
  }

  private void releaseHeld() {
    RequestTarget target = exchange.target();
    boolean end = heldEnd;
    Headers trailers = heldTrailers;
    heldTrailers = null;
    heldEnd = false;
    target.onRequestHeaders(false);
    while (!held.isEmpty() && !exchange.isSettled()) {
      ByteBuf data = held.remove();
      target.onRequestData(data, end && held.isEmpty());
    }
    if (trailers != null && !exchange.isSettled()) {
      target.onRequestTrailers(trailers);
    }
  }

  void data(ByteBuf received, boolean end) {
    ByteBuf data = bodies ? requestData(received, end) : received;
    if (exchange.isSettled()) {
      data.release(); // a filter could not read it
      return;
    }
    if (paused || next < made) {
      held.add(data);
      heldEnd |= end;
    } else {
      exchange.target().onRequestData(data, end);
    }
  }

  void trailers(Headers trailers) {
    if (paused || next < made) {
      heldTrailers = trailers;
    } else {
      exchange.target().onRequestTrailers(trailers);
    }
  }

  void responseHeaders(Headers headers, boolean end) {
    for (int i = made - 1; i >= 0; i--) {
      HttpFilter filter = filters[i];
      if (filter != null) {
        filter.onResponseHeaders(exchange, headers, end);
      }
    }
  }

  /** Whether any filter wants to see the bodies of this exchange. */
  boolean touchesBodies() {
    return bodies;
  }

  private ByteBuf requestData(ByteBuf data, boolean end) {
    ByteBuf now = data;
    for (int i = 0; i < made && !exchange.isSettled(); i++) {
      HttpFilter filter = filters[i];
      if (filter != null && filter.touchesBodies()) {
        now = filter.onRequestData(exchange, now, end);
      }
    }
    return now;
  }

  ByteBuf responseData(ByteBuf data, boolean end) {
    ByteBuf now = data;
    for (int i = made - 1; i >= 0; i--) {
      HttpFilter filter = filters[i];
      if (filter != null && filter.touchesBodies()) {
        now = filter.onResponseData(exchange, now, end);
      }
    }
    return now;
  }

  @Nullable ByteBuf responseTrailers(Headers trailers) {
    ByteBuf last = null;
    for (int i = made - 1; i >= 0 && last == null; i--) {
      HttpFilter filter = filters[i];
      if (filter != null && filter.touchesBodies()) {
        last = filter.onResponseTrailers(exchange, trailers);
      }
    }
    return last;
  }

  boolean holdsResponse() {
    for (int i = 0; bodies && i < made; i++) {
      HttpFilter filter = filters[i];
      if (filter != null && filter.holdsResponse()) {
        return true;
      }
    }
    return false;
  }

  void done() {
    for (int i = 0; i < made; i++) {
      HttpFilter filter = filters[i];
      filters[i] = null;
      if (filter != null) {
        filter.onDone(exchange);
      }
    }
    made = 0;
    next = 0;
    bodies = false;
    paused = false;
    heldEnd = false;
    for (ByteBuf data = held.poll(); data != null; data = held.poll()) {
      data.release();
    }
    Headers trailers = heldTrailers;
    heldTrailers = null;
    if (trailers != null) {
      exchange.worker().headers().give(trailers);
    }
  }
}
