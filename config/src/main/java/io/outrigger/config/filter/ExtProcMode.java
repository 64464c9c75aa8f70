package io.outrigger.config.filter;

import io.envoyproxy.envoy.extensions.filters.http.ext_proc.v3.ProcessingMode;
import io.envoyproxy.envoy.extensions.filters.http.ext_proc.v3.ProcessingMode.HeaderSendMode;

/** What of an exchange a processor sees: of its request, and of its response. */
public record ExtProcMode(Way request, Way response) {
  /** How a body is shown. */
  public enum Body {
    NONE,
    STREAMED,
    BUFFERED,
    BUFFERED_PARTIAL,
    FULL_DUPLEX_STREAMED;

    private static Body of(ProcessingMode.BodySendMode proto) {
      return switch (proto) {
        case STREAMED -> STREAMED;
        case BUFFERED -> BUFFERED;
        case BUFFERED_PARTIAL -> BUFFERED_PARTIAL;
        case FULL_DUPLEX_STREAMED -> FULL_DUPLEX_STREAMED;
        case NONE, UNRECOGNIZED -> NONE;
      };
    }
  }

  /** What is seen of a request or of a response. */
  public record Way(boolean head, Body body, boolean trailers) {
    public boolean isNothing() {
      return !head && body == Body.NONE && !trailers;
    }

    /** Whether the body's length may have changed when the head has gone. */
    public boolean dropsLength() {
      return switch (body) {
        case NONE -> false;
        case BUFFERED -> !head;
        case STREAMED, BUFFERED_PARTIAL, FULL_DUPLEX_STREAMED -> true;
      };
    }

    private Way over(
        HeaderSendMode heads, ProcessingMode.BodySendMode bodies, HeaderSendMode ends) {
      return new Way(
          heads == HeaderSendMode.DEFAULT ? head : heads != HeaderSendMode.SKIP,
          Body.of(bodies),
          ends == HeaderSendMode.DEFAULT ? trailers : ends == HeaderSendMode.SEND);
    }
  }

  /** Heads are seen unless they are skipped, trailers if they are to be sent. */
  static ExtProcMode of(ProcessingMode proto) {
    Way unset = new Way(true, Body.NONE, false);
    return new ExtProcMode(unset, unset).overriddenBy(proto);
  }

  /** Heads and trailers stay as they are where the override leaves them; bodies never do. */
  public ExtProcMode overriddenBy(ProcessingMode proto) {
    return new ExtProcMode(
        request.over(
            proto.getRequestHeaderMode(),
            proto.getRequestBodyMode(),
            proto.getRequestTrailerMode()),
        response.over(
            proto.getResponseHeaderMode(),
            proto.getResponseBodyMode(),
            proto.getResponseTrailerMode()));
  }

  /** Whether the two are the same, the request's head aside, which has been seen by then. */
  public boolean followsAs(ExtProcMode other) {
    return request.body == other.request.body
        && request.trailers == other.request.trailers
        && response.equals(other.response);
  }

  /** Whether nothing but heads is seen. */
  boolean isOfHeads() {
    return request.body == Body.NONE
        && response.body == Body.NONE
        && !request.trailers
        && !response.trailers;
  }

  /** Whether a body goes through the processor both ways at once. */
  public boolean hasFullDuplex() {
    return request.body == Body.FULL_DUPLEX_STREAMED || response.body == Body.FULL_DUPLEX_STREAMED;
  }
}
