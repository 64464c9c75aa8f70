package io.outrigger.proxy.stream;

import io.netty.buffer.ByteBuf;
import io.outrigger.config.http.Headers;

/** What a server codec tells of one request; the exchange implements it. */
public interface RequestSink {
  /** The headers, whole and valid. The block is the exchange's from now on, until it settles. */
  void onRequestHeaders(Headers headers, boolean endStream);

  /** A part of the body. Ownership of {@code data} passes to the sink. */
  void onRequestData(ByteBuf data, boolean endStream);

  /** The trailers, which end the request. */
  void onRequestTrailers(Headers trailers);

  /**
   * The client went away or broke the protocol; nothing more is told, nothing more may be sent.
   * {@code details} is what %RESPONSE_CODE_DETAILS% prints, such as http1.codec_error.
   */
  void onRequestReset(ResetReason reason, String details);

  /** The response path was full and has room again: see {@link ServerStream#isWritable}. */
  void onResponseWritable();
}
