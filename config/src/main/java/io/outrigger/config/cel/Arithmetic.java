package io.outrigger.config.cel;

/** Sums and products of numbers of one kind; what overflows is an error. */
final class Arithmetic {
  private static final CelError OVERFLOW = new CelError("overflow");
  private static final CelError BY_ZERO = new CelError("divided by zero");

  private Arithmetic() {}

  static Object of(char operator, Object one, Object other) {
    if (one instanceof Long left && other instanceof Long right) {
      return longs(operator, left, right);
    }
    if (one instanceof UInt left && other instanceof UInt right) {
      return unsigned(operator, left.bits(), right.bits());
    }
    return one instanceof Double left && other instanceof Double right
        ? doubles(operator, left, right)
        : Functions.NONE;
  }

  private static Object longs(char operator, long one, long other) {
    if ((operator == '/' || operator == '%') && other == 0) {
      return BY_ZERO;
    }
    long value;
    boolean over;
    switch (operator) {
      case '+' -> {
        value = one + other;
        over = ((one ^ value) & (other ^ value)) < 0;
      }
      case '-' -> {
        value = one - other;
        over = ((one ^ other) & (one ^ value)) < 0;
      }
      case '*' -> {
        value = one * other;
        over = Math.multiplyHigh(one, other) != value >> 63;
      }
      case '/' -> {
        value = one / other;
        over = one == Long.MIN_VALUE && other == -1;
      }
      default -> {
        value = one % other;
        over = one == Long.MIN_VALUE && other == -1;
      }
    }
    return over ? OVERFLOW : (Object) value;
  }

  private static Object unsigned(char operator, long one, long other) {
    if ((operator == '/' || operator == '%') && other == 0) {
      return BY_ZERO;
    }
    return switch (operator) {
      case '+' -> Long.compareUnsigned(one + other, one) < 0 ? OVERFLOW : new UInt(one + other);
      case '-' -> Long.compareUnsigned(one, other) < 0 ? OVERFLOW : new UInt(one - other);
      case '*' -> Math.unsignedMultiplyHigh(one, other) != 0 ? OVERFLOW : new UInt(one * other);
      case '/' -> new UInt(Long.divideUnsigned(one, other));
      default -> new UInt(Long.remainderUnsigned(one, other));
    };
  }

  private static Object doubles(char operator, double one, double other) {
    return switch (operator) {
      case '+' -> one + other;
      case '-' -> one - other;
      case '*' -> one * other;
      case '/' -> one / other;
      default -> Functions.NONE;
    };
  }
}
