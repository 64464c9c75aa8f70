package io.outrigger.proxy.accesslog;

import org.jspecify.annotations.Nullable;

/** One operator of a format, made ready to be written. Immutable; any worker. */
@FunctionalInterface
interface Piece {
  /** Appends the value; false, with nothing appended, where it is unset. */
  boolean write(LogBuffer out, LogEntry entry);

  /** Whether JSON has the value as a number. */
  default boolean isNumber() {
    return false;
  }

  /** A value that is a text, or unset where it is null. */
  @SuppressWarnings("FunctionalInterfaceMethodChanged") // a text is a piece that is written so
  @FunctionalInterface
  interface Text extends Piece {
    @Nullable String text(LogEntry entry);

    @Override
    default boolean write(LogBuffer out, LogEntry entry) {
      String text = text(entry);
      if (text == null || text.isEmpty()) {
        return false;
      }
      out.put(text);
      return true;
    }
  }

  /** A value that is a whole number, or unset where it is {@link #UNSET}. */
  @SuppressWarnings("FunctionalInterfaceMethodChanged") // a number is a piece that is written so
  @FunctionalInterface
  interface Whole extends Piece {
    long UNSET = Long.MIN_VALUE;

    long number(LogEntry entry);

    @Override
    default boolean write(LogBuffer out, LogEntry entry) {
      long number = number(entry);
      if (number == UNSET) {
        return false;
      }
      out.putNumber(number);
      return true;
    }

    @Override
    default boolean isNumber() {
      return true;
    }
  }

  /** Text between operators. */
  @SuppressWarnings("ArrayRecordComponent") // made once, never compared
  record Literal(byte[] bytes) implements Piece {
    @Override
    public boolean write(LogBuffer out, LogEntry entry) {
      out.put(bytes);
      return true;
    }
  }

  /** A piece of which at most {@code limit} bytes are printed: {@code %OPERATOR%:N}. */
  record Limited(Piece piece, int limit) implements Piece {
    @Override
    public boolean write(LogBuffer out, LogEntry entry) {
      int start = out.length();
      boolean set = piece.write(out, entry);
      if (out.length() - start > limit) {
        out.cut(start + limit);
      }
      return set;
    }
  }
}
