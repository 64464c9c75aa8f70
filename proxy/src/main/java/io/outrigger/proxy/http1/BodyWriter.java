package io.outrigger.proxy.http1;

import io.netty.buffer.ByteBuf;
import io.outrigger.config.http.Headers;

/** Writes the body of one message after another, in chunks or as it is (RFC 9112 section 7). */
final class BodyWriter {
  private final Http1Connection connection;
  private final Http1Settings settings;
  private boolean chunked;

  BodyWriter(Http1Connection connection, Http1Settings settings) {
    this.connection = connection;
    this.settings = settings;
  }

  void begin(boolean inChunks) {
    chunked = inChunks;
  }

  boolean chunked() {
    return chunked;
  }

  /** Takes the data over. */
  void data(ByteBuf data) {
    int length = data.readableBytes();
    if (length == 0) {
      data.release();
    } else if (chunked) {
      HeadWriter.chunkSize(connection.out().buffer(), length);
      connection.out().body(data);
      connection.out().buffer().writeBytes(HeadWriter.CRLF);
    } else {
      connection.out().body(data);
    }
  }

  void end() {
    if (chunked) {
      connection.out().buffer().writeBytes(HeadWriter.LAST_CHUNK);
    }
  }

  /** Ends the body with trailers, which only chunks can carry. */
  void end(Headers trailers) {
    if (chunked) {
      ByteBuf buffer = connection.out().buffer();
      buffer.writeBytes(HeadWriter.LAST_CHUNK_SIZE);
      if (settings.enableTrailers()) {
        HeadWriter.fields(buffer, trailers, false); // Envoy formats no trailers' names
      }
      buffer.writeBytes(HeadWriter.CRLF);
    }
  }
}
