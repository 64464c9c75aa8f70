package io.outrigger.proxy.http;

import io.netty.buffer.ByteBuf;
import io.outrigger.config.http.Headers;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The filters of one exchange in their order, and its target behind them. While a filter pauses,
 * what comes of the body is held, and the client is paused unless the filter collects.
 *
 * <p>Filters that hold up what passes go on by the methods that are public; they must touch bodies.
 */
public final class FilterChain {
  private static final @Nullable HttpFilter[] NONE = {};

  private final Exchange exchange;
  private final List<HttpFilter.Factory> factories;
  private final @Nullable HttpFilter[] filters;
  private final ResponseFilters response;

  /** Null until a filter paused. */
  private @Nullable HeldBody held;

  private @Nullable Headers keptTrailers;
  private boolean paused;
  private boolean clientPaused;
  private boolean endStream;
  private int next;
  private int made;
  private boolean bodies;
  private boolean routeCleared;

  FilterChain(Exchange exchange, List<HttpFilter.Factory> factories) {
    this.exchange = exchange;
    this.factories = factories;
    this.filters = factories.isEmpty() ? NONE : new @Nullable HttpFilter[factories.size()];
    this.response = new ResponseFilters(exchange, filters);
  }

  /** The way back. */
  public ResponseFilters response() {
    return response;
  }

  /** Runs the request's headers through the filters to the target. */
  void run(boolean end) {
    endStream = end;
    next = 0;
    for (made = 0; made < filters.length; made++) {
      make(made);
    }
    response.begin(made, bodies);
    proceed();
  }

  private void make(int index) {
    HttpFilter filter = factories.get(index).create(exchange);
    filters[index] = filter;
    bodies |= filter != null && filter.touchesBodies();
  }

  void resume() {
    if (!paused) {
      return;
    }
    paused = false;
    resumeClient();
    proceed();
  }

  /** Lets the client send no more of the body until the filter that collects it resumes. */
  public void pauseClient() {
    if (paused && !clientPaused) {
      clientPaused = true;
      exchange.pauseRequest();
    }
  }

  private void resumeClient() {
    if (clientPaused) {
      clientPaused = false;
      exchange.resumeRequest();
    }
  }

  void clearRoute() {
    routeCleared = true;
  }

  /** What follows is made anew for the route that the request has now; false: it was answered. */
  private boolean reroute() {
    routeCleared = false;
    RequestAdmission.routeLate(exchange, exchange.request());
    for (int i = next; i < made && !exchange.isSettled(); i++) {
      HttpFilter before = filters[i];
      if (before != null) {
        before.onDone(exchange);
      }
      make(i);
    }
    if (exchange.isSettled()) {
      return false;
    }
    response.begin(made, bodies);
    return true;
  }

  /** Before a resume: the filter that paused gives a body to a request that has none. */
  public void bodyFollows() {
    endStream = false;
  }

  private void proceed() {
    int passed = next;
    while (true) {
      if (routeCleared && !reroute()) {
        return;
      }
      if (next == made) {
        break;
      }
      HttpFilter filter = filters[next++];
      if (filter == null) {
        continue;
      }
      Verdict verdict = filter.onRequestHeaders(exchange, exchange.request(), endStream);
      if (exchange.isSettled()) {
        return; // the filter has sent a reply of its own
      }
      if (verdict instanceof Verdict.Reply reply) {
        exchange.reply(
            reply.status(), reply.body(), reply.details(), reply.flag(), reply.grpcStatus());
        return;
      }
      if (!(verdict instanceof Verdict.Continue)) {
        paused = true;
        if (verdict instanceof Verdict.Pause) {
          pauseClient();
        }
        passHeld(passed);
        return;
      }
    }
    exchange.target().onRequestHeaders(endStream && (held == null || held.isEmpty()));
    passHeld(passed);
  }

  private HeldBody held() {
    if (held == null) {
      held = new HeldBody();
    }
    return held;
  }

  /** What was held goes on behind the filters that it has passed already. */
  private void passHeld(int passed) {
    HeldBody body = held;
    if (body == null) {
      return;
    }
    boolean end = body.takeEnd();
    Headers trailers = body.takeTrailers();
    for (int count = body.parts(); count > 0 && !exchange.isSettled(); count--) {
      data(passed, body.take(), end && count == 1);
    }
    if (trailers != null) {
      trailers(passed, trailers);
    }
  }

  void data(ByteBuf received, boolean end) {
    data(0, received, end);
  }

  /**
   * A filter passes on what it had kept of the body, or what it has made of it, behind a head that
   * it has let go; see {@link HttpFilter#onRequestData}.
   */
  public void passData(HttpFilter from, ByteBuf data, boolean end) {
    if (exchange.isSettled()) {
      data.release();
    } else {
      data(indexOf(from) + 1, data, end);
    }
  }

  private void data(int first, ByteBuf received, boolean end) {
    ByteBuf data = bodies ? filtered(first, received, end) : received;
    if (data == null) {
      return;
    }
    if (exchange.isSettled()) {
      data.release(); // a filter could not read it
    } else if (paused || next < made) {
      held().add(data, end);
    } else {
      exchange.target().onRequestData(data, end);
    }
  }

  /** Through the filters that have seen the head. */
  private @Nullable ByteBuf filtered(int first, ByteBuf data, boolean end) {
    ByteBuf now = data;
    for (int i = first; i < next && now != null && !exchange.isSettled(); i++) {
      HttpFilter filter = filters[i];
      if (filter != null && filter.touchesBodies()) {
        now = filter.onRequestData(exchange, now, end);
      }
    }
    return now;
  }

  void trailers(Headers trailers) {
    trailers(0, trailers);
  }

  /** A filter lets the trailers go that it had kept back. */
  public void passTrailers(HttpFilter from) {
    Headers trailers = keptTrailers;
    keptTrailers = null;
    if (trailers != null) {
      trailers(indexOf(from) + 1, trailers);
    }
  }

  private void trailers(int first, Headers trailers) {
    for (int i = first; bodies && i < next && !exchange.isSettled(); i++) {
      HttpFilter filter = filters[i];
      if (filter != null
          && filter.touchesBodies()
          && !filter.onRequestTrailers(exchange, trailers)) {
        keptTrailers = trailers;
        break;
      }
    }
    if (exchange.isSettled()) {
      keptTrailers = null;
      exchange.scope().worker().headers().give(trailers);
    } else if (keptTrailers == null) {
      if (paused || next < made) {
        held().add(trailers);
      } else {
        exchange.target().onRequestTrailers(trailers);
      }
    }
  }

  private int indexOf(HttpFilter filter) {
    int index = 0;
    while (filters[index] != filter) {
      index++;
    }
    return index;
  }

  /** How many filters this request's chain has. */
  public int count() {
    return made;
  }

  /** A filter of this request's chain, in its order; null where it has nothing to do here. */
  public @Nullable HttpFilter at(int index) {
    return filters[index];
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
    clientPaused = false;
    routeCleared = false;
    if (held != null) {
      held.release(exchange.scope.worker.headers());
    }
    if (keptTrailers != null) {
      exchange.giveBack(keptTrailers);
      keptTrailers = null;
    }
    response.done();
  }
}
