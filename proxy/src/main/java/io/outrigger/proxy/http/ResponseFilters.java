package io.outrigger.proxy.http;

import io.netty.buffer.ByteBuf;
import io.outrigger.config.http.Headers;
import org.jspecify.annotations.Nullable;

/**
 * A response's way back through the filters of its exchange, the last one first. While a filter
 * pauses it, what follows the head is held, and the upstream is paused.
 *
 * <p>Filters that hold up what passes go on by the methods that are public; they must touch bodies.
 */
public final class ResponseFilters {
  private final Exchange exchange;
  private final @Nullable HttpFilter[] filters;

  /** Null until a filter paused. */
  private @Nullable HeldBody held;

  private @Nullable Headers head;
  private @Nullable Headers keptTrailers;
  private boolean headersOnly;
  private boolean asked;
  private boolean paused;
  private boolean collects;
  private int full;
  private boolean bodies;
  private int made;
  private int at;
  private int responses;

  ResponseFilters(Exchange exchange, @Nullable HttpFilter[] filters) {
    this.exchange = exchange;
    this.filters = filters;
  }

  void begin(int count, boolean touchBodies) {
    made = count;
    at = count;
    bodies = touchBodies;
  }

  /** Runs a head through the filters; whether it has passed them all. */
  boolean headers(Headers headers, boolean end) {
    head = headers;
    headersOnly = end;
    at = made;
    responses++;
    return proceed(headers);
  }

  private boolean proceed(Headers headers) {
    int response = responses;
    while (at > 0) {
      HttpFilter filter = filters[--at];
      if (filter == null) {
        continue;
      }
      filter.onResponseHeaders(exchange, headers, headersOnly);
      if (exchange.isSettled() || response != responses) {
        return false; // the filter has sent another response
      }
      if (asked) {
        asked = false;
        paused = true;
        return false;
      }
    }
    return true;
  }

  /** Within {@link HttpFilter#onResponseHeaders}: the response waits for {@link #resume}. */
  public void pause() {
    asked = true;
  }

  /** Whether the head has not gone out. */
  boolean isPaused() {
    return paused || asked;
  }

  /** What the filters keep is as much as they want, or has nowhere to go. */
  boolean isFull() {
    return (paused && !collects) || full > 0;
  }

  /**
   * While a filter pauses the response: the upstream isn't paused, as the filter takes the body.
   */
  public void collect() {
    if (paused) {
      collects = true;
      exchange.target().onResponseWritable();
    }
  }

  /** Whether a filter keeps as much of the response as it wants to: each says yes, then no. */
  public void full(boolean now) {
    full = Math.max(0, full + (now ? 1 : -1)); // a dropped response has told no one
    if (full == 0 && !exchange.isSettled()) {
      exchange.target().onResponseWritable();
    }
  }

  /** Before a resume: the filter that paused gives a body to a response that has none. */
  public void bodyFollows() {
    headersOnly = false;
  }

  public void resume() {
    Headers headers = head;
    if (exchange.isSettled() || !paused || headers == null) {
      return;
    }
    paused = false;
    collects = false;
    int passed = at;
    if (proceed(headers)) {
      exchange.response().passedLate(headers, headersOnly && (held == null || held.isEmpty()));
    }
    passHeld(passed);
    if (!paused && !exchange.isSettled()) {
      exchange.target().onResponseWritable();
    }
  }

  private HeldBody held() {
    if (held == null) {
      held = new HeldBody();
    }
    return held;
  }

  private void passHeld(int passed) {
    HeldBody body = held;
    if (body == null) {
      return;
    }
    boolean end = body.takeEnd();
    Headers trailers = body.takeTrailers();
    for (int count = body.parts(); count > 0 && !exchange.isSettled(); count--) {
      data(passed - 1, body.take(), end && count == 1);
    }
    if (trailers != null) {
      trailers(passed - 1, trailers);
    }
  }

  void data(ByteBuf received, boolean end) {
    data(made - 1, received, end);
  }

  /**
   * A filter passes on what it had kept of the body, or what it has made of it; see {@link
   * HttpFilter#onResponseData}.
   */
  public void passData(HttpFilter from, ByteBuf data, boolean end) {
    if (exchange.isSettled()) {
      data.release();
    } else {
      data(indexOf(from) - 1, data, end);
    }
  }

  private void data(int first, ByteBuf received, boolean end) {
    ByteBuf now = received;
    for (int i = first; i >= at && now != null && !exchange.isSettled(); i--) {
      HttpFilter filter = filters[i];
      if (filter != null && filter.touchesBodies()) {
        now = filter.onResponseData(exchange, now, end);
      }
    }
    if (now == null) {
      return;
    }
    if (exchange.isSettled()) {
      now.release();
    } else if (paused) {
      held().add(now, end);
    } else {
      exchange.response().passedData(now, end);
    }
  }

  void trailers(Headers trailers) {
    trailers(made - 1, trailers);
  }

  /** A filter lets the trailers go that it had kept back. */
  public void passTrailers(HttpFilter from) {
    Headers trailers = keptTrailers;
    keptTrailers = null;
    if (trailers != null) {
      trailers(indexOf(from) - 1, trailers);
    }
  }

  /** A filter gives trailers to a body that has none, in place of its end. */
  public void addTrailers(HttpFilter from, Headers trailers) {
    if (exchange.isSettled()) {
      exchange.scope().worker().headers().give(trailers);
    } else {
      trailers(indexOf(from) - 1, trailers);
    }
  }

  private void trailers(int first, Headers trailers) {
    for (int i = first; bodies && i >= at && !exchange.isSettled(); i--) {
      HttpFilter filter = filters[i];
      if (filter != null
          && filter.touchesBodies()
          && !filter.passesResponseTrailers(exchange, trailers)) {
        keptTrailers = trailers;
        break;
      }
    }
    if (exchange.isSettled()) {
      keptTrailers = null;
      exchange.scope().worker().headers().give(trailers);
    } else if (keptTrailers == null) {
      if (paused) {
        held().add(trailers);
      } else {
        exchange.response().passedTrailers(trailers);
      }
    }
  }

  /** What goes out instead of trailers; null: the trailers themselves. */
  @Nullable ByteBuf insteadOf(Headers trailers) {
    ByteBuf last = null;
    for (int i = made - 1; bodies && i >= 0 && last == null; i--) {
      HttpFilter filter = filters[i];
      if (filter != null && filter.touchesBodies()) {
        last = filter.onResponseTrailers(exchange, trailers);
      }
    }
    return last;
  }

  boolean touchesBodies() {
    return bodies;
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

  private int indexOf(HttpFilter filter) {
    int index = 0;
    while (filters[index] != filter) {
      index++;
    }
    return index;
  }

  /** Forgets a response of which nothing has gone out. */
  void drop() {
    paused = false;
    collects = false;
    asked = false;
    full = 0;
    head = null;
    if (held != null) {
      held.release(exchange.scope.worker.headers());
    }
    if (keptTrailers != null) {
      exchange.giveBack(keptTrailers);
      keptTrailers = null;
    }
  }

  void done() {
    drop();
    made = 0;
    at = 0;
    bodies = false;
  }
}
