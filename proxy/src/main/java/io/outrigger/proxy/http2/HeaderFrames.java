package io.outrigger.proxy.http2;

import io.netty.buffer.ByteBuf;
import io.outrigger.config.http.Headers;
import io.outrigger.proxy.http2.hpack.HpackDecoder;

/** Takes HEADERS and CONTINUATION apart, and holds header blocks to their limits. */
final class HeaderFrames {
  private final Http2Connection connection;

  HeaderFrames(Http2Connection connection) {
    this.connection = connection;
  }

  void headers(int flags, int streamId, ByteBuf payload, int frameLength) {
    int length = frameLength;
    int padding = 0;
    int needed = (flags & Frame.PADDED) != 0 ? 1 : 0;
    boolean priority = (flags & Frame.PRIORITY_FLAG) != 0;
    needed += priority ? 5 : 0;
    if (length < needed) {
      connection.fail(Frame.FRAME_SIZE_ERROR, "HEADERS is too short for its flags");
      return;
    }
    if ((flags & Frame.PADDED) != 0) {
      padding = payload.readUnsignedByte();
    }
    int dependency = priority ? payload.readInt() & Integer.MAX_VALUE : -1;
    if (priority) {
      payload.skipBytes(1);
    }
    length -= needed + padding;
    if (length < 0) {
      connection.fail(Frame.PROTOCOL_ERROR, "padding of HEADERS is longer than the frame");
      return;
    }
    if (dependency == streamId) {
      connection.fail(Frame.PROTOCOL_ERROR, "a stream depends on itself");
      return;
    }
    boolean endStream = (flags & Frame.END_STREAM) != 0;
    if (!connection.flooded(connection.guard.onPayload(length, endStream))
        && connection.onHeadersBegin(streamId, endStream)) {
      fragment(payload, length, (flags & Frame.END_HEADERS) != 0);
    }
  }

  void continuation(int flags, int streamId, ByteBuf payload, int length) {
    if (!connection.block.isOpen()) {
      connection.fail(Frame.PROTOCOL_ERROR, "CONTINUATION without HEADERS on stream " + streamId);
    } else if (connection.block.isFlood()) {
      connection.fail(Frame.ENHANCE_YOUR_CALM, "http2.continuation_flood");
    } else if (!connection.flooded(connection.guard.onPayload(length, false))) {
      fragment(payload, length, (flags & Frame.END_HEADERS) != 0);
    }
  }

  private void fragment(ByteBuf payload, int length, boolean endHeaders) {
    String error = connection.block.add(payload, length, endHeaders, connection.workspace());
    if (error != null) {
      connection.fail(Frame.COMPRESSION_ERROR, error);
      return;
    }
    Http2Stream stream = connection.block.stream;
    if (stream == null) {
      return;
    }
    HpackDecoder decoder = connection.block.decoder();
    if (decoder.overflowed()) {
      connection.stats.headerOverflow.inc(connection.cell);
      refuse(
          stream,
          decoder.tooMany() ? "http2.too_many_headers" : "http2.header_list_size_too_large");
    } else if (endHeaders) {
      if (decoder.invalid()) {
        connection.malformed(stream, "http2.invalid.header.field");
      } else {
        connection.onHeaders(stream, connection.block.take(), connection.block.endStream);
      }
    }
  }

  /** A message is beyond a limit: its stream is reset, and the peer isn't to blame. */
  private void refuse(Http2Stream stream, String details) {
    connection.beforeReset(stream);
    connection.resetByUs(stream, Frame.INTERNAL_ERROR, details);
  }

  /** Removes or refuses names with an underscore; false where the stream is reset for one. */
  boolean underscoresAllowed(Http2Stream stream, Headers headers) {
    if (!connection.block.decoder().underscores()
        || connection.settings.headersWithUnderscores() == Http2Settings.Underscores.ALLOW) {
      return true;
    }
    if (connection.settings.headersWithUnderscores() == Http2Settings.Underscores.REJECT_REQUEST) {
      connection.stats.requestsRejectedWithUnderscoresInHeaders.inc(connection.cell);
      connection.worker.headers().give(headers);
      refuse(stream, "http2.unexpected_underscore");
      return false;
    }
    for (int slot = 0; slot < headers.slots(); slot++) {
      if (headers.isLive(slot) && headers.nameText(slot).indexOf('_') >= 0) {
        headers.removeSlot(slot);
        connection.stats.droppedHeadersWithUnderscores.inc(connection.cell);
      }
    }
    return true;
  }
}
