package io.outrigger.proxy.compression;

import com.aayushatharva.brotli4j.encoder.BrotliOutputStream;
import com.aayushatharva.brotli4j.encoder.Encoder;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.outrigger.config.compression.CompressionLibrary;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;

/** brotli (RFC 7932) by Google's library. */
final class BrotliCompressor implements BodyCompressor {
  private static final Encoder.Mode[] MODES = {
    Encoder.Mode.GENERIC, Encoder.Mode.GENERIC, Encoder.Mode.TEXT, Encoder.Mode.FONT
  };

  /** Writes to the buffer of the call that is under way. */
  private static final class Sink extends OutputStream {
    ByteBuf out = Unpooled.EMPTY_BUFFER;

    @Override
    public void write(int b) {
      out.writeByte(b);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
      out.writeBytes(bytes, offset, length);
    }
  }

  private final Sink sink = new Sink();
  private final BrotliOutputStream encoder;
  private boolean closed;

  BrotliCompressor(CompressionLibrary library) {
    try {
      encoder =
          new BrotliOutputStream(
              sink,
              Encoder.Parameters.create(
                  library.level(), library.windowBits(), MODES[library.strategy()]),
              library.chunkSize());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void compress(ByteBuf data, boolean finish, ByteBuf out) {
    sink.out = out;
    try {
      data.readBytes(encoder, data.readableBytes());
      if (finish) {
        closed = true;
        encoder.close();
      } else {
        encoder.flush();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    sink.out = Unpooled.buffer();
    try {
      encoder.close(); // which writes an end that nobody reads
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
