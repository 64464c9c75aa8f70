package io.outrigger.proxy.http1;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * Takes a message's body out of a connection's bytes: by length, by chunks (RFC 9112 7.1), up to
 * the connection's end, or without framing after an upgrade.
 *
 * <p>Body bytes are handed out as slices of what was read, never copied.
 */
final class BodyReader {
  private static final int MAX_CHUNK_EXTENSION = 4096;
  private static final long MAX_CHUNK = 1L << 56;

  private enum State {
    NONE,
    LENGTH,
    SIZE_FIRST,
    SIZE,
    EXTENSION,
    SIZE_LF,
    CHUNK,
    CHUNK_CR,
    CHUNK_LF,
    TRAILERS,
    UNTIL_CLOSE
  }

  private State state = State.NONE;
  private long remaining;
  private int extension;
  private boolean failed;

  void none() {
    state = State.NONE;
    failed = false;
  }

  void length(long bytes) {
    failed = false;
    remaining = bytes;
    state = bytes == 0 ? State.NONE : State.LENGTH;
  }

  void chunked() {
    failed = false;
    state = State.SIZE_FIRST;
  }

  /** All that comes is body, up to the connection's end. */
  void untilClose() {
    failed = false;
    state = State.UNTIL_CLOSE;
  }

  /** Whether the body has been read to its end. */
  boolean ended() {
    return state == State.NONE;
  }

  /** Whether the chunks have ended, and the trailer section follows. */
  boolean atTrailers() {
    return state == State.TRAILERS;
  }

  boolean endsWithConnection() {
    return state == State.UNTIL_CLOSE;
  }

  boolean failed() {
    return failed;
  }

  /** The next part of the body, or null: then it has ended, failed, or waits for more bytes. */
  @Nullable ByteBuf read(ByteBuf in) {
    while (in.isReadable()) {
      switch (state) {
        case NONE, TRAILERS -> {
          return null;
        }
        case LENGTH -> {
          ByteBuf part = take(in);
          if (remaining == 0) {
            state = State.NONE;
          }
          return part;
        }
        case UNTIL_CLOSE -> {
          return in.readRetainedSlice(in.readableBytes());
        }
        case CHUNK -> {
          ByteBuf part = take(in);
          if (remaining == 0) {
            state = State.CHUNK_CR;
          }
          return part;
        }
        default -> {
          if (!framing(in.readByte())) {
            failed = true;
            return null;
          }
        }
      }
    }
    return null;
  }

  private ByteBuf take(ByteBuf in) {
    int length = (int) Math.min(remaining, in.readableBytes());
    remaining -= length;
    return in.readRetainedSlice(length);
  }

  /** One byte between the chunks' data; false where it can't stand there. */
  @SuppressWarnings("RefactorSwitch") // the states read better one below the other
  private boolean framing(byte b) {
    switch (state) {
      case SIZE_FIRST -> {
        int digit = FieldBytes.hex(b);
        remaining = digit;
        extension = 0;
        state = State.SIZE;
        return digit >= 0;
      }
      case SIZE -> {
        return size(b);
      }
      case EXTENSION -> {
        if (b == '\r') {
          state = State.SIZE_LF;
        }
        return b != '\n' && ++extension <= MAX_CHUNK_EXTENSION;
      }
      case SIZE_LF -> {
        state = remaining == 0 ? State.TRAILERS : State.CHUNK;
        return b == '\n';
      }
      case CHUNK_CR -> {
        state = State.CHUNK_LF;
        return b == '\r';
      }
      case CHUNK_LF -> {
        state = State.SIZE_FIRST;
        return b == '\n';
      }
      default -> throw new IllegalStateException(state.name());
    }
  }

  private boolean size(byte b) {
    int digit = FieldBytes.hex(b);
    if (digit >= 0) {
      remaining = remaining << 4 | digit;
      return remaining <= MAX_CHUNK;
    }
    if (b == '\r') {
      state = State.SIZE_LF;
      return true;
    }
    if (b == ';' || b == ' ' || b == '\t') {
      state = State.EXTENSION;
      return true;
    }
    return false;
  }
}
