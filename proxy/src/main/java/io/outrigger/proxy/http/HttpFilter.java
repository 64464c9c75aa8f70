package io.outrigger.proxy.http;

import io.netty.buffer.ByteBuf;
import io.outrigger.config.http.Headers;
import org.jspecify.annotations.Nullable;

/**
 * One filter's part in one exchange; all on the exchange's worker.
 *
 * <p>The request passes the filters in order, the response in reverse.
 */
public interface HttpFilter {
  default Verdict onRequestHeaders(Exchange exchange, Headers headers, boolean endStream) {
    return Verdict.CONTINUE;
  }

  /**
   * The response's headers may be changed. {@link ResponseFilters#pause} within this call keeps
   * them, and what follows them, before the filters that are still to come.
   */
  default void onResponseHeaders(Exchange exchange, Headers headers, boolean endStream) {}

  /** Whether the methods below are to be called in this exchange; asked once. */
  default boolean touchesBodies() {
    return false;
  }

  /**
   * Takes a part of the request's body over, and gives what goes on in its place. Null: nothing
   * yet; {@link FilterChain#passData} goes on later.
   */
  default @Nullable ByteBuf onRequestData(Exchange exchange, ByteBuf data, boolean endStream) {
    return data;
  }

  /** Whether the trailers go on; if not, {@link FilterChain#passTrailers} lets them later. */
  default boolean onRequestTrailers(Exchange exchange, Headers trailers) {
    return true;
  }

  /**
   * Whether the response's head waits for its whole body, which then isn't sent: only for answers
   * that have become a head alone.
   */
  default boolean holdsResponse() {
    return false;
  }

  /**
   * Takes a part of the response's body over, and gives what goes on in its place. Null: nothing
   * yet; {@link ResponseFilters#passData} goes on later.
   */
  default @Nullable ByteBuf onResponseData(Exchange exchange, ByteBuf data, boolean endStream) {
    return data;
  }

  /** The end of the body that goes out instead of these trailers; null leaves them. */
  default @Nullable ByteBuf onResponseTrailers(Exchange exchange, Headers trailers) {
    return null;
  }

  /** Whether the trailers go on; if not, {@link ResponseFilters#passTrailers} lets them later. */
  default boolean passesResponseTrailers(Exchange exchange, Headers trailers) {
    return true;
  }

  /** The exchange is over, however it ended. */
  default void onDone(Exchange exchange) {}

  /** Makes a filter's part in an exchange. One a worker and chain. */
  interface Factory {
    /** Null where the filter has nothing to do in this exchange. */
    @Nullable HttpFilter create(Exchange exchange);
  }
}
