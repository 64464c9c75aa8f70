package io.outrigger.proxy.compression;

import com.aayushatharva.brotli4j.decoder.DecoderJNI;
import io.netty.buffer.ByteBuf;
import io.outrigger.config.compression.CompressionLibrary;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;

/** brotli (RFC 7932) by Google's library. */
final class BrotliDecompressor implements BodyDecompressor {
  private final InflateBound bound;
  private final DecoderJNI.Wrapper decoder;

  BrotliDecompressor(CompressionLibrary library) {
    this.bound = new InflateBound(library);
    try {
      decoder = new DecoderJNI.Wrapper(library.chunkSize());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public boolean decompress(ByteBuf data, ByteBuf out) {
    long limit = bound.of(data.readableBytes());
    while (true) {
      switch (decoder.getStatus()) {
        case DONE -> {
          data.skipBytes(data.readableBytes()); // what follows the end is not read
          bound.gave(out);
          return true;
        }
        case OK -> decoder.push(0);
        case NEEDS_MORE_OUTPUT -> {
          out.writeBytes(decoder.pull());
          if (out.readableBytes() > limit) {
            return false;
          }
        }
        case NEEDS_MORE_INPUT -> {
          if (decoder.hasOutput()) {
            out.writeBytes(decoder.pull());
          }
          if (out.readableBytes() > limit) {
            return false;
          }
          if (!data.isReadable()) {
            bound.gave(out);
            return true;
          }
          ByteBuffer input = decoder.getInputBuffer();
          input.clear();
          input.limit(Math.min(input.capacity(), data.readableBytes()));
          int length = input.remaining();
          data.readBytes(input);
          decoder.push(length);
        }
        default -> {
          return false;
        }
      }
    }
  }

  @Override
  public boolean isFinished() {
    return decoder.getStatus() == DecoderJNI.Status.DONE;
  }

  @Override
  public void close() {
    decoder.destroy();
  }
}
