package io.outrigger.proxy.http;

import io.netty.buffer.ByteBuf;
import io.outrigger.config.http.Headers;
import io.outrigger.config.route.HeaderMutations;
import io.outrigger.config.route.Route;

/** What answers a request after the filters: the router. One an exchange, reused with it. */
public interface RequestTarget {
  /** The headers have passed the filters. It may answer before this returns. */
  void onRequestHeaders(boolean endStream);

  void onRequestData(ByteBuf data, boolean endStream);

  void onRequestTrailers(Headers trailers);

  /** The client takes more of the response again. */
  void onResponseWritable();

  /** The exchange has ended, or will end by a local reply: gives up what goes on upstream. */
  void cancel();

  /** The exchange has ended: nothing of it is kept. */
  default void forget() {}

  /** The exchange isn't used again, or not soon: the worker's timers must not hold it. */
  default void unlinkTimers() {}

  /** How the head of a reply to this route's request is changed. */
  HeaderMutations responseHeaders(Route route);

  /** Makes an exchange's target. */
  @FunctionalInterface
  interface Factory {
    RequestTarget create(Exchange exchange);
  }
}
