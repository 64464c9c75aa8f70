package io.outrigger.proxy.stream;

import io.netty.buffer.ByteBuf;
import io.outrigger.config.http.Headers;

/** What a server codec tells of one request; the exchange implements it. */
public interface RequestSink {
  /**
   * The headers, whole and valid. The block is the sink's from now on: the codec took it from
   * {@code worker.headers()}, and the sink gives it back there when it has settled.
   */
  void onRequestHeaders(Headers headers, boolean endStream);

  /** A part of the body. Ownership of {@code data} passes to the sink. */
  void onRequestData(ByteBuf data, boolean endStream);

  /** The trailers, which end the request. The block is the sink's, as with the headers. */
  void onRequestTrailers(Headers trailers);

  /**
   * The client went away or broke the protocol; nothing more is told, nothing more may be sent.
   * {@code details} is what %RESPONSE_CODE_DETAILS% prints, such as http1.codec_error.
   */
  void onRequestReset(ResetReason reason, String details);

  /**
   * The request breaks a rule of the protocol that is answered, not reset: the sink sends a local
   * reply if it has sent no headers yet, else resets the stream. May come instead of {@link
   * #onRequestHeaders}, or while the body is read. The codec closes the connection afterwards.
   *
   * @param body the reply's text; empty for none
   */
  default void onRequestRejected(int status, String body, String details) {
    onRequestReset(ResetReason.PROTOCOL_ERROR, details);
  }

  /** The response path was full and has room again: see {@link ServerStream#isWritable}. */
  void onResponseWritable();
}
