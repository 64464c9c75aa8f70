package io.outrigger.proxy.stream;

import io.netty.buffer.ByteBuf;
import io.outrigger.config.http.Headers;
import org.jspecify.annotations.Nullable;

/** What a client codec tells of one response; an attempt implements it. */
public interface ResponseSink {
  /** A 1xx other than 101. */
  void onInformational(Headers headers);

  /** The headers, with :status among them. The block is the sink's from now on. */
  void onResponseHeaders(Headers headers, boolean endStream);

  /** A part of the body. Ownership of {@code data} passes to the sink. */
  void onResponseData(ByteBuf data, boolean endStream);

  void onResponseTrailers(Headers trailers);

  /**
   * The stream ended before the response did; no event follows. {@code transportFailure} is the
   * transport's own sentence (%UPSTREAM_TRANSPORT_FAILURE_REASON%), where there is one.
   */
  void onResponseReset(ResetReason reason, @Nullable String transportFailure);

  /** The request path was full and has room again: see {@link ClientStream#isWritable}. */
  void onRequestWritable();
}
