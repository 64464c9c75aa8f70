package io.outrigger.proxy.http2;

import io.netty.buffer.ByteBuf;
import io.outrigger.config.http.Headers;
import io.outrigger.proxy.http2.hpack.HpackDecoder;
import io.outrigger.proxy.worker.HeadersPool;
import org.jspecify.annotations.Nullable;

/**
 * The header block that is arriving: decoded frame by frame, so that limits hold from the first
 * frame on and only a field that frames cut in two is kept as bytes.
 */
final class HeaderBlock {
  /** As Envoy tells nghttp2; more frames a block are an attack. */
  private static final int MAX_CONTINUATIONS = 1024;

  private static final byte[] NOTHING = new byte[0];

  private final HeadersPool pool;
  private final HpackDecoder decoder;
  private final int maxCount;
  private final int maxBytes;
  private final Headers refused = new Headers(64, 4);
  private byte[] rest = NOTHING;
  private int restLength;
  private int continuations;
  private int codedBytes;
  private boolean open;
  private @Nullable Headers target;

  /** The stream that the block belongs to; null where the block is only decoded for the table. */
  @Nullable Http2Stream stream;

  int streamId;
  boolean endStream;

  HeaderBlock(Http2Settings settings, HeadersPool pool) {
    this.pool = pool;
    decoder = new HpackDecoder(settings.hpackTableSize());
    maxCount = settings.maxHeadersCount();
    maxBytes = settings.maxHeadersBytes();
  }

  HpackDecoder decoder() {
    return decoder;
  }

  /** Whether a CONTINUATION must follow. */
  boolean isOpen() {
    return open;
  }

  /** Begins a block; without a stream it is decoded for the table alone. */
  void begin(int id, boolean end, @Nullable Http2Stream of) {
    open = true;
    streamId = id;
    endStream = end;
    stream = of;
    continuations = 0;
    codedBytes = 0;
    restLength = 0;
    if (of == null) {
      decoder.begin(refused, 0, 0);
    } else {
      Headers headers = pool.take();
      target = headers;
      decoder.begin(headers, maxCount, maxBytes);
    }
  }

  /** The decoded block, which is the caller's now, and the stream that it was for is let go. */
  Headers take() {
    Headers headers = target;
    assert headers != null;
    target = null;
    stream = null;
    return headers;
  }

  /**
   * Decodes one frame's fragment. Returns null, or what the connection is closed for with
   * COMPRESSION_ERROR.
   */
  @Nullable String add(ByteBuf payload, int length, boolean endHeaders, Workspace workspace) {
    codedBytes += length;
    byte[] bytes = workspace.incoming(restLength + length);
    System.arraycopy(rest, 0, bytes, 0, restLength);
    payload.readBytes(bytes, restLength, length);
    int end = restLength + length;
    int used = decoder.decode(bytes, 0, end);
    if (used < 0) {
      return decoder.error();
    }
    restLength = end - used;
    open = !endHeaders;
    refused.clear();
    if (endHeaders) {
      rest = NOTHING;
      return restLength == 0 ? null : "a header block ends within a field";
    }
    if (restLength > 0) {
      if (rest.length < restLength) {
        rest = new byte[Math.max(restLength * 2, 256)];
      }
      System.arraycopy(bytes, used, rest, 0, restLength);
    }
    return null;
  }

  /** Whether the block takes more frames or bytes than any that could be accepted. */
  boolean isFlood() {
    return ++continuations > MAX_CONTINUATIONS || codedBytes > 4 * Math.max(maxBytes, 65_536);
  }

  /** The stream of this block is gone; the rest is decoded for the table alone. */
  void forget(Http2Stream gone) {
    Http2Stream of = stream;
    if (of != null && of.id == gone.id) {
      drop();
    }
  }

  /** Gives the block back; what is still to come is decoded for the table alone. */
  void drop() {
    stream = null;
    if (target != null) {
      decoder.begin(refused, 0, 0);
      pool.give(target);
      target = null;
    }
  }
}
