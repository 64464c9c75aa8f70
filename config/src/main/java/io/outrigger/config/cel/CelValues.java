package io.outrigger.config.cel;

import com.google.protobuf.ByteString;
import com.google.protobuf.NullValue;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The values of expressions: Boolean, Long, {@link UInt}, Double, String, ByteString, Duration,
 * Instant, List, {@link CelMap}, {@link CelType}, {@link NullValue}, and {@link CelError}.
 */
public final class CelValues {
  /** What {@link #compare} gives for what has no order. */
  static final int UNORDERED = Integer.MIN_VALUE;

  private CelValues() {}

  private record OfStruct(Struct struct) implements CelMap {
    @Override
    public @Nullable Object get(Object key) {
      Value value = key instanceof String name ? struct.getFieldsMap().get(name) : null;
      return value == null ? null : of(value);
    }

    @Override
    public Collection<Object> keys() {
      return new ArrayList<>(struct.getFieldsMap().keySet());
    }
  }

  private record OfMap(Map<Object, Object> entries) implements CelMap {
    @Override
    public @Nullable Object get(Object key) {
      return entries.get(key);
    }

    @Override
    public Collection<Object> keys() {
      return entries.keySet();
    }
  }

  /** Keys are those of {@link #key}. */
  public static CelMap map(Map<Object, Object> entries) {
    return new OfMap(entries);
  }

  public static CelMap of(Struct struct) {
    return new OfStruct(struct);
  }

  public static Object of(Value value) {
    return switch (value.getKindCase()) {
      case STRING_VALUE -> value.getStringValue();
      case NUMBER_VALUE -> value.getNumberValue();
      case BOOL_VALUE -> value.getBoolValue();
      case STRUCT_VALUE -> of(value.getStructValue());
      case LIST_VALUE -> {
        List<Object> all = new ArrayList<>(value.getListValue().getValuesCount());
        value.getListValue().getValuesList().forEach(one -> all.add(of(one)));
        yield all;
      }
      case NULL_VALUE, KIND_NOT_SET -> NullValue.NULL_VALUE;
    };
  }

  /** An uint. */
  public static Object unsigned(long value) {
    return new UInt(value);
  }

  /** A key as maps have it: whole numbers are one kind. */
  static Object key(Object value) {
    if (value instanceof UInt unsigned && unsigned.bits() >= 0) {
      return unsigned.bits();
    }
    if (value instanceof Double number
        && number == Math.rint(number)
        && Math.abs(number) < 0x1p63) {
      return (long) (double) number;
    }
    return value;
  }

  static boolean isNumber(Object value) {
    return value instanceof Long || value instanceof UInt || value instanceof Double;
  }

  /** Numbers of all kinds are compared by what they are; values of different types differ. */
  static boolean equal(Object one, Object other) {
    if (isNumber(one) && isNumber(other)) {
      return compare(one, other) == 0;
    }
    if (one instanceof List<?> left && other instanceof List<?> right) {
      if (left.size() != right.size()) {
        return false;
      }
      for (int i = 0; i < left.size(); i++) {
        if (!equal(left.get(i), right.get(i))) {
          return false;
        }
      }
      return true;
    }
    return one instanceof CelMap left && other instanceof CelMap right
        ? equal(left, right)
        : one.equals(other);
  }

  private static boolean equal(CelMap one, CelMap other) {
    Collection<Object> left = one.keys();
    Collection<Object> right = other.keys();
    if (left == null || right == null || left.size() != right.size()) {
      return one == other;
    }
    for (Object key : left) {
      Object mine = one.get(key);
      Object theirs = other.get(key);
      if (mine == null || theirs == null || !equal(mine, theirs)) {
        return false;
      }
    }
    return true;
  }

  /** Below, above or at 0, or {@link #UNORDERED}. */
  static int compare(Object one, Object other) {
    if (isNumber(one) && isNumber(other)) {
      return compareNumbers(one, other);
    }
    if (one instanceof String left && other instanceof String right) {
      return left.compareTo(right);
    }
    if (one instanceof Boolean left && other instanceof Boolean right) {
      return left.compareTo(right);
    }
    if (one instanceof ByteString left && other instanceof ByteString right) {
      return ByteString.unsignedLexicographicalComparator().compare(left, right);
    }
    if (one instanceof Duration left && other instanceof Duration right) {
      return left.compareTo(right);
    }
    if (one instanceof Instant left && other instanceof Instant right) {
      return left.compareTo(right);
    }
    return UNORDERED;
  }

  private static int compareNumbers(Object one, Object other) {
    if (one instanceof Double left) {
      return other instanceof Double right ? compareDoubles(left, right) : compareTo(left, other);
    }
    if (other instanceof Double right) {
      int turned = compareTo(right, one);
      return turned == UNORDERED ? turned : -turned;
    }
    if (one instanceof UInt left) {
      return other instanceof UInt right
          ? Long.compareUnsigned(left.bits(), right.bits())
          : -compareLong((Long) other, left);
    }
    return other instanceof UInt right
        ? compareLong((Long) one, right)
        : Long.compare((Long) one, (Long) other);
  }

  private static int compareLong(long one, UInt other) {
    return one < 0 || other.bits() < 0 ? -1 : Long.compare(one, other.bits());
  }

  private static int compareDoubles(double one, double other) {
    return Double.isNaN(one) || Double.isNaN(other)
        ? UNORDERED
        : one < other ? -1 : one > other ? 1 : 0;
  }

  /** Exact also where a double has fewer digits than the whole number. */
  private static int compareTo(double one, Object whole) {
    boolean unsigned = whole instanceof UInt;
    double top = unsigned ? 0x1p64 : 0x1p63;
    if (Double.isNaN(one)) {
      return UNORDERED;
    }
    if (one >= top) {
      return 1;
    }
    if (one < (unsigned ? 0 : -0x1p63)) {
      return -1;
    }
    double floor = Math.floor(one);
    int compared =
        whole instanceof UInt bits
            ? Long.compareUnsigned(bits(floor), bits.bits())
            : Long.compare((long) floor, (Long) whole);
    return compared == 0 && one > floor ? 1 : compared;
  }

  /** The bits of a whole number from 0 to below 2^64. */
  static long bits(double whole) {
    return whole < 0x1p63 ? (long) whole : (long) (whole - 0x1p63) | Long.MIN_VALUE;
  }
}
