package io.outrigger.filter;

/**
 * One filter's part in one exchange: a request and its response.
 *
 * <p>Threads: all calls of one exchange come on one thread, one after the other. Whatever is handed
 * in is good until the call returns; it throws {@link IllegalStateException} afterwards. A call
 * that throws, or takes longer than its budget, counts against the filter; after too many it is
 * switched off.
 */
public interface Filter {
  /**
   * A request's head has come.
   *
   * @param last there is no body
   */
  default Decision onRequest(RequestHead request, boolean last, FilterContext context) {
    return Decision.proceed();
  }

  /** A part of the request's body; only if {@link FilterMaker#readsBodies}. */
  default void onRequestBody(BodyPart part, FilterContext context) {}

  /**
   * A response's head has come, from the upstream or from the proxy itself.
   *
   * @param last there is no body
   */
  default void onResponse(ResponseHead response, boolean last, FilterContext context) {}

  /** A part of the response's body; only if {@link FilterMaker#readsBodies}. */
  default void onResponseBody(BodyPart part, FilterContext context) {}

  /** The exchange is over, however it ended. Always the last call. */
  default void onEnd(FilterContext context) {}
}
