package io.outrigger.proxy.stream;

import io.netty.buffer.ByteBuf;
import io.outrigger.config.http.Headers;
import org.jspecify.annotations.Nullable;

/** What a client codec tells of one response; an attempt implements it. */
public interface ResponseSink {
  /** A 1xx other than 101. The block stays the codec's. */
  void onInformational(Headers headers);

  /**
   * The headers, with :status among them. The block is the sink's from now on: the codec took it
   * from {@code worker.headers()}, and the sink gives it back there.
   */
  void onResponseHeaders(Headers headers, boolean endStream);

  /** A part of the body. Ownership of {@code data} passes to the sink. */
  void onResponseData(ByteBuf data, boolean endStream);

  /** The trailers, which end the response. The block is the sink's, as with the headers. */
  void onResponseTrailers(Headers trailers);

  /**
   * The stream ended before the response did; no event follows. {@code transportFailure} is the
   * transport's own sentence (%UPSTREAM_TRANSPORT_FAILURE_REASON%), where there is one.
   */
  void onResponseReset(ResetReason reason, @Nullable String transportFailure);

  /** The request path was full and has room again: see {@link ClientStream#isWritable}. */
  void onRequestWritable();
}
