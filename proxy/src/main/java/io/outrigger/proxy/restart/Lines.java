package io.outrigger.proxy.restart;

import io.netty.buffer.ByteBuf;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/** Cuts what comes in into lines. */
final class Lines {
  private static final int MAX_LINE = 1 << 16;

  private final ByteArrayOutputStream line = new ByteArrayOutputStream();

  /** Gives each whole line on, and keeps the rest. Releases the buffer. */
  void add(ByteBuf in, Consumer<String> taker) throws IOException {
    try {
      while (in.isReadable()) {
        byte b = in.readByte();
        if (b != '\n') {
          line.write(b);
          if (line.size() > MAX_LINE) {
            throw new IOException("a line of more than " + MAX_LINE + " bytes");
          }
          continue;
        }
        String text = line.toString(StandardCharsets.UTF_8);
        line.reset();
        taker.accept(text);
      }
    } finally {
      in.release();
    }
  }
}
