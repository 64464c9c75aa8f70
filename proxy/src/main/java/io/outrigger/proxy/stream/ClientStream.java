package io.outrigger.proxy.stream;

import io.netty.buffer.ByteBuf;
import io.outrigger.config.http.Headers;

/** One request's way to the upstream; client codecs implement it. */
public interface ClientStream {
  /** Sends the request's headers, pseudo-headers among them. The block is not kept. */
  void sendHeaders(Headers headers, boolean endStream);

  /** Sends a part of the body; ownership of {@code data} passes to the codec. */
  void sendData(ByteBuf data, boolean endStream);

  void sendTrailers(Headers trailers);

  /** Gives the stream up. No event follows. The connection goes on if the protocol allows it. */
  void reset(ResetReason reason);

  boolean isWritable();

  /** Pauses reading of the response's body; counted, so as many resumes are needed. */
  void pauseResponse();

  void resumeResponse();

  /**
   * Says that the caller has settled and holds this stream no more, so that a codec may use the
   * object again. Optional, at most once, and the caller's last call; without it the stream is
   * garbage. (Header blocks go back by {@code worker.headers().give}, not by this.)
   */
  default void release() {}
}
