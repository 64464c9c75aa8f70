package io.outrigger.proxy.http1;

import io.outrigger.config.http.Headers;
import org.jspecify.annotations.Nullable;

/** How the body of a response is told from what follows it (RFC 9112 section 6.3). */
final class ResponseFraming {
  private ResponseFraming() {}

  /** Whether what follows the head is no longer HTTP. */
  static boolean opensTunnel(Http1ClientStream stream, int status) {
    return status == 101 || (stream.connect && status / 100 == 2);
  }

  /**
   * Has the body's reader know where it ends, and takes fields away that say so.
   *
   * @return what is wrong with it, or null
   */
  static @Nullable Http1Error apply(
      MessageHead head,
      Headers headers,
      int status,
      Http1ClientStream stream,
      Http1Settings settings,
      BodyReader body) {
    if (opensTunnel(stream, status)) {
      if (head.transferEncodingSlot != MessageHead.NO_SLOT) {
        return Http1Error.TRANSFER_ENCODING_NOT_ALLOWED;
      }
      if (head.contentLength > 0) {
        return Http1Error.LENGTH_NOT_ALLOWED;
      }
      if (status == 101 && !stream.upgrade) {
        return Http1Error.MALFORMED; // RFC 9110 15.2.2: nobody asked
      }
      body.untilClose();
      return null;
    }
    if (head.otherTransferEncoding) {
      return Http1Error.INVALID_TRANSFER_ENCODING;
    }
    if (head.chunked && head.contentLength != MessageHead.NO_LENGTH) {
      if (!settings.allowChunkedLength()) {
        return Http1Error.LENGTH_AND_CHUNKED;
      }
      headers.removeSlot(head.lengthSlot);
    }
    if (status == 204 && (head.chunked || head.contentLength > 0)) {
      return Http1Error.LENGTH_NOT_ALLOWED;
    }
    if (head.transferEncodingSlot != MessageHead.NO_SLOT) {
      headers.removeSlot(head.transferEncodingSlot);
    }
    if (stream.headRequest || status == 204 || status == 304) {
      body.none();
    } else if (head.chunked) {
      body.chunked();
    } else if (head.contentLength != MessageHead.NO_LENGTH) {
      body.length(head.contentLength);
    } else {
      body.untilClose();
    }
    return null;
  }
}
