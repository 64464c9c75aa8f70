package io.outrigger.proxy.http1;

import io.netty.buffer.ByteBuf;
import io.outrigger.config.http.Headers;
import org.jspecify.annotations.Nullable;

/**
 * Copies a head section into a header block, once, and finds its lines there.
 *
 * <p>Bytes after the section's end that came along are given back to the buffer. A line may come in
 * as many parts as it likes: each byte is looked at once.
 */
final class LineReader {
  private static final int STEP = 1024;

  private @Nullable Headers headers;
  private int origin;
  private int scanned;
  private int limit;
  private int next;
  private int start;
  private int end;

  /** Begins a section: its bytes follow what the block already holds. */
  void begin(Headers block) {
    headers = block;
    origin = block.reserve(0);
    scanned = origin;
    limit = origin;
    next = origin;
  }

  /** Finds the next line, or tells that the bytes don't suffice. */
  boolean readLine(ByteBuf in) {
    Headers block = headers;
    assert block != null;
    while (true) {
      byte[] data = block.data();
      for (int i = scanned; i < limit; i++) {
        if (data[i] == '\n') {
          start = next;
          end = i > start && data[i - 1] == '\r' ? i - 1 : i;
          next = i + 1;
          scanned = next;
          return true;
        }
      }
      scanned = limit;
      int length = Math.min(in.readableBytes(), STEP);
      if (length == 0) {
        return false;
      }
      int at = block.reserve(length);
      assert at == limit : "the block grew while it was read into";
      in.readBytes(block.data(), at, length);
      block.commit(length);
      limit += length;
    }
  }

  /** First byte of the line in the block's data. */
  int start() {
    return start;
  }

  /** After the line's last byte, its CR LF or LF left out. */
  int end() {
    return end;
  }

  /** First byte of the line that hasn't come whole yet; it goes as far as {@link #limit}. */
  int pending() {
    return next;
  }

  /** After the last byte that has come. */
  int limit() {
    return limit;
  }

  /** Bytes of the section that were looked at so far. */
  int length() {
    return scanned - origin;
  }

  /** Gives back what was copied beyond the last line. */
  void finish(ByteBuf in) {
    in.readerIndex(in.readerIndex() - (limit - next));
    limit = next;
    headers = null;
  }
}
