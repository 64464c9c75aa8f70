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
}
