package io.outrigger.config.cel;

import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Functions that make a value of one type of another's. */
final class Conversions {
  private Conversions() {}

  static Function.@Nullable Body find(String name) {
    return switch (name) {
      case "int" -> a -> toInt(a[0]);
      case "uint" -> a -> toUint(a[0]);
      case "double" -> a -> toDouble(a[0]);
      case "bool" -> a -> toBool(a[0]);
      case "string" -> a -> toText(a[0]);
      case "bytes" ->
          a ->
              a[0] instanceof String text
                  ? ByteString.copyFromUtf8(text)
                  : a[0] instanceof ByteString ? a[0] : Functions.NONE;
      case "dyn" -> a -> a[0];
      case "duration" ->
          a ->
              a[0] instanceof String text
                  ? TimeFunctions.duration(text)
                  : same(a[0], Duration.class);
      case "timestamp" -> a -> timestamp(a[0]);
      default -> null;
    };
  }

  private static Object same(Object value, Class<?> type) {
    return type.isInstance(value) ? value : Functions.NONE;
  }

  private static Object timestamp(Object value) {
    if (value instanceof Long seconds) {
      return TimeFunctions.timestamp(seconds);
    }
    return value instanceof String text
        ? TimeFunctions.timestamp(text)
        : same(value, Instant.class);
  }

  private static CelError outOfRange() {
    return new CelError("out of range");
  }

  private static Object toInt(Object value) {
    if (value instanceof UInt unsigned) {
      return unsigned.bits() < 0 ? outOfRange() : (Object) unsigned.bits();
    }
    if (value instanceof Double number) {
      return Math.abs(number) < 0x1p63 ? (Object) (long) (double) number : outOfRange();
    }
    if (value instanceof Boolean holds) {
      return holds ? 1L : 0L;
    }
    if (value instanceof Instant instant) {
      return instant.getEpochSecond();
    }
    if (value instanceof String text) {
      try {
        return Long.valueOf(text);
      } catch (NumberFormatException e) {
        return new CelError("is no int: " + text);
      }
    }
    return same(value, Long.class);
  }

  private static Object toUint(Object value) {
    if (value instanceof Long number) {
      return number < 0 ? outOfRange() : new UInt(number);
    }
    if (value instanceof Double number) {
      return number >= 0 && number < 0x1p64
          ? new UInt(CelValues.bits(Math.floor(number)))
          : outOfRange();
    }
    if (value instanceof String text) {
      try {
        return new UInt(Long.parseUnsignedLong(text));
      } catch (NumberFormatException e) {
        return new CelError("is no uint: " + text);
      }
    }
    return same(value, UInt.class);
  }

  private static Object toDouble(Object value) {
    if (value instanceof Long number) {
      return (double) number;
    }
    if (value instanceof UInt unsigned) {
      double half = (double) (unsigned.bits() >>> 1);
      return unsigned.bits() >= 0 ? (double) unsigned.bits() : half * 2;
    }
    if (value instanceof String text) {
      try {
        return Double.valueOf(text);
      } catch (NumberFormatException e) {
        return new CelError("is no double: " + text);
      }
    }
    return same(value, Double.class);
  }

  private static Object toBool(Object value) {
    if (!(value instanceof String text)) {
      return same(value, Boolean.class);
    }
    return switch (text) {
      case "true", "True", "TRUE", "t", "1" -> true;
      case "false", "False", "FALSE", "f", "0" -> false;
      default -> new CelError("is no bool: " + text);
    };
  }

  private static Object toText(Object value) {
    if (value instanceof ByteString bytes) {
      try {
        return StandardCharsets.UTF_8
            .newDecoder()
            .decode(ByteBuffer.wrap(bytes.toByteArray()))
            .toString();
      } catch (CharacterCodingException e) {
        return new CelError("is no UTF-8");
      }
    }
    if (value instanceof Duration duration) {
      return TimeFunctions.seconds(duration);
    }
    return value instanceof String
            || value instanceof Boolean
            || value instanceof Instant
            || CelValues.isNumber(value)
        ? value.toString()
        : Functions.NONE;
  }
}
