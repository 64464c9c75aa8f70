package io.outrigger.proxy.stream;

import io.netty.buffer.ByteBuf;
import io.outrigger.config.http.Headers;

/** One request's way back to the client; server codecs implement it. */
public interface ServerStream {
  /** As %PROTOCOL% prints it: HTTP/1.0, HTTP/1.1 or HTTP/2. */
  default String protocol() {
    return "HTTP/2";
  }

  /** Sends a 1xx other than 101. */
  void sendInformational(Headers headers);

  /**
   * Sends the response's headers, with :status among them. The codec reads the block during the
   * call and does not keep it; it adds what framing needs (transfer-encoding, connection) by
   * itself.
   */
  void sendHeaders(Headers headers, boolean endStream);

  /** Sends a part of the body; ownership of {@code data} passes to the codec. */
  void sendData(ByteBuf data, boolean endStream);

  void sendTrailers(Headers trailers);

  /**
   * Serves the request's Upgrade token: what follows the headers, both ways, is passed on as data
   * without framing. Called while {@link RequestSink#onRequestHeaders} runs, whose {@code
   * endStream} it makes void; if it isn't called, the token is ignored (RFC 9110 7.8).
   */
  default void acceptUpgrade() {}

  /** Gives the stream up: RST_STREAM on HTTP/2, closes the connection on HTTP/1. */
  void reset(ResetReason reason);

  /** False while more is buffered towards the client than the limit: the source should pause. */
  boolean isWritable();

  /** Pauses reading of the request's body; counted, so as many resumes are needed. */
  void pauseRequest();

  void resumeRequest();

  /**
   * Asks that no further request comes on this connection after this response: connection: close on
   * HTTP/1, GOAWAY on HTTP/2.
   */
  void drainConnection();

  /**
   * Says that the caller has settled and holds this stream no more, so that a codec may use the
   * object again. Optional, at most once, and the caller's last call; without it the stream is
   * garbage. (Header blocks go back by {@code worker.headers().give}, not by this.)
   */
  default void release() {}
}
