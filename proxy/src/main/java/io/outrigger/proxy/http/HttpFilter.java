package io.outrigger.proxy.http;

import io.outrigger.config.http.Headers;

/**
 * One filter's part in one exchange; all on the exchange's worker.
 *
 * <p>The request passes the filters in order, the response in reverse.
 */
public interface HttpFilter {
  default Verdict onRequestHeaders(Exchange exchange, Headers headers, boolean endStream) {
    return Verdict.CONTINUE;
  }

  /** The response's headers may be changed; a response is not held up. */
  default void onResponseHeaders(Exchange exchange, Headers headers, boolean endStream) {}

  /** The exchange is over, however it ended. */
  default void onDone(Exchange exchange) {}

  /** Makes a filter's part in an exchange. One a worker and chain. */
  interface Factory {
    /** Null where the filter has nothing to do in this exchange. */
    @org.jspecify.annotations.Nullable
    HttpFilter create(Exchange exchange);
  }
}
